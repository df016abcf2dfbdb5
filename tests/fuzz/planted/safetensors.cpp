#include "loaders/safetensors.h"

#include <algorithm>
#include <cstring>

#include "tests/fuzz/planted/file_parts.h"

namespace planted {
namespace {

constexpr std::size_t kLength = 8;

torch::Tensor tensor_of(const examples::SafetensorsEntry& entry, const char* bytes,
                        std::uint64_t size, Fault fault) {
  const torch::Dtype dtype = examples::safetensors_dtype(entry.dtype);
  std::vector<std::int64_t> sizes;
  for (const std::uint64_t one : entry.shape) {
    if (one > 1ULL << 40) throw FileError("a size is too large");
    sizes.push_back(static_cast<std::int64_t>(one));
  }
  torch::Tensor tensor;
  if (fault == Fault::allocates_first) tensor = torch::empty(sizes, dtype);
  if (bytes_of(sizes, torch::elementSize(dtype)) != size) {
    throw FileError("a shape does not take its bytes");
  }
  const auto no_boolean = [](char byte) { return byte != 0 && byte != 1; };
  if (dtype == torch::kBool && std::any_of(bytes, bytes + size, no_boolean)) {
    throw FileError("a byte is neither true nor false");
  }
  if (!tensor.defined()) tensor = torch::empty(sizes, dtype);
  if (size > 0) std::memcpy(tensor.data_ptr(), bytes, size);
  return tensor;
}

// Throws unless the ranges cover `size` bytes, each once.
void check_ranges(std::vector<examples::SafetensorsEntry> entries, std::uint64_t size,
                  std::uint64_t file, Fault fault) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  const std::uint64_t most = fault == Fault::measures_whole_file ? file : size;
  std::uint64_t next = 0;
  for (const examples::SafetensorsEntry& entry : entries) {
    if (entry.end > most || entry.begin > entry.end) throw FileError("a range is none");
    if (entry.begin != next && fault != Fault::allows_overlaps) {
      throw FileError("ranges overlap, or leave a gap");
    }
    next = std::max(next, entry.end);
  }
  if (next < size) throw FileError("bytes belong to no tensor");
}

}  // namespace

std::map<std::string, torch::Tensor> read_safetensors(std::string_view bytes, Fault fault) try {
  const std::uint64_t length = number_at(bytes, 0, kLength, false);
  if (length > bytes.size() - kLength) throw FileError("the header is cut off");
  const auto entries = examples::read_safetensors_header(bytes.substr(kLength, length));
  const std::string_view data = bytes.substr(kLength + length);
  check_ranges(entries, data.size(), bytes.size(), fault);
  std::map<std::string, torch::Tensor> tensors;
  for (const examples::SafetensorsEntry& entry : entries) {
    tensors[entry.name] =
        tensor_of(entry, data.data() + entry.begin, entry.end - entry.begin, fault);
  }
  return tensors;
} catch (const examples::SafetensorsError& error) {
  throw FileError(error.what());
}

}  // namespace planted

#include "loaders/idx.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace examples {
namespace {

constexpr std::size_t kHeader = 4;
constexpr std::size_t kSize = 4;
constexpr std::size_t kMostBesideZero = 1 << 20;

std::uint32_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < kSize; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[offset + i]);
  }
  return number;
}

torch::Dtype dtype_of(char code) {
  switch (code) {
    case 0x08:
      return torch::kUInt8;
    case 0x09:
      return torch::kInt8;
    case 0x0B:
      return torch::kInt16;
    case 0x0C:
      return torch::kInt32;
    case 0x0D:
      return torch::kFloat32;
    case 0x0E:
      return torch::kFloat64;
    default:
      throw IdxError("unknown dtype " + std::to_string(static_cast<unsigned char>(code)));
  }
}

void copy_big_endian(const char* from, char* to, std::size_t elements, std::size_t size) {
  for (std::size_t i = 0; i < elements; ++i) {
    std::reverse_copy(from + i * size, from + (i + 1) * size, to + i * size);
  }
}

}  // namespace

torch::Tensor load_idx(std::string_view bytes) {
  if (bytes.size() < kHeader) throw IdxError("shorter than an IDX header");
  if (bytes[0] != 0 || bytes[1] != 0) throw IdxError("no IDX file: it starts otherwise");
  const torch::Dtype dtype = dtype_of(bytes[2]);
  const std::size_t rank = static_cast<unsigned char>(bytes[3]);
  const std::size_t data = kHeader + rank * kSize;
  if (bytes.size() < data) throw IdxError("the sizes are cut off");
  const std::size_t element = torch::elementSize(dtype);
  const std::size_t room = (bytes.size() - data) / element;
  std::vector<std::int64_t> sizes;
  for (std::size_t i = 0; i < rank; ++i) sizes.push_back(number_at(bytes, kHeader + i * kSize));
  // Sizes beside a zero count too: LibTorch refuses shapes whose strides overflow.
  std::size_t elements = 1;
  for (const std::int64_t size : sizes) {
    const auto count = std::max<std::size_t>(static_cast<std::size_t>(size), 1);
    if (elements > std::max(room, kMostBesideZero) / count) {
      throw IdxError("the sizes promise more than there is");
    }
    elements *= count;
  }
  if (std::count(sizes.begin(), sizes.end(), 0) > 0) elements = 0;
  if (bytes.size() != data + elements * element) {
    throw IdxError(std::to_string(elements) + " elements do not take the " +
                   std::to_string(bytes.size() - data) + " bytes that follow");
  }
  torch::Tensor tensor = torch::empty(sizes, dtype);
  copy_big_endian(bytes.data() + data, static_cast<char*>(tensor.data_ptr()), elements, element);
  return tensor;
}

torch::Tensor load_idx_carelessly(std::string_view bytes) {
  if (bytes.size() < kHeader) throw IdxError("shorter than an IDX header");
  const torch::Dtype dtype = dtype_of(bytes[2]);
  const int rank = bytes[3];
  std::vector<std::int64_t> sizes;
  std::uint32_t elements = 1;
  for (int i = 0; i < rank; ++i) {
    const std::size_t offset = kHeader + static_cast<std::size_t>(i) * kSize;
    if (offset + kSize > bytes.size()) throw IdxError("the sizes are cut off");
    sizes.push_back(number_at(bytes, offset));
    elements *= number_at(bytes, offset);  // wraps
  }
  torch::Tensor tensor = torch::empty(sizes, dtype);
  const std::size_t element = torch::elementSize(dtype);
  const std::string_view data = bytes.substr(kHeader + sizes.size() * kSize);
  const std::size_t there = std::min<std::size_t>(elements, data.size() / element);
  copy_big_endian(data.data(), static_cast<char*>(tensor.data_ptr()), there, element);
  return tensor;  // what is not there stays as it was
}

}  // namespace examples

#include <algorithm>
#include <cstring>

#include "tests/fuzz/planted/file_parts.h"

namespace planted {
namespace {

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
      throw FileError("unknown dtype");
  }
}

}  // namespace

torch::Tensor read_idx(std::string_view bytes, Fault fault) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0) throw FileError("no IDX file");
  const torch::Dtype dtype = dtype_of(bytes[2]);
  const std::size_t element = torch::elementSize(dtype);
  const std::size_t rank = static_cast<unsigned char>(bytes[3]);
  std::vector<std::int64_t> sizes;
  std::uint32_t product = static_cast<std::uint32_t>(element);
  for (std::size_t i = 0; i < rank; ++i) {
    sizes.push_back(static_cast<std::int64_t>(number_at(bytes, 4 + 4 * i, 4, true)));
    product *= static_cast<std::uint32_t>(sizes.back());
  }
  const std::string_view data = bytes.substr(4 + 4 * rank);
  const std::uint64_t promised = fault == Fault::counts_in_int ? product : bytes_of(sizes, element);
  const bool pads = fault == Fault::pads_with_zeros && data.size() < promised;
  if (data.size() != promised && !pads) throw FileError("the sizes do not fit the file");
  torch::Tensor array = torch::zeros(sizes, dtype);
  auto* const to = static_cast<char*>(array.data_ptr());
  for (std::size_t at = 0; at + element <= data.size(); at += element) {
    std::reverse_copy(data.data() + at, data.data() + at + element, to + at);
  }
  return array;
}

void IdxData::load(std::string_view bytes, Fault fault) {
  if (fault == Fault::forgets_first) array = torch::zeros({0});
  array = read_idx(bytes, Fault::none);
}

}  // namespace planted

#include "pairs.h"

#include <ATen/Functions.h>

#include <cstdint>

at::Tensor load_pairs(std::string_view file) {
  if (file.empty()) throw PairsError("no number of pairs");
  const auto count = static_cast<unsigned char>(file[0]);
  if (file.size() != 1 + std::size_t{2} * count) throw PairsError("wrong number of pairs");
  const at::Tensor pairs = at::empty({count, 2}, at::kByte);
  file.copy(reinterpret_cast<char*>(pairs.data_ptr<std::uint8_t>()), file.size() - 1, 1);
  return pairs;
}

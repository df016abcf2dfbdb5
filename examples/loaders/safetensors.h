// Reading safetensors files: as one should, and with the classic mistakes.
//
// https://github.com/huggingface/safetensors: the header's length in 8 bytes, little-endian; a JSON
// object that gives each tensor a dtype, a shape and a range of bytes; the data, whole.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace examples {

/// A file is no safetensors file that this loader reads. The text says why.
class SafetensorsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the header says of one tensor.
struct SafetensorsEntry {
  std::string name;
  std::string dtype;  ///< "F32".
  std::vector<std::uint64_t> shape;
  std::uint64_t begin = 0;  ///< Of its bytes, counted from the end of the header.
  std::uint64_t end = 0;
};

/// The entries of a header, in its order. Throws SafetensorsError for anything but an object of
/// well-formed entries with names of their own, and for a shape of more than 64 dims.
std::vector<SafetensorsEntry> read_safetensors_header(std::string_view header);

/// The dtype of a code. Throws SafetensorsError for an unknown one.
torch::Dtype safetensors_dtype(const std::string& code);

/// The tensors of a file by name. Throws SafetensorsError for anything but a whole file whose
/// tensors cover its data without gaps, overlaps and bytes that are no booleans.
std::map<std::string, torch::Tensor> load_safetensors(std::string_view bytes);

/// The same for files that are whole, and wrong for most others: trusts lengths and offsets, does
/// not compare a shape with its bytes, lets the JSON library's own exceptions escape.
std::map<std::string, torch::Tensor> load_safetensors_carelessly(std::string_view bytes);

}  // namespace examples

// Formats that are described already.
//
// Layer 2 beside the generators: no LibTorch.
#pragma once

#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::formats {

/// MNIST's: two zero bytes, a dtype, a rank, big-endian sizes, big-endian elements. Content:
/// "data".
Format idx();

/// NumPy's .npy, version 1.0, little-endian, both orders. Content: "data".
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
Format npy();

/// Rows of numbers with commas in between and a line of names above. Content: "table", float32
/// [rows, columns]; one row at least.
Format csv();

/// Nothing but float32 elements, little-endian, whose number is a multiple of `columns`. Content:
/// "data" [rows, columns].
Format raw(std::int64_t columns);

/// https://github.com/huggingface/safetensors. One to three tensors; content by their names.
Format safetensors();

}  // namespace gradgrind::formats

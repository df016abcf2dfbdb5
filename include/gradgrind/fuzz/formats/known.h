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
/// The same in version 2.0, whose header may be longer than 64 kB.
Format npy2();

/// NumPy's .npz: one to three arrays in a zip archive, stored. Content by their names, "arr_0".
Format npz();

/// What torch::pickle_save and Python's torch.save write for a tensor: a zip archive with a pickle
/// and the elements. Content: "archive/data/0".
Format torch_archive();

/// Rows of numbers with commas in between and a line of names above. Content: "table", float32
/// [rows, columns]; one row at least.
Format csv();

/// Nothing but float32 elements, little-endian, whose number is a multiple of `columns`. Content:
/// "data" [rows, columns].
Format raw(std::int64_t columns);

/// https://github.com/huggingface/safetensors. One to three tensors; content by their names.
Format safetensors();

}  // namespace gradgrind::formats

namespace gradgrind {

/// Writes an archive that LibTorch saved (torch::save, torch::pickle_save,
/// torch::jit::Module::save) again, as fields: its zip structure, the instructions of its pickles,
/// and sizes, strides, offsets and storages of its tensors. Content: the tensors by their records,
/// such as "archive/data/0". Throws UsageError where it is no such archive.
void write_torch_archive(Draft& file, const std::string& archive);

}  // namespace gradgrind

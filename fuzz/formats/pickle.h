// Pickles of tensors, field by field. Internal.
//
// https://github.com/python/cpython/blob/3.11/Lib/pickletools.py has the instructions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::detail {

/// A tensor that a pickle speaks of.
struct PickledTensor {
  std::string key;  ///< Of the record with its elements.
  DType dtype = DType::float32;
  Shape shape;
};

/// Those of a pickle whose elements lie in storages of a known type, in order.
std::vector<PickledTensor> tensors_of(std::string_view pickle);

/// Writes a pickle as fields: instructions, what they take, and of tensors the numel of the
/// storage, the offset, the sizes and the strides, in eight bytes each. `payload` names the payload
/// of a key. `prefix` keeps names of fields apart.
void write_pickle(Draft& file, std::string_view pickle, const std::string& prefix,
                  const std::function<std::string(const std::string& key)>& payload);

/// The pickle of one tensor, as torch::pickle_save makes it. The strides are those of a contiguous
/// one.
std::string pickle_of(const PickledTensor& tensor);

/// The names of storages, and their dtypes.
const std::vector<std::pair<std::string, DType>>& storage_types();

}  // namespace gradgrind::detail

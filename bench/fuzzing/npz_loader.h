// A sound reader of NumPy's .npz files, of ordinary length.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>

namespace bench {

/// The arrays by their names, "arr_0". Throws planted::FileError for anything but the archive that
/// numpy.savez writes of what it holds: stored records, in the order of the directory.
std::map<std::string, at::Tensor> load_npz(std::string_view bytes);

}  // namespace bench

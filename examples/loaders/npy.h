// Reading NumPy's .npy files: as one should, and with the classic mistakes.
//
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 and 2.0,
// little-endian.
#pragma once

#include <torch/types.h>

#include <istream>
#include <stdexcept>
#include <string_view>

namespace examples {

/// A file is no .npy file that this loader reads. The text says why.
class NpyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The array of the file, in its dtype; contiguous, whichever order the file has. Throws NpyError
/// for anything but a whole file with nothing behind it.
torch::Tensor load_npy(std::string_view bytes);
torch::Tensor load_npy(std::istream& stream);

/// The same for files that NumPy wrote: searches the header for keys, takes numbers as they come,
/// ignores the order of the elements, and copies as many bytes as the shape asks for.
torch::Tensor load_npy_carelessly(std::string_view bytes);

}  // namespace examples

// Reading MNIST's IDX files: as one should, and with the classic mistakes.
//
// http://yann.lecun.com/exdb/mnist: two zero bytes, a dtype, a rank, big-endian 32-bit sizes,
// big-endian elements.
#pragma once

#include <torch/types.h>

#include <stdexcept>
#include <string_view>

namespace examples {

/// A file is no IDX file. The text says why.
class IdxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A tensor of the file's dtype and sizes. Throws IdxError for anything but a whole IDX file with
/// nothing behind it.
torch::Tensor load_idx(std::string_view bytes);

/// The same for whole files of few dims, and wrong for most others: trusts the sizes, multiplies
/// them in 32 bits, allocates before it looks, does not notice where the file ends.
torch::Tensor load_idx_carelessly(std::string_view bytes);

}  // namespace examples

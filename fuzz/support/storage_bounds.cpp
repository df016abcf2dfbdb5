#include "fuzz/support/storage_bounds.h"

namespace gradgrind::fuzz {

bool reaches_beyond_storage(const at::Tensor& tensor) {
  if (tensor.layout() != at::kStrided || !tensor.has_storage() || tensor.numel() == 0) return false;
  // In 128 bits, since this is what a loader gets wrong.
  __extension__ using Wide = __int128;
  Wide last = tensor.storage_offset();
  Wide first = last;
  for (std::int64_t i = 0; i < tensor.dim(); ++i) {
    const Wide step = static_cast<Wide>(tensor.stride(i)) * (tensor.size(i) - 1);
    (step > 0 ? last : first) += step;
  }
  const Wide bytes = static_cast<Wide>(tensor.storage().nbytes());
  return first < 0 || (last + 1) * static_cast<Wide>(tensor.itemsize()) > bytes;
}

}  // namespace gradgrind::fuzz

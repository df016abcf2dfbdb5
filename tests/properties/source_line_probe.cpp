#include "tests/properties/source_line_probe.h"

#include <ATen/ops/log.h>

namespace PROBE {

int log_line = 0;

namespace {

at::Tensor log_of(const at::Tensor& x) {
  log_line = __LINE__ + 1;
  const at::Tensor y = at::log(x);
  return y.neg();
}

}  // namespace

at::Tensor forward(const at::Tensor& x) { return log_of(x).exp(); }

}  // namespace PROBE

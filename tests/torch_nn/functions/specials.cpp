#include <ATen/ops/digamma.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/erfc.h>
#include <ATen/ops/erfinv.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/i0.h>
#include <ATen/ops/lgamma.h>
#include <ATen/ops/log_sigmoid.h>
#include <ATen/ops/logit.h>
#include <ATen/ops/mvlgamma.h>
#include <ATen/ops/polygamma.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/sinc.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/special_entr.h>
#include <ATen/ops/special_erfcx.h>
#include <ATen/ops/special_i0e.h>
#include <ATen/ops/special_i1.h>
#include <ATen/ops/special_log_ndtr.h>
#include <ATen/ops/special_ndtr.h>
#include <ATen/ops/special_ndtri.h>
#include <ATen/ops/special_xlog1py.h>
#include <ATen/ops/special_zeta.h>
#include <ATen/ops/xlogy.h>

#include "tests/torch_nn/functions/functions.h"
#include "tests/torch_nn/functions/helpers.h"

namespace gg = gradgrind;

namespace torch_functions {
namespace {

at::Tensor logit(const at::Tensor& x) { return at::logit(x); }
at::Tensor gelu(const at::Tensor& x) { return at::gelu(x); }
at::Tensor mvlgamma(const at::Tensor& x) { return at::mvlgamma(x, 3); }
at::Tensor softplus(const at::Tensor& x) { return at::softplus(x); }
at::Tensor trigamma(const at::Tensor& x) { return at::polygamma(1, x); }
at::Tensor xlogy(const at::Tensor& x, const at::Tensor& y) { return at::xlogy(x, y); }
at::Tensor xlog1py(const at::Tensor& x, const at::Tensor& y) { return at::special_xlog1py(x, y); }
at::Tensor zeta(const at::Tensor& x, const at::Tensor& q) {
  return at::special_zeta(x.detach(), q);
}

}  // namespace

std::vector<gg::Contract> specials() {
  const gg::Law even = gg::even("x");
  const gg::Law monotone = gg::monotone("x");
  const gg::Law odd = gg::odd("x");
  const gg::ValuePolicy any = gg::ordinary();
  const gg::ValuePolicy positive = gg::between(0.1, 100);
  const gg::ValuePolicy inner = gg::between(0.01, 0.99);
  const gg::ValuePolicy exponents = gg::between(-20, 20);
  return {
      elementwise("erf", at::erf, any, gg::between(-1, 1)).declares(odd).declares(monotone),
      elementwise("erfc", at::erfc, any, gg::between(0, 2)),
      elementwise("erfinv", at::erfinv, gg::between(-0.99, 0.99)).declares(odd).declares(monotone),
      elementwise("erfcx", at::special_erfcx, gg::between(-5, 100)),
      elementwise("lgamma", at::lgamma, positive),
      elementwise("digamma", at::digamma, positive).declares(monotone),
      elementwise("trigamma", trigamma, positive),
      elementwise("mvlgamma", mvlgamma, gg::between(1.1, 100)),
      elementwise("sigmoid", at::sigmoid, any, gg::between(0, 1)).declares(monotone),
      elementwise("log_sigmoid", at::log_sigmoid).declares(monotone),
      elementwise("logit", logit, inner).declares(monotone),
      elementwise("softplus", softplus).declares(monotone),
      elementwise("gelu", gelu)
          .except("same_for_every_gradient_layout",
                  "LibTorch reads fresh memory for a permuted gradient"),
      elementwise("i0", at::i0, exponents).declares(even),
      elementwise("i0e", at::special_i0e, any, gg::between(0, 1)).declares(even),
      elementwise("i1", at::special_i1, exponents).declares(odd).declares(monotone),
      elementwise("sinc", at::sinc).declares(even),
      elementwise("entr", at::special_entr, positive),
      elementwise("ndtr", at::special_ndtr, any, gg::between(0, 1)).declares(monotone),
      elementwise("log_ndtr", at::special_log_ndtr, exponents).declares(monotone),
      elementwise("ndtri", at::special_ndtri, inner).declares(monotone),
      of_pairs("xlogy", xlogy, any, positive).declares(gg::additive("a")),
      of_pairs("xlog1py", xlog1py, any, positive).declares(gg::additive("a")),
      of_pairs("zeta", zeta, gg::between(1.5, 20), gg::between(0.5, 20))
          .no_gradient_to("a", "LibTorch has no derivative of zeta by its first argument"),
  };
}

}  // namespace torch_functions

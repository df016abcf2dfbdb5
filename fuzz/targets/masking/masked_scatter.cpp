// Asserts of at::masked_scatter: the marked positions take the elements of the source one after
// another, the rest stays, whatever the shapes of mask and source and their layouts; what it
// replaces matters neither in values nor in gradients.
#include <ATen/ops/masked_scatter.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

at::Tensor scattered(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& source) {
  return at::masked_scatter(x, mask, source);
}

at::Tensor one_by_one(const at::Tensor& x, const at::Tensor& mask, const at::Tensor& source) {
  const at::Tensor result = x.clone(at::MemoryFormat::Contiguous);
  const at::Tensor from = source.reshape({-1});
  const at::Tensor to = result.view({-1});
  const at::Tensor marks = mask.expand_as(x).reshape({-1});
  std::int64_t next = 0;
  for (std::int64_t i = 0; i < to.numel(); ++i) {
    if (marks[i].item<bool>()) to[i] = from[next++];
  }
  return result;
}

const std::vector<gg::LayoutKind> kViews = {gg::LayoutKind::contiguous, gg::LayoutKind::permuted,
                                            gg::LayoutKind::strided, gg::LayoutKind::offset,
                                            gg::LayoutKind::expanded};

const gg::Contract masked_scatter =
    gg::function("MaskedScatter", scattered)
        .dim("R", 1, 3)
        .dim("N", 1, 5)
        .dim("M", 15, 20)
        .input("x", gg::floats("R N").with_layouts(kViews))
        .input("mask", gg::mask("R N", gg::marks_padding).of("x").with_layouts(kViews))
        .input("source", gg::floats("M").with_layouts(kViews))
        .output("y", gg::floats("R N"))
        .reference(one_by_one);

}  // namespace

GRADGRIND_FUZZ(masked_scatter);

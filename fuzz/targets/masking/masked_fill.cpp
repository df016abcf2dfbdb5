// Asserts of at::masked_fill, in place and not, with a mask of any broadcastable shape and layout:
// it equals at::where over the expanded mask, writes to nothing that it should not, and lets no
// gradient through where it fills.
#include <ATen/ops/masked_fill.h>
#include <ATen/ops/where.h>

#include <tuple>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

std::tuple<at::Tensor, at::Tensor> filled(const at::Tensor& x, const at::Tensor& mask,
                                          const at::Tensor& value) {
  at::Tensor in_place = x.clone();
  in_place.masked_fill_(mask, value);
  return {at::masked_fill(x, mask, value), in_place};
}

std::tuple<at::Tensor, at::Tensor> chosen(const at::Tensor& x, const at::Tensor& mask,
                                          const at::Tensor& value) {
  const at::Tensor result = at::where(mask.expand_as(x), value, x);
  return {result, result};
}

const std::vector<gg::LayoutKind> kViews = {gg::LayoutKind::contiguous, gg::LayoutKind::permuted,
                                            gg::LayoutKind::strided, gg::LayoutKind::offset,
                                            gg::LayoutKind::expanded};

const gg::Contract masked_fill =
    gg::function("MaskedFill", filled)
        .dim("B", 1, 3)
        .dim("T", 0, 5)
        .dim("E", 1, 3)
        .input("x", gg::floats("B T E", gg::extremes()).with_layouts(kViews))
        .input("mask", gg::mask("T E", gg::marks_padding).of("x").with_layouts(kViews))
        .input("value", gg::floats(""))
        .output("y", gg::floats("B T E", gg::extremes()))
        .output("in_place", gg::floats("B T E", gg::extremes()))
        .batch("B")
        .reference(chosen);

}  // namespace

GRADGRIND_FUZZ(masked_fill);

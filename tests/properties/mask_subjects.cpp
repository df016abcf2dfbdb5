// Masked and causal functions, each with its fault beside it.
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <tuple>

#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
using Masked = Tensor (*)(const Tensor&, const Tensor&);

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// -- Means over what padding leaves ---------------------------------------------------------------

Tensor kept(const Tensor& x, const Tensor& pad) { return pad.logical_not().to(x.scalar_type()); }

Tensor masked_mean(const Tensor& x, const Tensor& pad) {
  return x.masked_fill(pad, 0).sum(1) / kept(x, pad).sum(1).clamp_min(1);
}
Tensor plain_mean(const Tensor& x, const Tensor&) { return x.mean(1); }
Tensor mean_without_guard(const Tensor& x, const Tensor& pad) {
  return x.masked_fill(pad, 0).sum(1) / kept(x, pad).sum(1);
}
Tensor mean_by_product(const Tensor& x, const Tensor& pad) {
  return (x * kept(x, pad)).sum(1) / kept(x, pad).sum(1).clamp_min(1);
}
Tensor mean_over_all(const Tensor& x, const Tensor& pad) {
  return x.masked_fill(pad, 0).sum(1) / x.size(1);
}
Tensor one_too_few(const Tensor& x, const Tensor& pad) {
  const Tensor next = torch::constant_pad_nd(pad.slice(1, 1), {0, 1}, 0).to(torch::kBool);
  return masked_mean(x, pad.logical_or(next));
}
Tensor weighs_by_place(const Tensor& x, const Tensor& pad) {
  return masked_mean(x * torch::arange(1, x.size(1) + 1).to(x.scalar_type()), pad);
}

Contract padded(const std::string& name, Masked function, const Domain& pad) {
  return gradgrind::function(name, function)
      .dim("B", 1, 3)
      .dim("T", 1, 5)
      .input("x", floats("B T"))
      .input("pad", pad)
      .output("y", floats("B"))
      .batch("B")
      .sequence("T");
}

Contract masked(const std::string& name, Masked function) {
  return padded(name, function, padding_mask_or_empty("B T", marks_padding).of("x"));
}

Contract over_nan(const std::string& name, Masked function) {
  return padded(name, function, padding_mask("B T", marks_padding).of("x").may_hide_non_finite());
}

Contract over_sets(const std::string& name, Masked function) {
  return padded(name, function, mask("B T", marks_padding).of("x")).unordered("T");
}

// -- Attention ------------------------------------------------------------------------------------

Tensor weights_of(const Tensor& x, const Tensor& hidden) {
  const Tensor scores = x.matmul(x.transpose(1, 2));
  return scores.masked_fill(hidden, -kInfinity).softmax(-1);
}
Tensor attend(const Tensor& x, const Tensor& hidden) { return weights_of(x, hidden).matmul(x); }
Tensor attend_transposed(const Tensor& x, const Tensor& hidden) { return attend(x, hidden.t()); }

Tensor masks_too_late(const Tensor& x, const Tensor& hidden) {
  return x.matmul(x.transpose(1, 2)).softmax(-1).masked_fill(hidden, 0);
}
Tensor weighs_hidden_keys(const Tensor& x, const Tensor& hidden) {
  return x.matmul(x.transpose(1, 2)).masked_fill(hidden, -1).softmax(-1);
}

Contract self_attention(const std::string& name, Masked function, const Domain& output) {
  return gradgrind::function(name, function)
      .dim("B", 1, 2)
      .dim("T", 1, 4)
      .dim("E", 1, 3)
      .input("x", floats("B T E"))
      .input("hidden", causal_mask("T T", marks_padding).of("x"))
      .output("y", output)
      .batch("B");
}

// -- Forms of a mask ------------------------------------------------------------------------------

Tensor masked_softmax(const Tensor& scores, const Tensor& hidden) {
  if (!hidden.defined()) return scores.softmax(-1);
  if (hidden.is_floating_point()) return (scores + hidden).softmax(-1);
  return scores.masked_fill(hidden, -kInfinity).softmax(-1);
}
Tensor ignores_additive(const Tensor& scores, const Tensor& hidden) {
  if (hidden.is_floating_point()) return scores.softmax(-1);
  return masked_softmax(scores, hidden);
}
Tensor takes_one_row(const Tensor& scores, const Tensor& hidden) {
  if (hidden.size(0) == scores.size(0)) return masked_softmax(scores, hidden);
  return masked_softmax(scores, torch::constant_pad_nd(hidden, {0, 0, 0, scores.size(0) - 1}, 0));
}
Tensor zero_without_mask(const Tensor& scores, const Tensor& hidden) {
  return hidden.defined() ? masked_softmax(scores, hidden) : torch::zeros_like(scores);
}

Contract with_form(const std::string& name, Masked function, const Domain& hidden) {
  return gradgrind::function(name, function)
      .dim("B", 1, 3)
      .dim("N", 1, 4)
      .input("scores", floats("B N"))
      .input("hidden", hidden)
      .output("p", probabilities("B N"));
}

// -- Causal sequences -----------------------------------------------------------------------------

Tensor running_sum(const Tensor& x) { return x.cumsum(1); }
Tensor looks_ahead(const Tensor& x) { return x + x.roll(-1, 1); }
Tensor shifted_sum(const Tensor& x) {
  return torch::constant_pad_nd(x, {1, 0}).slice(1, 0, x.size(1)).cumsum(1);
}
Tensor part_of_all(const Tensor& x) { return x.cumsum(1) / x.size(1); }

Contract causal(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("B", 1, 2)
      .dim("T", 1, 6)
      .input("x", floats("B T"))
      .output("y", floats("B T"))
      .batch("B")
      .sequence("T")
      .causal();
}

}  // namespace

std::vector<Subjects> mask_subjects() {
  const Contract sound_mean = masked("Mean", masked_mean);
  const Contract sound_sum = causal("RunningSum", running_sum);
  const Contract sound_attention = self_attention("Attention", attend, floats("B T E"));
  const Contract sound_weights = self_attention("Weights", weights_of, attention_weights("B T T"));
  const Domain additive = mask("B N", marks_padding).of("scores").or_additive();
  const Domain broadcast = mask("B N", marks_padding).of("scores").or_broadcast();
  const Domain absent = mask("B N", marks_padding).of("scores").optional();
  return {
      {"masked_content_never_leaks", masked("PlainMean", plain_mean), sound_mean},
      {"masked_content_gets_no_gradient", masked("PlainMean", plain_mean), sound_mean},
      {"masked_nan_never_spreads", over_nan("ByProduct", mean_by_product),
       over_nan("Mean", masked_mean)},
      {"a_fully_masked_row_is_defined", masked("NoGuard", mean_without_guard), sound_mean},
      {"a_query_sees_only_its_keys",
       self_attention("Transposed", attend_transposed, floats("B T E")), sound_attention},
      {"kept_content_matters", masked("OneTooFew", one_too_few), sound_mean},
      {"ignores_the_amount_of_padding", masked("OverAll", mean_over_all), sound_mean},
      {"every_form_of_a_mask_agrees", with_form("IgnoresAdditive", ignores_additive, additive),
       with_form("Softmax", masked_softmax, additive)},
      {"every_form_of_a_mask_agrees", with_form("TakesOneRow", takes_one_row, broadcast),
       with_form("Softmax", masked_softmax, broadcast)},
      {"every_form_of_a_mask_agrees", with_form("ZeroWithoutMask", zero_without_mask, absent),
       with_form("Softmax", masked_softmax, absent)},
      {"weights_sum_to_one_over_kept_keys",
       self_attention("TooLate", masks_too_late, attention_weights("B T T")), sound_weights},
      {"weights_sum_to_one_over_kept_keys",
       self_attention("HiddenKeys", weighs_hidden_keys, attention_weights("B T T")), sound_weights},
      {"treats_unordered_dims_as_sets", over_sets("ByPlace", weighs_by_place),
       over_sets("Mean", masked_mean)},
      {"never_looks_ahead", causal("LooksAhead", looks_ahead), sound_sum},
      {"never_sees_its_own_position", sound_sum.declares(strictly_causal("x")),
       causal("ShiftedSum", shifted_sum).declares(strictly_causal("x"))},
      {"prefixes_agree", causal("PartOfAll", part_of_all), sound_sum},
  };
}

}  // namespace gradgrind

// Mutations that let the operator run on other arguments. Where it refuses them, the call is left
// as it is: such a mistake is loud.

#include <ATen/core/Tensor.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "properties/mutation/mutations.h"
#include "properties/operator_values.h"

namespace gradgrind {
namespace {

/// Position of an argument by name; -1 without it.
int position_of(const MutatedCall& call, std::string_view name) {
  const auto& arguments = call.schema.arguments();
  for (std::size_t i = 0; i < arguments.size() && i < call.arguments.size(); ++i) {
    if (arguments[i].name() == name) return static_cast<int>(i);
  }
  return -1;
}

/// An argument and what it becomes.
struct Change {
  int position = -1;
  c10::IValue value;
};

template <Change (*change)(const MutatedCall&)>
bool can_change(const MutatedCall& call, const Values&) {
  return change(call).position >= 0;
}

template <Change (*change)(const MutatedCall&)>
std::optional<Values> run_changed(const MutatedCall& call) {
  const Change changed = change(call);
  if (changed.position < 0) return std::nullopt;
  Values arguments = call.arguments;
  arguments[static_cast<std::size_t>(changed.position)] = changed.value;
  try {
    return call.run(arguments);
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

Change flipped(const MutatedCall& call, std::string_view name) {
  const int position = position_of(call, name);
  if (position < 0 || !call.arguments[static_cast<std::size_t>(position)].isBool()) return {};
  return {position, !call.arguments[static_cast<std::size_t>(position)].toBool()};
}

// -- shape --------------------------------------------------------------------------------------

std::int64_t rank_of(const MutatedCall& call) {
  std::int64_t rank = 0;
  for (const c10::IValue& argument : call.arguments) {
    detail::for_each_tensor(
        argument, [&](const at::Tensor& tensor) { rank = rank == 0 ? tensor.dim() : rank; });
  }
  const bool makes_a_dim =
      base_name(call.schema) == "aten::stack" || base_name(call.schema) == "aten::unsqueeze";
  return rank + (makes_a_dim ? 1 : 0);
}

Change next_dim(const MutatedCall& call) {
  const std::int64_t rank = rank_of(call);
  const int position = std::max(position_of(call, "dim"), position_of(call, "dim0"));
  if (rank < 2 || position < 0) return {};
  const auto next = [rank](std::int64_t dim) { return ((dim + rank) % rank + 1) % rank; };
  const c10::IValue& dim = call.arguments[static_cast<std::size_t>(position)];
  if (dim.isInt()) return {position, next(dim.toInt())};
  if (!dim.isIntList() || dim.toIntList().empty()) return {};
  std::vector<std::int64_t> dims = dim.toIntVector();
  if (static_cast<std::int64_t>(dims.size()) == rank) return {};
  std::transform(dims.begin(), dims.end(), dims.begin(), next);
  return {position, dims};
}

Change other_keepdim(const MutatedCall& call) { return flipped(call, "keepdim"); }

// -- value --------------------------------------------------------------------------------------

// Written out: `swapped` must not stand for a mutant that cannot exist.
bool is_commutative(std::string_view name) {
  constexpr std::array<std::string_view, 20> kCommutative = {
      "aten::add",         "aten::mul",         "aten::eq",          "aten::ne",
      "aten::maximum",     "aten::minimum",     "aten::fmax",        "aten::fmin",
      "aten::logical_and", "aten::logical_or",  "aten::logical_xor", "aten::bitwise_and",
      "aten::bitwise_or",  "aten::bitwise_xor", "aten::hypot",       "aten::dot",
      "aten::mse_loss",    "aten::l1_loss",     "aten::huber_loss",  "aten::smooth_l1_loss"};
  return std::find(kCommutative.begin(), kCommutative.end(), name) != kCommutative.end();
}

// The first two neighbours that may change places.
int first_of_pair(const MutatedCall& call) {
  const auto tensor_at = [&](std::size_t i) {
    return call.arguments[i].isTensor() ? call.arguments[i].toTensor() : at::Tensor();
  };
  for (std::size_t i = 0; i + 1 < call.arguments.size(); ++i) {
    const at::Tensor a = tensor_at(i);
    const at::Tensor b = tensor_at(i + 1);
    if (!a.defined() || !b.defined() || a.scalar_type() != b.scalar_type()) continue;
    if (a.dim() == b.dim() && !a.is_same(b)) return static_cast<int>(i);
  }
  return -1;
}

bool has_operands(const MutatedCall& call, const Values&) {
  return !is_commutative(base_name(call.schema)) && !writes_in_place(call.schema) &&
         first_of_pair(call) >= 0;
}

std::optional<Values> swap_operands(const MutatedCall& call) {
  const int first = first_of_pair(call);
  if (first < 0) return std::nullopt;
  Values arguments = call.arguments;
  const auto position = static_cast<std::size_t>(first);
  std::swap(arguments[position], arguments[position + 1]);
  try {
    return call.run(arguments);
  } catch (const c10::Error&) {
    return std::nullopt;
  }
}

// -- mask ---------------------------------------------------------------------------------------

int mask_of(const MutatedCall& call) {
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const c10::IValue& argument = call.arguments[i];
    if (argument.isTensor() && argument.toTensor().defined() &&
        argument.toTensor().scalar_type() == at::kBool) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

// As if it masked nothing; there is nothing to do where it masks nothing.
Change without_mask(const MutatedCall& call) {
  const std::string_view name = base_name(call.schema);
  const int position = mask_of(call);
  if (position < 0) return {};
  const at::Tensor mask = call.arguments[static_cast<std::size_t>(position)].toTensor();
  if (name == "aten::where") {
    return mask.all().item<bool>() ? Change{} : Change{position, at::ones_like(mask)};
  }
  const bool masks =
      name.rfind("aten::masked_fill", 0) == 0 || name.rfind("aten::masked_scatter", 0) == 0;
  return masks && mask.any().item<bool>() ? Change{position, at::zeros_like(mask)} : Change{};
}

bool has_mask(const MutatedCall& call, const Values& results) {
  const at::Tensor result = first_result(results);
  const bool makes_mask = result.defined() && result.scalar_type() == at::kBool;
  if (makes_mask) return !is_view(call.schema) && !writes_in_place(call.schema);
  return mask_of(call) >= 0 && result.defined();
}

std::optional<Values> invert_mask(const MutatedCall& call) {
  const auto inverted = [](const c10::IValue& mask) { return mask.toTensor().logical_not(); };
  Values arguments = call.arguments;
  const int position = mask_of(call);
  const bool makes_mask =
      !writes_in_place(call.schema) && call.schema.returns().size() == 1 && position < 0;
  if (!makes_mask) {
    if (position < 0) return std::nullopt;
    arguments[static_cast<std::size_t>(position)] =
        inverted(arguments[static_cast<std::size_t>(position)]);
    return call.run(arguments);
  }
  Values results = call.run(arguments);
  const at::Tensor result = first_result(results);
  if (result.defined() && result.scalar_type() == at::kBool) results[0] = inverted(results[0]);
  return results;
}

// -- numeric, mode --------------------------------------------------------------------------------

constexpr double kMostEpsilon = 1e-3;

// A small constant that keeps something from zero.
Change without_epsilon(const MutatedCall& call) {
  const std::string_view name = base_name(call.schema);
  const bool adds = name == "aten::add" || name == "aten::add_" || name == "aten::clamp" ||
                    name == "aten::clamp_min" || name == "aten::clamp_min_";
  for (const std::string_view argument : {"eps", "other", "min"}) {
    const int position = position_of(call, argument);
    if (position < 0 || (argument != "eps" && !adds)) continue;
    const c10::IValue& value = call.arguments[static_cast<std::size_t>(position)];
    if (!value.isDouble() || value.toDouble() == 0) continue;
    if (std::abs(value.toDouble()) <= kMostEpsilon) return {position, 0.0};
  }
  return {};
}

Change other_correction(const MutatedCall& call) {
  const std::string_view name = base_name(call.schema);
  const bool is_spread = name == "aten::var" || name == "aten::std" || name == "aten::var_mean" ||
                         name == "aten::std_mean";
  if (!is_spread) return {};
  const int position = position_of(call, "correction");
  if (position < 0) return flipped(call, "unbiased");
  const c10::IValue& value = call.arguments[static_cast<std::size_t>(position)];
  return {position, value.isInt() && value.toInt() == 0 ? std::int64_t{1} : std::int64_t{0}};
}

Change training_left_on(const MutatedCall& call) {
  for (const std::string_view rate : {"p", "dropout"}) {
    const int position = position_of(call, rate);
    if (position < 0) continue;
    const c10::IValue& value = call.arguments[static_cast<std::size_t>(position)];
    if (value.isDouble() && value.toDouble() == 0) return {};
  }
  for (const std::string_view mode : {"train", "training"}) {
    const Change change = flipped(call, mode);
    if (change.position >= 0 && change.value.toBool()) return change;
  }
  return {};
}

}  // namespace

std::vector<Mutation> argument_mutations() {
  return {
      {"swaps_its_operands", "value", "two of its arguments change places", has_operands,
       swap_operands, "it gives the same either way round"},
      {"works_over_another_dim", "shape", "it works over the next dim", can_change<next_dim>,
       run_changed<next_dim>, nullptr},
      {"breaks_keepdim", "shape", "it keeps the dim that it should drop, or drops it",
       can_change<other_keepdim>, run_changed<other_keepdim>, nullptr},
      {"ignores_its_mask", "mask", "it runs as if its mask hid nothing", can_change<without_mask>,
       run_changed<without_mask>, "what its mask hides holds the filling already"},
      {"inverts_its_mask", "mask", "its mask hides what it should keep", has_mask, invert_mask,
       nullptr},
      {"loses_its_epsilon", "numeric", "its small constant is 0", can_change<without_epsilon>,
       run_changed<without_epsilon>, nullptr},
      {"corrects_its_variance_wrongly", "numeric", "biased where unbiased, or the reverse",
       can_change<other_correction>, run_changed<other_correction>, nullptr},
      {"stays_in_training", "mode", "in evaluation it does what it does in training",
       can_change<training_left_on>, run_changed<training_left_on>, nullptr},
  };
}

}  // namespace gradgrind

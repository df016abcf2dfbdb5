// Mutations that let the operator run and change what it gives back, or what it leaves behind.
//
// A view is left alone: its values are its base's, and the operator that made those is mutated too.

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/randn_like.h>

#include "properties/mutation/mutations.h"
#include "properties/operator_values.h"

namespace gradgrind {
namespace {

constexpr double kSlightly = 1e-3;

bool makes_values(const MutatedCall& call, const Values& results) {
  return !is_view(call.schema) && has_tensor_argument(call) && first_result(results).defined();
}

bool makes_floats(const MutatedCall& call, const Values& results) {
  return makes_values(call, results) && first_result(results).is_floating_point();
}

// The results of the operator with `change` applied to the first; in place where it writes there.
template <class Change>
std::optional<Values> with_changed(const MutatedCall& call, const Change& change) {
  Values results = call.run(call.arguments);
  at::Tensor result = first_result(results);
  if (!result.defined()) return results;
  if (writes_in_place(call.schema)) {
    result.copy_(change(result.clone()));
  } else {
    results[0] = change(result);
  }
  return results;
}

// -- drop ---------------------------------------------------------------------------------------

// The first argument that may stand in for the result; undefined where there is none.
at::Tensor stand_in(const MutatedCall& call, const at::Tensor& result) {
  for (const c10::IValue& argument : call.arguments) {
    if (!argument.isTensor() || !argument.toTensor().defined()) continue;
    const at::Tensor tensor = argument.toTensor();
    if (tensor.sizes() == result.sizes() && tensor.scalar_type() == result.scalar_type()) {
      return tensor;
    }
  }
  return {};
}

bool can_be_dropped(const MutatedCall& call, const Values& results) {
  return makes_values(call, results) && stand_in(call, first_result(results)).defined();
}

std::optional<Values> drop(const MutatedCall& call) {
  const bool is_in_place = writes_in_place(call.schema) && call.schema.returns().size() == 1 &&
                           call.arguments[0].isTensor();
  if (is_in_place) return Values{call.arguments[0]};
  Values results = call.run(call.arguments);
  const at::Tensor result = first_result(results);
  if (!result.defined()) return results;
  const at::Tensor instead = stand_in(call, result);
  if (instead.defined()) results[0] = instead;
  return results;
}

// -- value --------------------------------------------------------------------------------------

std::optional<Values> negate(const MutatedCall& call) {
  return with_changed(call, [](const at::Tensor& result) { return result.neg(); });
}

std::optional<Values> scale(const MutatedCall& call) {
  return with_changed(call, [](const at::Tensor& result) { return result * (1 + kSlightly); });
}

std::optional<Values> add_noise(const MutatedCall& call) {
  return with_changed(call, [](const at::Tensor& result) {
    return result * (at::randn_like(result) * kSlightly + 1);
  });
}

// -- numeric, gradient, batch ---------------------------------------------------------------------

bool has_more_than_half(const MutatedCall& call, const Values& results) {
  if (!makes_floats(call, results)) return false;
  const at::ScalarType type = first_result(results).scalar_type();
  return type == at::kFloat || type == at::kDouble;
}

std::optional<Values> round_to_half(const MutatedCall& call) {
  return with_changed(
      call, [](const at::Tensor& result) { return result.to(at::kHalf).to(result.scalar_type()); });
}

bool passes_gradients(const MutatedCall& call, const Values& results) {
  return makes_floats(call, results) && !writes_in_place(call.schema) &&
         first_result(results).requires_grad();
}

std::optional<Values> detach(const MutatedCall& call) {
  return with_changed(call, [](const at::Tensor& result) { return result.detach(); });
}

bool has_rows(const MutatedCall& call, const Values& results) {
  if (!makes_values(call, results)) return false;
  const at::Tensor result = first_result(results);
  return result.dim() >= 1 && result.size(0) >= 2;
}

std::optional<Values> roll_rows(const MutatedCall& call) {
  return with_changed(call, [](const at::Tensor& result) {
    return result.dim() == 0 ? result : result.roll(1, 0);
  });
}

// -- memory -------------------------------------------------------------------------------------

at::Tensor first_that_outlives(const MutatedCall& call) {
  at::Tensor found;
  for (const c10::IValue& argument : call.arguments) {
    detail::for_each_tensor(argument, [&](const at::Tensor& tensor) {
      if (!found.defined() && tensor.is_floating_point() && call.outlives(tensor)) found = tensor;
    });
  }
  return found;
}

bool reads_what_outlives(const MutatedCall& call, const Values&) {
  return !is_view(call.schema) && !writes_in_place(call.schema) &&
         first_that_outlives(call).defined();
}

std::optional<Values> write_to_argument(const MutatedCall& call) {
  const at::Tensor target = first_that_outlives(call);
  if (!target.defined()) return std::nullopt;
  Values results = call.run(call.arguments);
  const at::NoGradGuard no_grad;
  // As x.data() would: neither autograd nor the version counter sees it.
  target.variable_data().add_(1);
  return results;
}

}  // namespace

std::vector<Mutation> result_mutations() {
  return {
      {"is_dropped", "value", "it hands on its argument instead", can_be_dropped, drop,
       "it hands on what it is given"},
      {"negates_its_result", "value", "its result comes out with the other sign", makes_floats,
       negate, "its result is zero"},
      {"scales_its_result", "value", "its result is larger by a thousandth", makes_floats, scale,
       "its result is zero"},
      {"adds_noise", "value", "its result wavers by about a thousandth", makes_floats, add_noise,
       "its result is zero"},
      {"rounds_to_half", "numeric", "its result is rounded to half precision", has_more_than_half,
       round_to_half, nullptr},
      {"detaches_its_result", "gradient", "no gradient passes through it", passes_gradients, detach,
       nullptr},
      {"rolls_its_rows", "batch", "each row of its result comes out in the place of the next",
       has_rows, roll_rows, "its rows are equal"},
      {"writes_to_its_argument", "memory", "it also adds 1 to an input, a parameter or a buffer",
       reads_what_outlives, write_to_argument, nullptr},
  };
}

}  // namespace gradgrind

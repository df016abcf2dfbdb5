#include "properties/mutation/mutator.h"

#include "properties/compare.h"

namespace gradgrind {
namespace {

// An operator that writes in place would change what the mutation is to start from.
Values copied(const MutatedCall& call) {
  Values copies = call.arguments;
  if (!writes_in_place(call.schema)) return copies;
  for (c10::IValue& argument : copies) {
    if (argument.isTensor() && argument.toTensor().defined()) {
      argument = argument.toTensor().clone();
    }
  }
  return copies;
}

bool are_the_same(const Values& a, const Values& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!a[i].isTensor() || !b[i].isTensor()) continue;
    const at::Tensor& x = a[i].toTensor();
    const at::Tensor& y = b[i].toTensor();
    if (x.defined() != y.defined()) return false;
    if (x.defined() && (x.requires_grad() != y.requires_grad() || !same_bits(x, y))) return false;
  }
  return a.size() == b.size();
}

}  // namespace

Values Mutator::on_call(const MutationSite& site, const Addresses&, const MutatedCall& call) {
  if (!(site == site_)) return call.run(call.arguments);
  switch (mode_) {
    case Mode::compare:
      return compare(call);
    case Mode::spoil:
      return spoil(call);
    case Mode::mutate:
      break;
  }
  return mutate(call);
}

Values Mutator::mutate(const MutatedCall& call) {
  std::optional<Values> results;
  try {
    results = mutation_.run(call);
  } catch (...) {
    acted_ = true;
    throw;
  }
  if (!results.has_value()) return call.run(call.arguments);
  acted_ = true;
  return *std::move(results);
}

Values Mutator::compare(const MutatedCall& call) {
  const Values own = call.run(copied(call));
  Values results = mutate(call);
  same_ = same_ && are_the_same(own, results);
  return results;
}

Values Mutator::spoil(const MutatedCall& call) {
  Values results = call.run(call.arguments);
  const at::Tensor result = first_result(results);
  if (!result.defined()) return results;
  const at::Tensor other =
      result.scalar_type() == at::kBool ? result.logical_not() : result.mul(-1).add(1);
  if (writes_in_place(call.schema)) {
    result.copy_(other);
  } else {
    results[0] = other;
  }
  return results;
}

}  // namespace gradgrind

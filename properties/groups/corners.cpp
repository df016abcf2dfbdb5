#include "properties/groups/corners.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/full_like.h>

#include <algorithm>
#include <limits>

#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/support.h"

namespace gradgrind {
namespace {

// -- Where inputs are pushed to -------------------------------------------------------------------

using Push = at::Tensor (*)(const at::Tensor&);

at::Tensor four_times(const at::Tensor& x) { return x * 4; }
at::Tensor a_quarter(const at::Tensor& x) { return x / 4; }
at::Tensor all_largest(const at::Tensor& x) { return at::full_like(x, 1000); }
at::Tensor all_lowest(const at::Tensor& x) { return at::full_like(x, -1000); }
at::Tensor by_sign(const at::Tensor& x) { return x.sign() * 1000; }
at::Tensor all_zero(const at::Tensor& x) { return x * 0; }
at::Tensor all_equal(const at::Tensor& x) { return at::full_like(x, 1) * x.mean(); }
at::Tensor negated(const at::Tensor& x) { return -x; }
// Far from zero and close together: squares and sums round, and differences of them are noise.
at::Tensor close_together(const at::Tensor& x) {
  return x / (x.abs().max().clamp_min(1) * 1000) + 777.7;
}
at::Tensor tied(const at::Tensor& x) { return x.sign(); }
at::Tensor equal_rows(const at::Tensor& x) {
  return x.dim() == 0 ? x : x.select(0, 0).expand_as(x).contiguous();
}
at::Tensor first_row_zero(const at::Tensor& x) {
  at::Tensor pushed = x.clone();
  if (x.dim() > 0) pushed.select(0, 0).zero_();
  return pushed;
}

// What is close together twice: noise has either sign, and only one of them hurts.
constexpr Push kPushes[] = {four_times,     a_quarter,      all_largest,   all_lowest, by_sign,
                            all_zero,       all_equal,      negated,       tied,       equal_rows,
                            first_row_zero, close_together, close_together};

/// What an input that counts, names or marks is filled with before its domain has its say.
enum class Extreme { lowest, highest, first };
constexpr Extreme kExtremes[] = {Extreme::lowest, Extreme::highest, Extreme::first};

Array filled(Array values, Extreme extreme, bool is_additive) {
  constexpr auto kFar = std::numeric_limits<std::int64_t>::max() / 2;
  Scalar element = values.at(0);
  if (is_additive && extreme != Extreme::first) {
    element = extreme == Extreme::lowest ? -std::numeric_limits<double>::infinity() : 0.0;
  } else if (extreme != Extreme::first) {
    const bool is_boolean = values.dtype() == DType::boolean;
    const std::int64_t lowest = is_boolean ? 0 : -kFar;
    element = extreme == Extreme::lowest ? lowest : is_boolean ? std::int64_t{1} : kFar;
  }
  for (std::int64_t i = 0; i < values.numel(); ++i) values.set(i, element);
  return values;
}

// -- Which inputs ---------------------------------------------------------------------------------

enum class Role { fixed, values, marks };

Role role_of(const Domain& domain, DType dtype) {
  if (domain.content.repair == nullptr) return Role::fixed;  // Nobody knows its members.
  if (domain.masking.additive) return Role::marks;
  if (is_floating(dtype)) return Role::values;
  return is_complex(dtype) ? Role::fixed : Role::marks;
}

class Corners {
 public:
  explicit Corners(Trial& trial) : trial_(trial), source_(trial.seed("corners")) {
    const auto& declared = trial.contract().data().signature.inputs;
    bool is_finite = true;
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const std::vector<TensorValue>& tensors = trial.tested().inputs[i].tensors;
      for (const TensorValue& tensor : tensors) {
        const bool counts = !declared[i].second.masking.additive;
        is_finite = is_finite && (!counts || first_non_finite(materialise(tensor)) < 0);
      }
      if (tensors.size() != 1 || tensors.front().values.numel() == 0) continue;
      const Role role = role_of(declared[i].second, tensors.front().values.dtype());
      if (role == Role::values && first_non_finite(materialise(tensors.front())) < 0)
        values_.push_back(i);
      if (role == Role::marks) marks_.push_back(i);
    }
    // What a mask hides may be NaN: it must stay hidden, and then its gradient is nobody's matter.
    if (!is_finite) marks_.clear();
    judges_gradients_ =
        is_finite && trial.probe().differentiable && without_gradients(trial.contract()).empty();
  }

  bool exist() const { return !values_.empty() || !marks_.empty(); }

  Verdict search();

 private:
  struct Seen {
    Inputs inputs;
    Outputs outputs;
    double largest = 0;
  };

  std::optional<Case> pushed(const Case& from, std::size_t position, bool marks);
  Inputs inputs_of(const Case& a_case) const;
  Seen observed(const Case& a_case, bool with_gradients);
  std::optional<Verdict> judge_outputs(const Seen& seen, const Case& a_case) const;
  std::optional<Verdict> judge_gradients(const Seen& seen, const Case& a_case);
  std::string described(const Case& a_case) const;

  Trial& trial_;
  RandomSource source_;
  std::vector<std::size_t> values_;
  std::vector<std::size_t> marks_;
  bool judges_gradients_ = false;
  std::size_t next_push_ = 0;  // In turns, from one that the case decides.
};

// The nearest member of the domains, or nothing where that is the case as it was or none of the
// contract's.
std::optional<Case> Corners::pushed(const Case& from, std::size_t position, bool marks) {
  const Contract& contract = trial_.contract();
  Case to = from;
  Array& values = to.inputs[position].tensors.front().values;
  if (marks) {
    const Extreme extreme = kExtremes[source_.below(std::size(kExtremes))];
    const Domain& domain = contract.data().signature.inputs[position].second;
    values = filled(values, extreme, domain.masking.additive);
  } else {
    TensorValue dense;
    dense.values = values;
    values = array_of(kPushes[next_push_++ % std::size(kPushes)](materialise(dense)));
  }
  contract.space().repair(to);
  if (to == from || !contract.space().mismatch(to).empty()) return std::nullopt;
  for (const auto& [what, predicate] : contract.data().predicates) {
    if (!predicate(to)) return std::nullopt;
  }
  return to;
}

Inputs Corners::inputs_of(const Case& a_case) const {
  const Inputs all = materialise(trial_.contract().space(), a_case);
  const std::size_t count = trial_.contract().data().signature.inputs.size();
  return Inputs({all.slots().begin(), all.slots().begin() + static_cast<std::ptrdiff_t>(count)},
                all.dims(), all.parameters());
}

Corners::Seen Corners::observed(const Case& a_case, bool with_gradients) {
  Seen seen;
  seen.inputs = inputs_of(a_case);
  ObserveOptions options;
  options.scan_values = true;
  const Trace trace = observe(options, [&] {
    if (!with_gradients) {
      seen.outputs = trial_.forward(seen.inputs);
      return;
    }
    for (Inputs::Slot& slot : seen.inputs.slots()) {
      for (at::Tensor& tensor : slot.tensors) {
        if (tensor.is_floating_point()) tensor.requires_grad_(true);
      }
    }
    trial_.model().zero_grad();
    seen.outputs = trial_.forward_with_grad(seen.inputs);
  });
  for (const OperatorCall& call : trace.calls) {
    for (const TensorFacts& facts : call.outputs) {
      seen.largest = std::max(seen.largest, facts.max_abs);
    }
  }
  return seen;
}

std::string Corners::described(const Case& a_case) const {
  std::string text;
  for (const std::vector<std::size_t>* positions : {&values_, &marks_}) {
    for (const std::size_t position : *positions) {
      TensorValue dense;
      dense.values = a_case.inputs[position].tensors.front().values;
      text += "\n" + a_case.inputs[position].name + ": " + describe(dense);
    }
  }
  return text;
}

std::optional<Verdict> Corners::judge_outputs(const Seen& seen, const Case& a_case) const {
  for (std::size_t i = 0; i < seen.outputs.count(); ++i) {
    const std::int64_t place = first_non_finite(seen.outputs[i]);
    if (place < 0) continue;
    const std::string name = trial_.output_name(i);
    return failure("not finite", name,
                   name + " is not finite for members of the domains that lie at a corner",
                   name + index_text(seen.outputs[i], place) + " is " +
                       element_text(seen.outputs[i], place) + " for" + described(a_case));
  }
  return std::nullopt;
}

std::optional<Verdict> Corners::judge_gradients(const Seen& seen, const Case& a_case) {
  const at::Tensor loss = weighted_sum(seen.outputs);
  if (!loss.defined() || !loss.requires_grad()) return std::nullopt;
  run_backward(loss);
  std::vector<NamedTensor> all = trial_.model().parameters();
  for (const Inputs::Slot& slot : seen.inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) all.push_back({slot.name, tensor});
  }
  for (const NamedTensor& entry : all) {
    if (!entry.tensor.defined() || !entry.tensor.is_leaf()) continue;
    const at::Tensor& gradient = entry.tensor.grad();
    if (!gradient.defined()) continue;
    const std::int64_t place = first_non_finite(gradient);
    if (place < 0) continue;
    return failure("not finite", entry.name,
                   "the gradient of " + entry.name +
                       " is not finite for members of the domains that lie at a corner, although "
                       "every output is",
                   "d/d " + entry.name + index_text(gradient, place) + " is " +
                       element_text(gradient, place) + " for" + described(a_case));
  }
  return std::nullopt;
}

// As many forwards as a case is worth, more where it is small, and one backward to so many of them.
constexpr int kTries = 32;
constexpr int kTriesOfLarge = 12;
constexpr std::int64_t kSmall = 1024;
constexpr int kForwardsToABackward = 4;

Verdict Corners::search() {
  Case here = trial_.tested();
  next_push_ = source_.below(std::size(kPushes));
  double largest = observed(here, false).largest;
  const int tries = total_numel(here) <= kSmall ? kTries : kTriesOfLarge;
  for (int attempt = 0; attempt < tries; ++attempt) {
    const std::size_t chosen = source_.below(values_.size() + marks_.size());
    const bool marks = chosen >= values_.size();
    const std::size_t position = marks ? marks_[chosen - values_.size()] : values_[chosen];
    // From the case itself every other time: where all is equal, much is lost.
    const Case& from = source_.below(2) == 0 ? trial_.tested() : here;
    const std::optional<Case> next = pushed(from, position, marks);
    if (!next) continue;
    const bool with_gradients = judges_gradients_ && attempt % kForwardsToABackward == 0;
    Seen seen;
    try {
      seen = observed(*next, with_gradients);
    } catch (const UsageError&) {
      throw;
    } catch (const std::exception&) {
      if (!marks) throw;
      continue;  // Of masks and lengths a refusal in words is an answer.
    }
    if (auto verdict = judge_outputs(seen, *next)) return *verdict;
    if (with_gradients) {
      if (auto verdict = judge_gradients(seen, *next)) return *verdict;
    }
    // Uphill, and now and then sideways, so that a small input meets a large one.
    if (seen.largest >= largest || source_.below(4) == 0) {
      largest = seen.largest;
      here = *next;
    }
  }
  return Verdict::holds();
}

}  // namespace

std::string without_corners(const Contract& contract) {
  for (const auto& [name, domain] : contract.data().signature.inputs) {
    const DType dtype = domain.dtypes.empty() ? DType::float32 : domain.dtypes.front();
    if (role_of(domain, dtype) != Role::fixed) return {};
  }
  return "no input has a domain with corners";
}

Verdict check_corners(Trial& trial) {
  Corners corners(trial);
  if (!corners.exist()) return Verdict::discarded("no input to push");
  return corners.search();
}

}  // namespace gradgrind

// Laws of algebra that a contract declares. They hold up to rounding.
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "gradgrind/properties/laws.h"
#include "properties/groups/axes.h"
#include "properties/groups/groups.h"
#include "properties/groups/law_runs.h"
#include "properties/groups/support.h"
#include "properties/law_names.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

// -- Both sides of a law, in a dtype --------------------------------------------------------------

using Sides = std::pair<Outputs, Outputs>;

Outputs mapped(Outputs outputs, const Map& map) {
  for (at::Tensor& output : outputs.tensors) output = map(output);
  return outputs;
}

Outputs combined(Outputs a, const Outputs& b, const Outputs& c) {
  for (std::size_t i = 0; i < a.count(); ++i) a.tensors[i] = a[i] + b[i] - c[i];
  return a;
}

Sides additive_sides(Trial& trial, const Law& law, DType dtype) {
  // Halves, so that the sum is no larger than what the domain promises.
  const at::Tensor y = other_contents(trial, law.input, dtype) / 2;
  const auto f = [&](const Map& map) { return after(trial, dtype, law.input, map); };
  const Outputs sum = f([&](const at::Tensor& x) { return x / 2 + y; });
  const Outputs of_x = f([](const at::Tensor& x) { return x / 2; });
  const Outputs of_y = f([&](const at::Tensor&) { return y; });
  const Outputs of_zero = f([](const at::Tensor& x) { return x * 0; });
  return {sum, combined(of_x, of_y, of_zero)};
}

Sides scaled_sides(Trial& trial, const Law& law, double degree, DType dtype) {
  const Outputs scaled = after(trial, dtype, law.input, [](const at::Tensor& x) { return x / 2; });
  const double factor = std::pow(0.5, degree);
  return {mapped(plain(trial, dtype), [&](const at::Tensor& y) { return y * factor; }), scaled};
}

Sides shifted_sides(Trial& trial, const Law& law, DType dtype) {
  const double offset = trial.seed("shift") % 2 == 0 ? 4 : -4;
  return {plain(trial, dtype),
          after(trial, dtype, law.input, [&](const at::Tensor& x) { return x + offset; })};
}

// f(f(x)), of one input and one output.
Outputs twice(Trial& trial, DType dtype) {
  Inputs again = inputs_in(trial, dtype);
  again.slots().front().tensors.front() = plain(trial, dtype)[0];
  return trial.forward_in(dtype, again);
}

Outputs the_input(const Trial& trial, DType dtype) {
  return {{inputs_in(trial, dtype).slots().front().tensors.front()}, {""}};
}

Sides mirrored_sides(Trial& trial, const Law& law, double sign, DType dtype) {
  const Outputs negated = after(trial, dtype, law.input, [](const at::Tensor& x) { return -x; });
  return {mapped(plain(trial, dtype), [&](const at::Tensor& y) { return y * sign; }), negated};
}

Sides swapped_sides(Trial& trial, const Law& law, DType dtype) {
  Inputs swapped = inputs_in(trial, dtype);
  std::swap(swapped[law.input], swapped[law.partner]);
  return {plain(trial, dtype), trial.forward_in(dtype, swapped)};
}

// -- Translation ----------------------------------------------------------------------------------

std::vector<std::int64_t> rolled(std::int64_t size) {
  std::vector<std::int64_t> positions = first_positions(size);
  std::rotate(positions.begin(), positions.end() - 1, positions.end());
  return positions;
}

std::vector<std::int64_t> inner(std::int64_t size, std::int64_t margin) {
  std::vector<std::int64_t> positions;
  for (std::int64_t i = margin + (margin > 0 ? 1 : 0); i < size - margin; ++i) {
    positions.push_back(i);
  }
  return positions;
}

Sides translated_sides(Trial& trial, const Law& law, DType dtype) {
  const std::int64_t size = trial.tested().dims[law.dim];
  const auto counted = [&](const Outputs& outputs) {
    return taken(trial, outputs, law.dim, inner(size, law.margin));
  };
  const Inputs moved = taken(trial, inputs_in(trial, dtype), law.dim, rolled(size));
  return {counted(taken(trial, plain(trial, dtype), law.dim, rolled(size))),
          counted(trial.forward_in(dtype, moved))};
}

// -- Means ----------------------------------------------------------------------------------------

Sides averaged_sides(Trial& trial, const Law& law, DType dtype) {
  const std::int64_t rows = trial.tested().dims[law.dim];
  const auto alone = [&](std::int64_t row) {
    return trial.forward_in(dtype, taken(trial, inputs_in(trial, dtype), law.dim, {row}));
  };
  Outputs sum = alone(0);
  for (std::int64_t row = 1; row < rows; ++row) {
    const Outputs next = alone(row);
    for (std::size_t i = 0; i < sum.count(); ++i) sum.tensors[i] = sum[i] + next[i];
  }
  const auto mean = [&](const at::Tensor& y) { return (y / rows).to(y.scalar_type()); };
  return {mapped(sum, mean), plain(trial, dtype)};
}

Verdict check_mean_law(Trial& trial, const Law& law) {
  const std::string reason = bound_to(trial, law.dim);
  if (!reason.empty()) return Verdict::not_applicable(reason);
  if (trial.tested().dims[law.dim] < 2) return Verdict::discarded("fewer than 2 rows");
  return agree(trial, {"as the mean of its rows alone", "at once",
                       [&](DType dtype) { return averaged_sides(trial, law, dtype); }});
}

// -- The group ------------------------------------------------------------------------------------

struct Entry {
  const char* property;
  const char* claim;
  const char* expected_when;
  const char* actual_when;
  std::function<Sides(Trial&, const Law&, DType)> sides;
};

std::vector<Entry> entries() {
  return {
      {kAdditive, "f(x + y) is f(x) + f(y) - f(0)", "of x + y", "put together from x and y",
       additive_sides},
      {kHomogeneous, "f(a x) is a^degree f(x) for a > 0", "scaled afterwards", "scaled before",
       [](Trial& trial, const Law& law, DType dtype) {
         return scaled_sides(trial, law, law.degree, dtype);
       }},
      {kScale, "f(a x) is f(x) for a > 0", "in this case", "with the input scaled by a half",
       [](Trial& trial, const Law& law, DType dtype) {
         return scaled_sides(trial, law, 0, dtype);
       }},
      {kShift, "f(x + c) is f(x)", "in this case", "with the input shifted by 4", shifted_sides},
      {kIdempotent, "f(f(x)) is f(x)", "applied once", "applied twice",
       [](Trial& trial, const Law&, DType dtype) {
         return Sides(plain(trial, dtype), twice(trial, dtype));
       }},
      {kInvolution, "f(f(x)) is x", "before", "applied twice",
       [](Trial& trial, const Law&, DType dtype) {
         return Sides(the_input(trial, dtype), twice(trial, dtype));
       }},
      {kOdd, "f(-x) is -f(x)", "negated afterwards", "negated before",
       [](Trial& trial, const Law& law, DType dtype) {
         return mirrored_sides(trial, law, -1, dtype);
       }},
      {kEven, "f(-x) is f(x)", "in this case", "with the input negated",
       [](Trial& trial, const Law& law, DType dtype) {
         return mirrored_sides(trial, law, 1, dtype);
       }},
      {kSymmetric, "f(a, b) is f(b, a)", "in this case", "with both inputs exchanged",
       swapped_sides},
      {kTranslation, "inputs rolled by one along a dim give outputs rolled by one",
       "rolled afterwards", "rolled before", translated_sides},
  };
}

// The first law that fails, of those that are declared under `property`.
Verdict judge_laws(Trial& trial, const std::string& property,
                   const std::function<Verdict(const Law&)>& judge) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  Verdict last = Verdict::holds();
  for (const Law& law : trial.contract().data().laws) {
    if (law.property != property) continue;
    last = judge(law);
    if (last.is_failure()) return last;
  }
  return last;
}

Property& add_law(Suite& suite, const std::string& name, const char* claim) {
  Property& property = add(suite, name.c_str(), claim, ToleranceClass::ladder, nullptr, nullptr);
  property.ruled_out = [name](const Contract& contract) {
    const auto& laws = contract.data().laws;
    const bool is_declared =
        std::any_of(laws.begin(), laws.end(), [&](const Law& law) { return law.property == name; });
    return is_declared ? std::string() : "no law of the contract says so";
  };
  property.cost = 4;
  return property;
}

}  // namespace

Suite algebra_group() {
  Suite suite;
  for (const Entry& entry : entries()) {
    add_law(suite, entry.property, entry.claim).check = [entry](Trial& trial) {
      return judge_laws(trial, entry.property, [&](const Law& law) {
        return agree(trial, {entry.expected_when, entry.actual_when,
                             [&](DType dtype) { return entry.sides(trial, law, dtype); }});
      });
    };
  }
  add_law(suite, kMeanOver, "the result for a batch is the mean of those for its rows").check =
      [](Trial& trial) {
        return judge_laws(trial, kMeanOver,
                          [&](const Law& law) { return check_mean_law(trial, law); });
      };
  add_law(suite, kLipschitz,
          "a change of the input changes the outputs no more times as much than declared")
      .check = [](Trial& trial) {
    return judge_laws(trial, kLipschitz,
                      [&](const Law& law) { return check_lipschitz_law(trial, law); });
  };
  add_law(suite, kMonotone, "where no element of the input falls, none of the output does").check =
      [](Trial& trial) {
        return judge_laws(trial, kMonotone,
                          [&](const Law& law) { return check_monotone_law(trial, law); });
      };
  return labelled("algebra", std::move(suite));
}

}  // namespace gradgrind

#include "properties/tolerance.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/observation.h"
#include "properties/compare.h"

namespace gradgrind {
namespace {

constexpr double kRoundingRatio = 1e6;
constexpr double kLooseGate = 64;
constexpr double kShortestReduction = 16;

// The largest fan-in among the parameters: how many products its longest sum adds up.
double reduction_length(const Model& model) {
  double longest = kShortestReduction;
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.tensor.dim() < 2 || parameter.tensor.size(0) == 0) continue;
    longest = std::max(longest, static_cast<double>(parameter.tensor.numel()) /
                                    static_cast<double>(parameter.tensor.size(0)));
  }
  return longest;
}

double largest_magnitude(const at::Tensor& tensor) {
  if (tensor.numel() == 0 || tensor.is_complex()) {
    return tensor.numel() == 0 ? 0 : tensor.abs().max().item<double>();
  }
  return tensor.to(at::kDouble).abs().nan_to_num(0, 0, 0).max().item<double>();
}

bool follows_dtype(const at::Tensor& tensor) {
  return tensor.is_floating_point() || tensor.is_complex();
}

struct Gap {
  double difference = 0;
  double bound = 0;
  double magnitude = 0;
};

Gap gap_between(const at::Tensor& expected, const at::Tensor& actual, double length, double unit) {
  Gap gap;
  gap.difference = worst_element(expected, actual).difference;
  gap.magnitude = largest_magnitude(expected);
  gap.bound = follows_dtype(expected) ? rounding_bound(length, unit, gap.magnitude) : 0;
  return gap;
}

Evidence evidence_of(const Trial& trial, const Comparison& comparison, std::size_t output,
                     const at::Tensor& expected, const at::Tensor& actual) {
  Evidence evidence;
  evidence.kind = "differs";
  evidence.output =
      output < comparison.names.size() ? comparison.names[output] : trial.output_name(output);
  evidence.message = fmt::format("{} {} is not what it is {}", evidence.output,
                                 comparison.actual_when, comparison.expected_when);
  evidence.worst = worst_text(evidence.output, expected, comparison.expected_when, actual,
                              comparison.actual_when);
  return evidence;
}

}  // namespace

double rounding_bound(double reduction_length, double unit_roundoff, double magnitude) {
  return (8 + 2 * std::sqrt(reduction_length)) * unit_roundoff * magnitude;
}

double unit_roundoff(DType dtype) { return epsilon(dtype) / 2; }

double largest_intermediate(const std::function<void()>& run) {
  ObserveOptions options;
  options.scan_values = true;
  const Trace trace = observe(options, run);
  double largest = 0;
  for (const OperatorCall& call : trace.calls) {
    for (const TensorFacts& facts : call.outputs) largest = std::max(largest, facts.max_abs);
  }
  return largest;
}

Verdict agree(Trial& trial, const Comparison& comparison) {
  const DType dtype = trial.tested().dtype;
  const auto [expected, actual] = comparison.in(dtype);
  const std::string structure = structural_difference(expected, actual);
  if (!structure.empty()) {
    Evidence evidence;
    evidence.kind = "wrong shape";
    evidence.message = comparison.actual_when + " " + structure + ", " + comparison.expected_when;
    return Verdict::fails(std::move(evidence));
  }
  const double length = reduction_length(trial.model());
  const DType coarse_dtype = dtype == DType::float64 ? DType::float32 : dtype;
  const auto is_within_gate = [&](const Gap& coarse) {
    if (coarse.difference <= kLooseGate * coarse.bound) return true;
    const double magnitude = largest_intermediate([&] { comparison.in(coarse_dtype); });
    return coarse.difference <=
           kLooseGate * rounding_bound(length, unit_roundoff(coarse_dtype), magnitude);
  };
  const auto rounds_in_float64 = [&](const Gap& fine) {
    const double magnitude = largest_intermediate([&] { comparison.in(DType::float64); });
    return fine.difference <= rounding_bound(length, unit_roundoff(DType::float64), magnitude);
  };
  for (std::size_t i = 0; i < expected.count(); ++i) {
    const Gap gap = gap_between(expected[i], actual[i], length, unit_roundoff(dtype));
    if (gap.difference <= gap.bound) continue;
    const bool is_exact_type = !follows_dtype(expected[i]);
    // No finer dtype can tell, and float32 may be exact by chance where float64 is not.
    if (dtype == DType::float64 && !is_exact_type && rounds_in_float64(gap)) continue;

    Evidence evidence = evidence_of(trial, comparison, i, expected[i], actual[i]);
    const DType other = dtype == DType::float64 ? DType::float32 : DType::float64;
    std::pair<Outputs, Outputs> again;
    try {
      again = comparison.in(other);
    } catch (const c10::Error&) {
      // Without a twin only the loose gate can tell.
      if (gap.difference <= kLooseGate * gap.bound) {
        return Verdict::discarded("undecided: no " + std::string(name(other)) + " twin runs");
      }
      evidence.bound =
          fmt::format("{:.3g} = (8 + 2*sqrt({:.0f})) * {:.2g} * {:.3g}, times {}", gap.bound,
                      length, unit_roundoff(dtype), gap.magnitude, kLooseGate);
      return Verdict::fails(std::move(evidence));
    }
    const Gap twin = gap_between(again.first[i], again.second[i], length, unit_roundoff(other));
    const Gap& coarse = dtype == DType::float64 ? twin : gap;
    const Gap& fine = dtype == DType::float64 ? gap : twin;
    const double ratio = fine.difference == 0 ? INFINITY : coarse.difference / fine.difference;
    const bool within_gate = is_exact_type || is_within_gate(coarse);
    // What cancels to nothing in the coarse dtype differs by no more than its whole value there.
    const bool is_rounding = ratio > kRoundingRatio || (!is_exact_type && rounds_in_float64(fine));
    if (is_rounding && within_gate) continue;

    evidence.bound =
        is_exact_type
            ? "integers must agree exactly"
            : fmt::format(
                  "difference {:.3g} exceeds {:.3g} = (8 + 2*sqrt({:.0f})) * {:.2g} * {:.3g};\n"
                  "in {} it is {:.3g}: {}",
                  gap.difference, gap.bound, length, unit_roundoff(dtype), gap.magnitude,
                  name(other), twin.difference,
                  is_rounding ? "smaller, but too large to be rounding"
                              : "no rounding, which would shrink 1e6-fold");
    if (!trial.probe().dtype_pure) {
      evidence.bound +=
          "\n(the subject casts to a lower dtype inside, which hides what float64 shows)";
    }
    return Verdict::fails(std::move(evidence));
  }
  return Verdict::holds();
}

}  // namespace gradgrind

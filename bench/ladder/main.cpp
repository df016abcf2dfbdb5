// What the precision ladder sees in modules of torch::nn: the discrepancies of three relations in
// float32 and in float64, as they are and with a planted fault of a millionth.
#include <ATen/TensorOperators.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "bench/ladder/histogram.h"
#include "bench/ladder/relations.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"
#include "properties/compare.h"
#include "properties/model_pool.h"
#include "properties/tolerance.h"
#include "tests/torch_nn/contracts/contracts.h"

namespace gg = gradgrind;

namespace {

// A planted fault that moves no element by this share of the largest one is not there to be found.
constexpr double kShows = 1e-9;

/// What came of all comparisons with one fault planted or none.
struct Tally {
  bench::Histogram all;     ///< Where float32 differs at all.
  bench::Histogram beyond;  ///< Where it differs by more than the first bound: the ladder decides.
  std::size_t comparisons = 0;
  std::size_t same_bits = 0;
  std::map<gg::DType, std::size_t> judged;
  std::map<gg::DType, std::size_t> found;
  std::set<std::string> modules;
  std::string lowest;  ///< Where the lowest ratio beyond the bound was met.
};

double magnitude(const gg::Outputs& outputs) {
  double largest = 0;
  for (const at::Tensor& output : outputs.tensors) {
    largest = std::max(largest, gg::worst_element(output, output - output).difference);
  }
  return largest;
}

double difference(const std::pair<gg::Outputs, gg::Outputs>& outputs) {
  double largest = 0;
  for (std::size_t i = 0; i < outputs.first.count(); ++i) {
    largest = std::max(largest, gg::worst_element(outputs.first[i], outputs.second[i]).difference);
  }
  return largest;
}

// The first rung, with the shortest reduction: what is beyond it may go on to the second.
bool is_beyond_bound(const std::pair<gg::Outputs, gg::Outputs>& outputs) {
  for (std::size_t i = 0; i < outputs.first.count(); ++i) {
    const at::Tensor& expected = outputs.first[i];
    const double largest = magnitude(outputs.first);
    const double bound = gg::rounding_bound(16, gg::unit_roundoff(gg::DType::float32), largest);
    if (gg::worst_element(expected, outputs.second[i]).difference > bound) return true;
  }
  return false;
}

bool says_something(const std::pair<gg::Outputs, gg::Outputs>& outputs) {
  if (outputs.first.count() == 0) return false;
  return std::all_of(outputs.first.tensors.begin(), outputs.first.tensors.end(),
                     [](const at::Tensor& output) {
                       return output.is_floating_point() && gg::first_non_finite(output) < 0;
                     });
}

void compare(gg::Trial& trial, const bench::Relation& relation, bench::Fault fault, Tally& tally) {
  const auto coarse = relation.in(trial, gg::DType::float32, fault);
  if (!says_something(coarse)) return;
  const auto fine = relation.in(trial, gg::DType::float64, fault);
  // Where all rows are equal, say, the fault changes nothing.
  const bool is_planted = fault != bench::Fault::none;
  if (is_planted && difference(fine) <= kShows * magnitude(fine.first)) return;
  ++tally.comparisons;
  tally.modules.insert(trial.contract().name());
  const double in_float32 = difference(coarse);
  if (in_float32 == 0) {
    ++tally.same_bits;
  } else {
    const double in_float64 = difference(fine);
    const double ratio = in_float64 == 0 ? INFINITY : in_float32 / in_float64;
    tally.all.add(ratio);
    if (is_beyond_bound(coarse)) {
      if (ratio < tally.beyond.lowest()) {
        tally.lowest = trial.contract().name() + ", " + relation.name;
      }
      tally.beyond.add(ratio);
    }
  }
  const gg::Verdict verdict = gg::agree(trial, {"in one way", "in another", [&](gg::DType dtype) {
                                                  return relation.in(trial, dtype, fault);
                                                }});
  ++tally.judged[trial.tested().dtype];
  if (!verdict.is_failure()) return;
  ++tally.found[trial.tested().dtype];
  if (!is_planted) {
    fmt::print("FALSE ALARM: {}, {}\n{}\n{}\n{}", trial.contract().name(), relation.name,
               verdict.evidence.worst, verdict.evidence.bound, gg::describe(trial.tested()));
  }
}

void measure(const gg::Contract& contract, std::uint64_t seeds, Tally& clean, Tally& leaking) {
  gg::ModelPool pool(contract.data().subject);
  const gg::Probe probe;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const gg::Case a_case = contract.space().at(seed, contract.space().edges().size());
    gg::Trial trial(contract, a_case, pool, probe);
    for (const bench::Relation& relation : bench::relations()) {
      compare(trial, relation, bench::Fault::none, clean);
      compare(trial, relation, bench::Fault::leak, leaking);
    }
  }
}

double share(const Tally& tally, gg::DType dtype) {
  const auto found = tally.found.find(dtype);
  const auto judged = tally.judged.find(dtype);
  if (found == tally.found.end() || judged == tally.judged.end()) return 0;
  return 100.0 * static_cast<double>(found->second) / static_cast<double>(judged->second);
}

// Takes `--seeds N` out of the arguments; the rest is for the rows.
std::uint64_t seeds_among(int& count, char** arguments) {
  std::uint64_t seeds = 60;
  for (int i = 1; i + 1 < count; ++i) {
    if (std::string(arguments[i]) != "--seeds") continue;
    seeds = std::strtoull(arguments[i + 1], nullptr, 10);
    std::copy(arguments + i + 2, arguments + count, arguments + i);
    count -= 2;
    break;
  }
  return std::max<std::uint64_t>(seeds, 1);
}

}  // namespace

int main(int count, char** arguments) {
  const std::uint64_t seeds = seeds_among(count, arguments);
  bench::Rows rows(count, arguments);
  Tally clean;
  Tally leaking;
  for (const gg::Contract& contract : torch_nn::contracts()) {
    const gg::ContractData& data = contract.data();
    if (data.batch.empty() || !data.stochastic.empty()) continue;
    measure(contract, seeds, clean, leaking);
  }
  bench::print({{"clean", clean.all},
                {"clean, beyond bound", clean.beyond},
                {"leaking", leaking.all},
                {"leaking, beyond bound", leaking.beyond}});
  if (!clean.lowest.empty()) fmt::print("lowest clean ratio: {}\n\n", clean.lowest);

  const std::string prefix = fmt::format("ladder, {} seeds: ", seeds);
  rows.at_least(40, prefix + "modules", static_cast<double>(clean.modules.size()), "");
  rows.add(prefix + "clean comparisons", static_cast<double>(clean.comparisons), "");
  rows.add(prefix + "of them the same bits",
           100.0 * static_cast<double>(clean.same_bits) / static_cast<double>(clean.comparisons),
           "%");
  rows.at_most(
      0, prefix + "clean ones called a defect",
      static_cast<double>(clean.found[gg::DType::float32] + clean.found[gg::DType::float64]), "");
  rows.at_least(1e6, prefix + "lowest clean ratio beyond the bound", clean.beyond.lowest(), "");
  rows.at_most(1, prefix + "leaks beyond it taken for rounding", leaking.beyond.share_from(6), "%");
  rows.add(prefix + "leaks found in float32", share(leaking, gg::DType::float32), "%");
  rows.add(prefix + "leaks found in float64", share(leaking, gg::DType::float64), "%");
  return rows.finish();
}

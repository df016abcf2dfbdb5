#include "properties/explain.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "properties/watched_runs.h"

namespace gradgrind {
namespace {

using WatchedRun = WatchedRuns::Run;
using Runs = std::vector<WatchedRun>;

/// How the runs of a property that compares some relate to one another.
enum class Relation {
  none,
  equal_inputs,  ///< All start from equal inputs and give the same bits.
  kept_row,      ///< One row starts from equal contents; the first that differs mixes rows.
  same_rows,     ///< Rows of equal contents agree up to rounding, wherever they stand.
  copied_rows,   ///< Likewise within one run.
  last_two,      ///< The last two agree up to rounding.
};

struct Known {
  std::string_view property;
  Relation relation;
};

constexpr std::array<Known, 13> kRelations = {{
    {"evaluation_is_pure", Relation::equal_inputs},
    {"same_seed_gives_the_same_bits", Relation::equal_inputs},
    {"evaluation_ignores_the_seed", Relation::equal_inputs},
    {"grad_mode_changes_nothing", Relation::equal_inputs},
    {"saves_and_loads", Relation::equal_inputs},
    {"clone_is_equal_then_independent", Relation::equal_inputs},
    {"training_mode_leaves_no_trace", Relation::equal_inputs},
    {"keeps_batch_rows_apart", Relation::kept_row},
    {"commutes_with_row_permutation", Relation::same_rows},
    {"splits_into_smaller_batches", Relation::same_rows},
    {"single_rows_match_the_batch", Relation::same_rows},
    {"duplicate_rows_agree", Relation::copied_rows},
    {"same_for_every_layout", Relation::last_two},
}};

Relation relation_of(const std::string& property) {
  for (const Known& known : kRelations) {
    if (property == known.property) return known.relation;
  }
  return Relation::none;
}

// An operator of one of the runs.
struct Culprit {
  const OperatorCall* call = nullptr;
  const OperatorCall* forward = nullptr;  ///< Of a call in a backward pass, what it is for.
  bool is_backward = false;
};

Culprit culprit_at(const Runs& runs, std::size_t run, std::size_t call) {
  Culprit found{&runs[run].trace.calls[call], nullptr, runs[run].is_backward};
  for (std::size_t earlier = run; found.is_backward && earlier-- > 0;) {
    if (runs[earlier].is_backward) continue;
    const auto made_by = forward_of(runs[earlier].trace, *found.call);
    if (!made_by.has_value()) continue;
    found.forward = &runs[earlier].trace.calls[*made_by];
    break;
  }
  return found;
}

Culprit thrower(const Runs& runs) {
  for (std::size_t run = runs.size(); run-- > 0;) {
    const std::vector<OperatorCall>& calls = runs[run].trace.calls;
    for (std::size_t call = calls.size(); call-- > 0;) {
      if (!calls[call].returned) return culprit_at(runs, run, call);
    }
  }
  return {};
}

Culprit first_bad(const Runs& runs) {
  for (std::size_t run = 0; run < runs.size(); ++run) {
    if (const auto first = first_non_finite(runs[run].trace)) return culprit_at(runs, run, *first);
  }
  return {};
}

// The first operator of the first run that differs in one of the others.
Culprit first_different(const Runs& runs) {
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const auto first = first_difference(runs[0].trace, runs[i].trace);
    if (first.has_value() && *first < runs[0].trace.calls.size())
      return culprit_at(runs, 0, *first);
  }
  return {};
}

// Those in which rounding hides least: in float64 where there are any.
std::vector<const WatchedRun*> finest(const Runs& runs) {
  std::vector<const WatchedRun*> all;
  std::vector<const WatchedRun*> fine;
  for (const WatchedRun& run : runs) {
    if (run.is_backward) continue;
    all.push_back(&run);
    if (run.start.dtype == "float64") fine.push_back(&run);
  }
  return fine.empty() ? all : fine;
}

// Each row of `second` with one of `first` of the same contents: of equal ones the next that is not
// taken, or seen from behind.
SameRows matched(const std::vector<std::uint64_t>& first, const std::vector<std::uint64_t>& second,
                 bool from_behind) {
  SameRows rows;
  rows.first_batch = static_cast<std::int64_t>(first.size());
  rows.second_batch = static_cast<std::int64_t>(second.size());
  std::vector<bool> is_taken(first.size());
  for (std::size_t j = 0; j < second.size(); ++j) {
    for (std::size_t step = 0; step < first.size(); ++step) {
      const std::size_t i = from_behind ? first.size() - 1 - step : step;
      if (is_taken[i] || first[i] != second[j]) continue;
      is_taken[i] = true;
      rows.pairs.emplace_back(i, j);
      break;
    }
  }
  return rows;
}

SameRows copies_in(const std::vector<std::uint64_t>& rows) {
  SameRows same;
  same.first_batch = same.second_batch = static_cast<std::int64_t>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i] == rows[j]) same.pairs.emplace_back(i, j);
    }
  }
  return same;
}

Culprit first_diverging(const WatchedRun& first, const WatchedRun& second, const SameRows& rows) {
  const auto found = first_divergence(first.trace, second.trace, rows);
  if (!found.has_value()) return {};
  return {&first.trace.calls[found->first], nullptr, false};
}

Culprit diverging(const Runs& watched, Relation relation) {
  const std::vector<const WatchedRun*> runs = finest(watched);
  if (runs.empty()) return {};
  const WatchedRun& whole = *runs.front();
  switch (relation) {
    case Relation::same_rows:
      for (std::size_t i = 1; i < runs.size(); ++i) {
        for (const bool from_behind : {false, true}) {
          const SameRows rows = matched(whole.start.rows, runs[i]->start.rows, from_behind);
          if (rows.pairs.empty()) continue;
          const Culprit found = first_diverging(whole, *runs[i], rows);
          if (found.call != nullptr) return found;
        }
      }
      return {};
    case Relation::copied_rows: {
      const SameRows rows = copies_in(whole.start.rows);
      return rows.pairs.empty() ? Culprit() : first_diverging(whole, whole, rows);
    }
    case Relation::last_two:
      if (runs.size() < 2) return {};
      return first_diverging(*runs[runs.size() - 2], *runs.back(), {});
    default:
      return {};
  }
}

Culprit culprit(const Finding& finding, const Runs& runs) {
  const std::string& kind = finding.identity.kind;
  if (kind == "throws") return thrower(runs);
  if (kind == "not finite" || kind == "not finite in between") return first_bad(runs);
  if (kind != "differs") return {};
  const Relation relation = relation_of(finding.identity.property);
  const bool by_bits = relation == Relation::equal_inputs || relation == Relation::kept_row;
  return by_bits ? first_different(runs) : diverging(runs, relation);
}

ObserveOptions options_for(const Contract& contract, const Finding& finding, std::int64_t row) {
  ObserveOptions options;
  options.scan_values = true;
  options.record_digests = true;
  options.source_lines = true;
  const Relation relation = relation_of(finding.identity.property);
  options.keep_values = relation == Relation::same_rows || relation == Relation::copied_rows ||
                        relation == Relation::last_two;
  if (relation == Relation::kept_row) {
    options.rows = finding.smallest.dims[contract.data().batch];
    options.row = row;
  }
  return options;
}

std::string place_of(const OperatorCall& call) {
  std::string text;
  if (call.site != nullptr && !call.site->script.empty()) {
    const std::string& script = call.site->script;
    text = "\nin TorchScript " + script.substr(0, script.find('\n'));
  }
  if (const auto line = source_line(call)) text += "\nin " + to_text(*line);
  return text;
}

Explanation explanation_of(const Culprit& found, const std::string& kind) {
  const std::string_view role = kind == "throws"    ? "throws"
                                : kind == "differs" ? "first to differ"
                                                    : "first not finite";
  Explanation explanation;
  explanation.text = fmt::format("{}: {}({})", role, found.call->name, found.call->inputs.text());
  const OperatorCall& placed = found.forward != nullptr ? *found.forward : *found.call;
  if (found.is_backward) {
    explanation.text += "\nin the backward pass";
    const CallSite* const site = found.call->site.get();
    if (site != nullptr && !site->gradient.empty()) explanation.text += ", in " + site->gradient;
    if (found.forward != nullptr) {
      explanation.text += fmt::format(", the gradient of {}({})", found.forward->name,
                                      found.forward->inputs.text());
    }
  }
  explanation.text += place_of(placed);
  if (const auto outermost = outermost_source_line(placed)) explanation.site = outermost->function;
  return explanation;
}

}  // namespace

Explanation explain(Runner& runner, const Property& property, const Finding& finding) {
  if (!observation_is_available()) return {};
  // Of the rows that keeps_batch_rows_apart looks at, the first and then the last may be reached.
  const bool keeps_row = relation_of(finding.identity.property) == Relation::kept_row;
  const std::int64_t last =
      keeps_row ? finding.smallest.dims[runner.contract().data().batch] - 1 : 0;
  for (const std::int64_t row : {std::int64_t{0}, last}) {
    const WatchedRuns watched(options_for(runner.contract(), finding, row));
    runner.judge(property, finding.smallest);
    const Culprit found = culprit(finding, watched.runs());
    if (found.call != nullptr) return explanation_of(found, finding.identity.kind);
    if (last == 0) break;
  }
  return {};
}

}  // namespace gradgrind

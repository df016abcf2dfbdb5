#include "properties/explain.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "properties/watched_runs.h"

namespace gradgrind {
namespace {

thread_local WatchedRuns* watcher = nullptr;

// Properties whose runs start from equal inputs: the first operator that differs is the fault.
// Here one row starts from equal contents, and the first operator at which it differs mixes rows.
constexpr std::string_view kRowsApart = "keeps_batch_rows_apart";
constexpr std::array<std::string_view, 8> kEqualInputs = {"evaluation_is_pure",
                                                          "same_seed_gives_the_same_bits",
                                                          "evaluation_ignores_the_seed",
                                                          "grad_mode_changes_nothing",
                                                          "same_for_every_layout",
                                                          "saves_and_loads",
                                                          "clone_is_equal_then_independent",
                                                          "training_mode_leaves_no_trace"};

bool starts_from_equal_inputs(const std::string& property) {
  for (const std::string_view known : kEqualInputs) {
    if (property == known) return true;
  }
  return false;
}

// An operator of one of the runs.
struct Culprit {
  const OperatorCall* call = nullptr;
  bool is_backward = false;
};

using Runs = std::vector<WatchedRuns::Run>;

Culprit thrower(const Runs& runs) {
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    for (auto call = run->trace.calls.rbegin(); call != run->trace.calls.rend(); ++call) {
      if (!call->returned) return {&*call, run->is_backward};
    }
  }
  return {};
}

Culprit first_bad(const Runs& runs) {
  for (const WatchedRuns::Run& run : runs) {
    if (const auto first = first_non_finite(run.trace)) {
      return {&run.trace.calls[*first], run.is_backward};
    }
  }
  return {};
}

// The first operator of the first run that differs in one of the others.
Culprit first_different(const Runs& runs) {
  for (std::size_t i = 1; i < runs.size(); ++i) {
    const auto first = first_difference(runs[0].trace, runs[i].trace);
    if (first.has_value() && *first < runs[0].trace.calls.size()) {
      return {&runs[0].trace.calls[*first], runs[0].is_backward};
    }
  }
  return {};
}

Culprit culprit(const Finding& finding, const Runs& runs) {
  const std::string& kind = finding.identity.kind;
  if (kind == "throws") return thrower(runs);
  if (kind == "not finite" || kind == "not finite in between") return first_bad(runs);
  const bool compares_runs = starts_from_equal_inputs(finding.identity.property) ||
                             finding.identity.property == kRowsApart;
  return kind == "differs" && compares_runs ? first_different(runs) : Culprit();
}

ObserveOptions options_for(const Contract& contract, const Finding& finding, std::int64_t row) {
  ObserveOptions options;
  options.scan_values = true;
  options.record_digests = true;
  options.source_lines = true;
  if (finding.identity.property == kRowsApart) {
    options.rows = finding.smallest.dims[contract.data().batch];
    options.row = row;
  }
  return options;
}

Explanation explanation_of(const Culprit& found, const std::string& kind) {
  const std::string_view role = kind == "throws"    ? "throws"
                                : kind == "differs" ? "first to differ"
                                                    : "first not finite";
  Explanation explanation;
  explanation.text = fmt::format("{}: {}({})", role, found.call->name, found.call->inputs);
  if (found.is_backward) {
    // The backward pass runs without a line of the user's on the stack.
    explanation.text += "\nin the backward pass";
    return explanation;
  }
  if (const auto line = source_line(*found.call)) explanation.text += "\nin " + to_text(*line);
  if (const auto outermost = outermost_source_line(*found.call)) {
    explanation.site = outermost->function;
  }
  return explanation;
}

}  // namespace

WatchedRuns::WatchedRuns(ObserveOptions options)
    : options_(options), outer_(std::exchange(watcher, this)) {}

WatchedRuns::~WatchedRuns() { watcher = outer_; }

void WatchedRuns::run(bool is_backward, const std::function<void()>& body) {
  if (watcher == nullptr) {
    body();
    return;
  }
  Observation observation(watcher->options_);
  try {
    body();
  } catch (...) {
    watcher->runs_.push_back({is_backward, observation.finish()});
    throw;
  }
  watcher->runs_.push_back({is_backward, observation.finish()});
}

Explanation explain(Runner& runner, const Property& property, const Finding& finding) {
  if (!observation_is_available()) return {};
  // Of the rows that keeps_batch_rows_apart looks at, the first and then the last may be reached.
  const std::int64_t last = finding.identity.property == kRowsApart
                                ? finding.smallest.dims[runner.contract().data().batch] - 1
                                : 0;
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

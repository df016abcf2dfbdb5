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
constexpr std::array<std::string_view, 7> kEqualInputs = {"evaluation_is_pure",
                                                          "same_seed_gives_the_same_bits",
                                                          "evaluation_ignores_the_seed",
                                                          "grad_mode_changes_nothing",
                                                          "same_for_every_layout",
                                                          "saves_and_loads",
                                                          "clone_is_equal_then_independent"};

bool starts_from_equal_inputs(const std::string& property) {
  for (const std::string_view known : kEqualInputs) {
    if (property == known) return true;
  }
  return false;
}

const OperatorCall* thrower(const std::vector<Trace>& traces) {
  for (auto trace = traces.rbegin(); trace != traces.rend(); ++trace) {
    for (auto call = trace->calls.rbegin(); call != trace->calls.rend(); ++call) {
      if (!call->returned) return &*call;
    }
  }
  return nullptr;
}

const OperatorCall* first_bad(const std::vector<Trace>& traces) {
  for (const Trace& trace : traces) {
    if (const auto first = first_non_finite(trace)) return &trace.calls[*first];
  }
  return nullptr;
}

const OperatorCall* first_different(const std::vector<Trace>& traces) {
  for (std::size_t i = 1; i < traces.size(); ++i) {
    const auto first = first_difference(traces[0], traces[i]);
    if (first.has_value() && *first < traces[0].calls.size()) return &traces[0].calls[*first];
  }
  return nullptr;
}

const OperatorCall* culprit(const Finding& finding, const std::vector<Trace>& traces) {
  const std::string& kind = finding.identity.kind;
  if (kind == "throws") return thrower(traces);
  if (kind == "not finite" || kind == "not finite in between") return first_bad(traces);
  if (kind == "differs" && starts_from_equal_inputs(finding.identity.property)) {
    return first_different(traces);
  }
  return nullptr;
}

}  // namespace

WatchedRuns::WatchedRuns(ObserveOptions options)
    : options_(options), outer_(std::exchange(watcher, this)) {}

WatchedRuns::~WatchedRuns() { watcher = outer_; }

void WatchedRuns::run(const std::function<void()>& body) {
  if (watcher == nullptr) {
    body();
    return;
  }
  Observation observation(watcher->options_);
  try {
    body();
  } catch (...) {
    watcher->traces_.push_back(observation.finish());
    throw;
  }
  watcher->traces_.push_back(observation.finish());
}

Explanation explain(Runner& runner, const Property& property, const Finding& finding) {
  Explanation explanation;
  if (!observation_is_available()) return explanation;
  ObserveOptions options;
  options.scan_values = true;
  options.record_digests = true;
  options.source_lines = true;
  const WatchedRuns watched(options);
  runner.judge(property, finding.smallest);
  const OperatorCall* call = culprit(finding, watched.traces());
  if (call == nullptr) return explanation;
  explanation.text = fmt::format("{}({})", call->name, call->inputs);
  if (const auto line = source_line(*call)) explanation.text += "\nin " + to_text(*line);
  if (const auto outermost = outermost_source_line(*call)) explanation.site = outermost->function;
  return explanation;
}

}  // namespace gradgrind

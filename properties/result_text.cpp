#include "properties/result_text.h"

#include <nlohmann/json.hpp>

namespace gradgrind {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Evidence, kind, output, message, worst, bound, site)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identity, property, kind, output, site)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Verdict, outcome, reason, evidence)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ChangedPart, kind, name, alike, otherwise, holding, silent)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Neighbourhood, parts, together, together_alike, nearest, runs,
                                   is_complete, same_as)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Finding, contract, identity, claim, evidence, operators,
                                   neighbours, path, report, seed, index, shrink_runs, shrinks)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PropertyResult, contract, property, outcome, reason, error,
                                   cases, discarded, planned, out_of_time, seconds, findings,
                                   statistics, warnings)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Probe, random_in_training, random_in_evaluation, differentiable,
                                   dtype_pure, refuses_float64, forward_seconds, float64_seconds)

namespace {

// A message of the subject's may hold any bytes.
template <class T>
std::string dumped(const T& value) {
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

std::string to_text(const PropertyResult& result) { return dumped(result); }

PropertyResult result_from_text(const std::string& text) {
  return nlohmann::json::parse(text).get<PropertyResult>();
}

std::string to_text(const Probe& probe) { return dumped(probe); }

Probe probe_from_text(const std::string& text) { return nlohmann::json::parse(text).get<Probe>(); }

std::string to_text(const Verdict& verdict) { return dumped(verdict); }

Verdict verdict_from_text(const std::string& text) {
  return nlohmann::json::parse(text).get<Verdict>();
}

}  // namespace gradgrind

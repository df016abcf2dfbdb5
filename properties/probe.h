// Probing a subject before its suite runs: trust no claim that a run can test.
#pragma once

#include <cstdint>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"
#include "properties/model_pool.h"

namespace gradgrind {

/// How many cases a probe looks at.
constexpr std::uint64_t kProbedCases = 6;

/// Runs the subject on the first `cases` random cases of the stream of `seed`, and notes in the
/// journal which. Never throws for what the subject does: a probe that could not be made keeps its
/// default.
Probe probe_subject(const Contract& contract, ModelPool& pool, std::uint64_t seed,
                    std::uint64_t cases = kProbedCases);

}  // namespace gradgrind

// Probing a subject before its suite runs: trust no claim that a run can test.
#pragma once

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"
#include "properties/model_pool.h"

namespace gradgrind {

/// Runs the subject on a few cases of the stream of `seed`. Never throws for what the subject does:
/// a probe that could not be made keeps its default.
Probe probe_subject(const Contract& contract, ModelPool& pool, std::uint64_t seed);

}  // namespace gradgrind

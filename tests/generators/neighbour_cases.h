// Cases, and judges of their neighbours.
#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

#include "generators/neighbour_changes.h"
#include "gradgrind/generators/neighbours.h"
#include "tests/generators/shrinking.h"

namespace gradgrind {

inline Dim free_dim(const std::string& name, std::int64_t lowest, std::int64_t highest) {
  Dim dim;
  dim.name = name;
  dim.lowest = lowest;
  dim.highest = highest;
  return dim;
}

/// x [B, 2] and y [B], in float32 and float64.
inline CaseSpace rows() {
  return CaseSpace(
      of({free_dim("B", 1, 8)},
         {{"x", floats("B 2")},
          {"y", floats("B").with_layouts({LayoutKind::contiguous, LayoutKind::strided})}}));
}

inline Case zeros(const CaseSpace& space) {
  ByteSource exhausted(nullptr, 0);
  return space.generate(exhausted);
}

/// Zeros of that many rows.
inline Case sized(const CaseSpace& space, std::int64_t rows) {
  Case a_case = zeros(space);
  return detail::resized(space, a_case, "B", rows, {}).value_or(a_case);
}

/// Fails alike where `fails` says so, else holds.
inline JudgeNeighbour failing_where(const std::function<bool(const Case&)>& fails) {
  return [fails](const Case& neighbour) {
    return fails(neighbour) ? Likeness::fails_alike : Likeness::holds;
  };
}

/// Of `seen`, which has it.
inline const ChangedPart& part(const Neighbourhood& seen, ChangedPart::Kind kind,
                               const std::string& name) {
  for (const ChangedPart& candidate : seen.parts)
    if (candidate.kind == kind && candidate.name == name) return candidate;
  throw std::runtime_error("no such part");
}

}  // namespace gradgrind

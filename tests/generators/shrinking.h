// Shrinking random failing cases of small contracts, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/shrink.h"

namespace gradgrind {

inline Signature of(std::vector<Dim> dims, std::vector<std::pair<std::string, Domain>> inputs) {
  Signature signature;
  signature.dims = std::move(dims);
  signature.inputs = std::move(inputs);
  return signature;
}

inline const Array& values(const Case& a_case, const std::string& input) {
  return a_case.input(input).tensors.front().values;
}

inline std::vector<double> elements(const Array& array) {
  std::vector<double> all;
  for (std::int64_t i = 0; i < array.numel(); ++i) {
    const Scalar element = array.at(i);
    const auto* integer = std::get_if<std::int64_t>(&element);
    all.push_back(integer != nullptr ? static_cast<double>(*integer) : std::get<double>(element));
  }
  return all;
}

/// The first random case from `seed` on for which `fails` holds.
inline Case some_failing(const CaseSpace& space, const StillFails& fails, std::uint64_t seed = 0) {
  for (;; ++seed) {
    RandomSource source(seed);
    Case candidate = space.generate(source);
    if (fails(candidate)) return candidate;
  }
}

/// Shrinks from several random failing cases, and gives the one case that all end at.
inline Case smallest(const CaseSpace& space, const StillFails& fails,
                     const std::vector<std::string>& built_from = {}) {
  ShrinkOptions options;
  options.built_from = built_from;
  std::optional<Case> result;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    const Shrunk shrunk = shrink(space, some_failing(space, fails, 1000 * seed), fails, options);
    EXPECT_TRUE(shrunk.is_dry);
    if (result) {
      EXPECT_EQ(describe(*result), describe(shrunk.smallest)) << "seed " << seed;
    }
    result = shrunk.smallest;
  }
  return *result;
}

}  // namespace gradgrind

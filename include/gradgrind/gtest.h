// The GoogleTest face: a test of each property of a contract.
//
// Layer 4, faces.
//
//   GRADGRIND_TEST(attention);   // Attention.keeps_batch_rows_apart, Attention.stays_finite, ...
//   TEST(Attention, IsCausal) { EXPECT_THAT(attention, gg::holds("keeps_batch_rows_apart")); }
//
// Settings come from the environment and from --gradgrind_* flags, with any main().
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/contract.h"

namespace gradgrind {

/// Registers a test for each property of the contract's suite that the contract does not rule out,
/// in the suite named after the contract. An impossible contract, or a second one of the same name,
/// becomes one failing test, Name.contract_is_possible. Returns true, so that it can initialise a
/// variable at namespace scope.
bool register_tests(const Contract& contract, Location location = Location::here());

namespace detail {
// Takes settings from environment and flags in every program that includes this header.
bool read_settings();
inline const bool settings_are_read = read_settings();
}  // namespace detail

/// Matches a contract for which a property holds: EXPECT_THAT(contract, holds("stays_finite")). The
/// explanation is the report of the first finding.
class HoldsMatcher {
 public:
  using is_gtest_matcher = void;
  explicit HoldsMatcher(std::string property) : property_(std::move(property)) {}
  bool MatchAndExplain(const Contract& contract, std::ostream* explanation) const;
  void DescribeTo(std::ostream* text) const;
  void DescribeNegationTo(std::ostream* text) const;

 private:
  std::string property_;
};

inline HoldsMatcher holds(std::string property) { return HoldsMatcher(std::move(property)); }

/// Runs `body`, taking failed EXPECT_* and ASSERT_* inside it as its verdict: nothing of them is
/// printed. GTEST_SKIP() discards.
Verdict intercept_assertions(const std::function<void()>& body);

}  // namespace gradgrind

#define GRADGRIND_JOIN_(a, b) a##b
#define GRADGRIND_NAME_(prefix, line) GRADGRIND_JOIN_(prefix, line)

/// At namespace scope: one test for each property of `contract`.
#define GRADGRIND_TEST(contract)                                                        \
  [[maybe_unused]] static const bool GRADGRIND_NAME_(gradgrind_registered_, __LINE__) = \
      ::gradgrind::register_tests(contract)

// The command that scores the tests in place of running them: --gradgrind_mutate.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace gradgrind {

struct MutateCommand {
  std::string contract;    ///< The one to score; empty for all.
  double least_score = 0;  ///< In percent; below it the test fails.
};

/// Takes `--gradgrind_mutate[=CONTRACT]` and `--gradgrind_least_score=PERCENT` out of a program's
/// arguments; nothing where the first is not among them. Throws UsageError for a number that is no
/// percentage, and for a least score of nothing.
std::optional<MutateCommand> take_mutate_command(std::vector<std::string>& arguments);

/// What GoogleTest's filter must be for the command.
std::string tests_of(const MutateCommand& command);

/// Stands in the place of a contract's properties: prints its report, and fails where the score is
/// void or too low.
class MutationTest : public testing::Test {
 public:
  MutationTest(MutateCommand command, Contract contract)
      : command_(std::move(command)), contract_(std::move(contract)) {}
  void TestBody() override;

 private:
  MutateCommand command_;
  Contract contract_;
};

/// Fails where the command names no contract of this program, which would else run nothing and
/// pass.
class MutatesAContractTest : public testing::Test {
 public:
  MutatesAContractTest(MutateCommand command, std::vector<Contract> contracts)
      : command_(std::move(command)), contracts_(std::move(contracts)) {}
  void TestBody() override;

 private:
  MutateCommand command_;
  std::vector<Contract> contracts_;
};

}  // namespace gradgrind

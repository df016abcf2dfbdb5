// What the supervisor makes of deaths: shrunk in children, and nothing found earlier is lost.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <chrono>
#include <cstdlib>
#include <thread>
#include <vector>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using torch::Tensor;

Contract rows(const std::string& name, Tensor (*subject)(const Tensor&)) {
  return function(name, subject)
      .dim("B", 1, 8)
      .dim("D", 1, 8)
      .input("x", floats("B D"))
      .output("y", floats("B D"));
}

Tensor aborts_from_three_rows(const Tensor& x) {
  if (x.size(0) >= 3) std::abort();
  return x * 2;
}

TEST(Supervisor, ShrinksADeathInChildren) {
  const FileFolder folder;
  const PropertyResult result = check_one(rows("FromThreeRows", aborts_from_three_rows),
                                          "evaluation_is_pure", isolated(folder));
  ASSERT_EQ(result.findings.size(), 1U);
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.identity.kind, "dies");
  EXPECT_EQ(finding.smallest.dims.sizes.at("B"), 3);
  EXPECT_EQ(finding.smallest.dims.sizes.at("D"), 1);
}

TEST(Supervisor, FindsAgainInThePropertiesToComeWhatKilledOne) {
  const FileFolder folder;
  const Contract contract = rows("FromThreeRows", aborts_from_three_rows);
  const Suite all = suite_of(contract);
  const CheckResult checked = check_all(
      contract, {find_property(all, "evaluation_is_pure"), find_property(all, "stays_finite")},
      isolated(folder));
  ASSERT_EQ(checked.findings().size(), 2U);
  EXPECT_GT(checked.findings()[0].shrink_runs, 0);
  EXPECT_EQ(checked.findings()[1].shrink_runs, 0);
  EXPECT_EQ(checked.findings()[1].smallest.dims, checked.findings()[0].smallest.dims);
}

Tensor endless_from_three_rows(const Tensor& x) {
  // Ends in theory, so that the compiler keeps it.
  while (x.size(0) >= 3) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return x * 2;
}

TEST(Supervisor, BoundsTheTimeOfShrinkingAHang) {
  const FileFolder folder;
  Settings settings = isolated(folder);
  settings.hang_seconds = 0.5;
  settings.shrink_seconds = 0;
  const PropertyResult result =
      check_one(rows("Endless", endless_from_three_rows), "evaluation_is_pure", settings);
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].identity.kind, "hangs");
  // Every candidate may hang, so the seconds are looked at before the first one as well.
  EXPECT_EQ(result.findings[0].shrink_runs, 0);
}

// Fails every case, and aborts at the call of that number.
auto false_until_it_aborts(int call) {
  return [call, calls = 0](Trial&) mutable {
    if (++calls == call) std::abort();
    return false;
  };
}

TEST(Supervisor, KeepsAFindingWhoseShrinkingKills) {
  const FileFolder folder;
  // The case, the case again, then candidates.
  const Contract contract = rows("Twice", [](const Tensor& x) {
                              return x * 2;
                            }).property("is_true", false_until_it_aborts(4));
  const PropertyResult result = check_one(contract, "is_true", isolated(folder));
  // The run goes on behind the case, and there the fourth call kills again.
  ASSERT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.findings[1].identity.kind, "non-deterministic");
  const Finding& finding = result.findings[0];
  EXPECT_EQ(finding.identity.kind, "is false");
  EXPECT_THAT(finding.evidence.message,
              HasSubstr("shrinking ended early: the process dies in a property: abort"));
  EXPECT_EQ(contract.space().mismatch(finding.smallest), "");
  EXPECT_EQ(read_case_file(finding.path).content, finding.smallest);
}

TEST(Supervisor, KeepsTheFindingsBeforeADeath) {
  const FileFolder folder;
  const Contract contract =
      rows("Twice", [](const Tensor& x) { return x * 2; }).property("is_true", [](Trial& trial) {
        if (trial.tested().dims.sizes.at("B") >= 3) std::abort();
        return trial.tested().dims.sizes.at("B") != 1;
      });
  // A neighbour of the first finding dies too.
  const PropertyResult result = check_one(contract, "is_true", isolated(folder));
  std::vector<std::string> kinds;
  for (const Finding& finding : result.findings) kinds.push_back(finding.identity.kind);
  EXPECT_THAT(kinds, ElementsAre("is false", "dies"));
}

TEST(Supervisor, SaysWhenADeathTakesEarlierCases) {
  const FileFolder folder;
  const Contract contract = rows("Twice", [](const Tensor& x) {
                              return x * 2;
                            }).property("is_true", [calls = 0](Trial&) mutable {
    if (++calls == 10) std::abort();
    return true;
  });
  const PropertyResult result = check_one(contract, "is_true", isolated(folder));
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_EQ(result.findings[0].identity.kind, "non-deterministic");
  EXPECT_THAT(result.findings[0].evidence.message,
              HasSubstr("alone in a new process the case does not do so: earlier cases matter"));
  EXPECT_EQ(result.cases, 10);
}

}  // namespace
}  // namespace gradgrind

// What a finding says of its surroundings: what does not matter, what does, what holds, who is to
// blame.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cstdlib>
#include <stdexcept>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using torch::Tensor;
using Kind = ChangedPart::Kind;

const ChangedPart& part(const Finding& finding, Kind kind, const std::string& name = {}) {
  for (const ChangedPart& candidate : finding.neighbours.parts)
    if (candidate.kind == kind && candidate.name == name) return candidate;
  throw std::runtime_error("no part " + name + " in\n" + finding.report);
}

Contract rows(const std::string& name, Tensor (*subject)(const Tensor&)) {
  return function(name, subject)
      .dim("B", 1, 4)
      .dim("D", 1, 4)
      .input("x", floats("B D"))
      .output("y", floats("B D"))
      .batch("B");
}

Finding finding_of(const Contract& contract, const std::string& property,
                   const Settings& settings) {
  const PropertyResult result = check_one(contract, property, settings);
  if (result.findings.empty()) throw std::runtime_error("no finding: " + result.reason);
  return result.findings.front();
}

Tensor minus_batch_mean(const Tensor& x) { return x - x.mean(0, true); }
Tensor exponential(const Tensor& x) { return x.exp(); }
Tensor halved(const Tensor& x) { return x.to(torch::kFloat) / 2; }
Tensor cumulative(const Tensor& x) { return (x * 2).cumsum(0) + 1; }
Tensor root(const Tensor& x) { return (x * 0).sqrt() + x; }
Tensor dies_beside_one_row(const Tensor& x) {
  if (x.size(0) >= 3) std::abort();
  return x.size(0) == 2 ? x.squeeze() * 2 : x.squeeze(0) * 2;
}

TEST(Explanation, SaysWhatDoesNotMatterAndWhatHolds) {
  const FileFolder folder;
  const Finding finding =
      finding_of(rows("Centred", minus_batch_mean), "keeps_batch_rows_apart", in_process(folder));
  EXPECT_TRUE(part(finding, Kind::contents, "x").is_irrelevant());
  EXPECT_TRUE(part(finding, Kind::size, "D").is_irrelevant());
  EXPECT_TRUE(part(finding, Kind::dtype).is_irrelevant());
  EXPECT_THAT(finding.report,
              HasSubstr("  any       fails alike for 8 of 8 other contents of x\n"));
  EXPECT_LE(finding.neighbours.runs, 200);
  EXPECT_TRUE(finding.neighbours.is_complete);
}

TEST(Explanation, FindsTheNearestCaseThatHolds) {
  const FileFolder folder;
  const Finding finding = finding_of(rows("Exp", exponential), "stays_finite", in_process(folder));
  EXPECT_THAT(finding.report, HasSubstr("  holds     with x[0, 0] = 88 in place of 89\n"));
}

TEST(Explanation, SaysWhereTheDtypeMatters) {
  const FileFolder folder;
  const Finding finding =
      finding_of(rows("Halved", halved), "output_dtypes_are_as_declared", in_process(folder));
  EXPECT_THAT(part(finding, Kind::dtype).holding, ElementsAre("float32"));
  EXPECT_THAT(finding.report, HasSubstr("dtype: holds with float32\n"));
}

TEST(Explanation, JudgesNeighboursOfADeathInChildren) {
  const FileFolder folder;
  const Finding finding = finding_of(rows("Dies",
                                          [](const Tensor& x) {
                                            if (x.size(0) >= 3) std::abort();
                                            return x * 2;
                                          }),
                                     "stays_finite", isolated(folder));
  EXPECT_EQ(finding.identity.kind, "dies");
  EXPECT_THAT(part(finding, Kind::size, "B").holding, ElementsAre("1", "2"));
  EXPECT_THAT(part(finding, Kind::size, "B").alike, ElementsAre("4"));
  EXPECT_THAT(finding.report, HasSubstr("  matters   B: holds with 1, 2; fails alike with 4\n"));
  EXPECT_THAT(finding.report, HasSubstr("  holds     with B=2\n"));
}

TEST(Explanation, SurvivesANeighbourThatKills) {
  const FileFolder folder;
  const Finding finding = finding_of(rows("Squeezed", dies_beside_one_row),
                                     "output_shapes_are_as_declared", isolated(folder));
  EXPECT_EQ(finding.identity.kind, "wrong shape");
  EXPECT_EQ(finding.smallest.dims["B"], 1);
  EXPECT_THAT(part(finding, Kind::size, "B").otherwise, testing::Contains("4"));
  EXPECT_THAT(finding.evidence.message, Not(HasSubstr("ended early")));
}

TEST(Explanation, RefersToTheReportOfTheSameDeath) {
  const FileFolder folder;
  const Contract contract = rows("Dies", [](const Tensor& x) {
    if (x.size(0) >= 3) std::abort();
    return x * 2;
  });
  const Suite all = suite_of(contract);
  const CheckResult checked = check_all(
      contract,
      {find_property(all, "stays_finite"), find_property(all, "output_shapes_are_as_declared")},
      isolated(folder));
  const Finding& second = result_of(checked, "output_shapes_are_as_declared").findings.front();
  EXPECT_EQ(second.neighbours.same_as, "Dies.stays_finite");
  EXPECT_THAT(second.report, HasSubstr("as in the report of Dies.stays_finite"));
}

TEST(Explanation, TakesNoMoreThanItsBudget) {
  const FileFolder folder;
  Settings settings = in_process(folder);
  settings.explain_runs = 0;
  const Finding none = finding_of(rows("Exp", exponential), "stays_finite", settings);
  EXPECT_EQ(none.neighbours.runs, 0);
  EXPECT_THAT(none.report, Not(HasSubstr("\n  any")));
  EXPECT_THAT(none.report, Not(HasSubstr("\n  holds")));
  settings.explain_runs = 5;
  EXPECT_EQ(finding_of(rows("Exp", exponential), "stays_finite", settings).neighbours.runs, 5);
}

TEST(Explanation, NamesTheOperatorAtWhichRowsPartBeyondRounding) {
  const FileFolder folder;
  for (const char* property : {"commutes_with_row_permutation", "single_rows_match_the_batch"}) {
    const Finding finding =
        finding_of(rows("Cumulative", cumulative), property, in_process(folder));
    EXPECT_THAT(finding.operators, HasSubstr("first to differ: aten::cumsum(")) << property;
    EXPECT_THAT(finding.operators, HasSubstr("cumulative")) << property;
  }
}

TEST(Explanation, LeadsFromAGradientToTheForwardThatItIsOf) {
  const FileFolder folder;
  const Finding finding =
      finding_of(rows("Root", root), "gradients_are_finite", in_process(folder));
  EXPECT_THAT(finding.operators,
              HasSubstr("in the backward pass, in SqrtBackward0, the gradient of "
                        "aten::sqrt(float32 [1, 1])"));
  EXPECT_THAT(finding.operators, HasSubstr("root"));
}

}  // namespace
}  // namespace gradgrind

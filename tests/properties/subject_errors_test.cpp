// What subjects and properties get wrong is said in words: by a finding where the subject is wrong,
// by a warning where nothing was tested. What uses Gradgrind wrongly stands in misuse_test.cpp.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <fstream>
#include <stdexcept>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using torch::Tensor;

class ErrorsTest : public testing::Test {
 protected:
  PropertyResult result(const Contract& contract, const std::string& property = "stays_finite") {
    return check_one(contract, property, in_process(folder_));
  }

  FileFolder folder_;
};

Contract of_rows(const Contract& contract) {
  return contract.dim("B", 1, 4).input("x", floats("B 3")).output("y", floats("B 3"));
}

Contract of_function(Tensor (*subject)(const Tensor&)) {
  return of_rows(function("Subject", subject));
}

Tensor twice(const Tensor& x) { return x * 2; }

// -- The subject is wrong -------------------------------------------------------------------------

Tensor throws_for_two_rows(const Tensor& x) {
  if (x.size(0) == 2) throw std::runtime_error("no row 2 in the table");
  return x * 2;
}

TEST_F(ErrorsTest, AForwardThatThrowsForLegalInputIsAFinding) {
  const PropertyResult thrown = result(of_function(throws_for_two_rows));
  EXPECT_EQ(thrown.error, "");
  ASSERT_EQ(thrown.findings.size(), 1U);
  const Finding& finding = thrown.findings[0];
  EXPECT_EQ(finding.identity.kind, "throws");
  EXPECT_EQ(finding.evidence.message, "forward throws std::runtime_error: no row 2 in the table");
  EXPECT_EQ(finding.smallest.dims.sizes.at("B"), 2);
}

std::vector<Tensor> as_many_as_rows(const Tensor& x) {
  return std::vector<Tensor>(x.size(0) == 1 ? 1 : 2, x);
}

TEST_F(ErrorsTest, OutputsWhoseNumberDependsOnTheBatchAreAFinding) {
  const Contract contract = function("Rows", as_many_as_rows)
                                .dim("B", 1, 4)
                                .input("x", floats("B"))
                                .output("a", floats("B"))
                                .output("b", floats("B"))
                                .batch("B");
  const PropertyResult found = result(contract, "splits_into_smaller_batches");
  ASSERT_FALSE(found.findings.empty()) << found.error;
  EXPECT_THAT(found.findings[0].evidence.message,
              HasSubstr("how many tensors come back depends on the rows of the batch: 1 or 2"));
}

Tensor throws_an_integer(const Tensor&) { throw 7; }

TEST_F(ErrorsTest, AnExceptionOfAnyTypeIsAFinding) {
  const PropertyResult thrown = result(of_function(throws_an_integer));
  ASSERT_EQ(thrown.findings.size(), 1U);
  EXPECT_EQ(thrown.findings[0].evidence.message,
            "forward throws something that is no std::exception");
}

TEST_F(ErrorsTest, AFactoryThatThrowsIsAFinding) {
  const PropertyResult thrown =
      result(of_rows(module("Plain", [](const Draw&) -> torch::nn::Linear {
        throw std::runtime_error("no weights today");
      })));
  ASSERT_EQ(thrown.findings.size(), 1U);
  EXPECT_EQ(thrown.findings[0].evidence.message,
            "building the subject throws std::runtime_error: no weights today");
}

TEST_F(ErrorsTest, AMessageOfLibTorchStandsWithoutItsBacktrace) {
  const PropertyResult thrown = result(of_function([](const Tensor& x) {
    return x.reshape({-1, 7});
  }));
  ASSERT_FALSE(thrown.findings.empty());
  EXPECT_THAT(thrown.findings[0].evidence.message, HasSubstr("shape '[-1, 7]' is invalid"));
  EXPECT_THAT(thrown.findings[0].evidence.message, Not(HasSubstr("frame #")));
}

TEST_F(ErrorsTest, APropertyThatThrowsSaysSo) {
  const PropertyResult thrown =
      result(of_function(twice).property(
                 "is_known", [](Trial&) -> bool { throw std::runtime_error("cannot say"); }),
             "is_known");
  ASSERT_EQ(thrown.findings.size(), 1U);
  EXPECT_EQ(thrown.findings[0].identity.kind, "throws");
  EXPECT_EQ(thrown.findings[0].evidence.message,
            "the property throws std::runtime_error: cannot say");
}

// -- Nothing was tested ---------------------------------------------------------------------------

TEST_F(ErrorsTest, ADtypeWithoutAKernelIsDiscardedAndSpokenOf) {
  // LibTorch has no inverse in half precision on the CPU.
  const Contract contract =
      function("Inverse",
               [](const Tensor& x) { return torch::inverse(x + 9 * torch::eye(2, x.options())); })
          .dim("B", 1, 4)
          .input("x", floats("B 2 2"))
          .output("y", floats("B 2 2"));
  const PropertyResult all = result(contract.dtypes({DType::float16}));
  EXPECT_EQ(all.outcome, Outcome::discarded)
      << (all.findings.empty() ? "" : all.findings[0].evidence.message);
  EXPECT_EQ(all.cases, 0);
  EXPECT_THAT(
      all.warnings,
      ElementsAre(AllOf(
          HasSubstr("cases were discarded, so nothing was tested: no kernel for this dtype: "),
          HasSubstr("Half"))));

  const PropertyResult some = result(contract.dtypes({DType::float32, DType::float16}));
  EXPECT_EQ(some.outcome, Outcome::holds);
  EXPECT_GT(some.discarded, 0);
  EXPECT_THAT(some.warnings, testing::Contains(HasSubstr("float16 is promised, and no case of ")));
}

TEST_F(ErrorsTest, CasesThatWhereRefusesAreCounted) {
  const Contract contract = of_function(twice).where(
      "B is 1", [](const Case& a_case) { return a_case.dims.sizes.at("B") == 1; });
  const PropertyResult some = result(contract);
  EXPECT_EQ(some.outcome, Outcome::holds);
  EXPECT_GT(some.cases, 0);
  EXPECT_EQ(some.cases + some.discarded, some.planned);
  EXPECT_EQ(some.statistics.at("discarded: where: B is 1"), some.discarded);
  EXPECT_THAT(some.warnings, testing::Contains(std::to_string(some.discarded) + " of " +
                                               std::to_string(some.planned) +
                                               " cases were discarded: where: B is 1"));
}

TEST_F(ErrorsTest, APredicateThatNothingMeetsTestsNothing) {
  const PropertyResult none =
      result(of_function(twice).where("never", [](const Case&) { return false; }));
  EXPECT_EQ(none.outcome, Outcome::discarded);
  EXPECT_EQ(none.reason, "every case was discarded");
  EXPECT_THAT(none.warnings,
              ElementsAre("all " + std::to_string(none.planned) +
                          " cases were discarded, so nothing was tested: where: never"));
}

// -- Files ----------------------------------------------------------------------------------------

TEST_F(ErrorsTest, ABrokenStoredCaseIsWarnedOfAndKept) {
  std::filesystem::create_directories(folder_.path() + "/Subject");
  const std::string path = "Subject/stays_finite-0badcafe.safetensors";
  folder_.write(path, "no case at all");
  const PropertyResult checked = result(of_function(twice));
  EXPECT_EQ(checked.outcome, Outcome::holds);
  EXPECT_THAT(checked.warnings, ElementsAre(HasSubstr(path)));
  EXPECT_EQ(folder_.read(path), "no case at all");
}

TEST_F(ErrorsTest, AStoredCaseOfAnotherContractIsWarnedOfAndKept) {
  CaseFile file;
  file.contract = "Other";
  file.identity.property = "stays_finite";
  const std::string path = folder_.path() + "/Subject/stays_finite-1.safetensors";
  write_case_file(path, file);
  const PropertyResult checked = result(of_function(twice));
  EXPECT_EQ(checked.outcome, Outcome::holds);
  EXPECT_THAT(checked.warnings,
              ElementsAre(path + ": a case of the contract Other, not of Subject"));
  EXPECT_EQ(read_case_file(path).contract, "Other");
}

Tensor exponential(const Tensor& x) { return (x * 1000).exp(); }

TEST_F(ErrorsTest, AFindingThatCannotBeStoredIsReportedWithTheReason) {
  folder_.write("taken", "a file, no folder");
  for (const bool isolate : {false, true}) {
    Settings settings = isolate ? isolated(folder_) : in_process(folder_);
    settings.folder = folder_.path() + "/taken";
    const PropertyResult checked = check_one(of_function(exponential), "stays_finite", settings);
    ASSERT_FALSE(checked.findings.empty());
    EXPECT_EQ(checked.findings[0].path, "");
    EXPECT_THAT(checked.findings[0].report, AllOf(HasSubstr("not stored: "), HasSubstr("taken")));
  }
  EXPECT_EQ(folder_.read("taken"), "a file, no folder");
}

}  // namespace
}  // namespace gradgrind

// Cases come back: from production code, from files, and as what the contract makes of them.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using torch::Tensor;

Tensor scaled(const Tensor& x, const Tensor& w) { return x * w; }

Contract product() {
  return function("Product", scaled)
      .dim("B", 1, 4)
      .dim("D", 1, 4)
      .dim("E", "2*D")
      .input("x", floats("B E"))
      .input("w", floats("E"))
      .output("y", floats("B E"));
}

class StoredCaseTest : public testing::Test {
 protected:
  std::string path() const { return folder_.path() + "/failure.safetensors"; }
  FileFolder folder_;
};

TEST_F(StoredCaseTest, TensorsSavedInProductionReplayUnderAContract) {
  Tensor infinite = torch::ones({3, 4});
  infinite[1][2] = std::numeric_limits<float>::max();
  save_case(path(), {{"x", infinite}, {"w", torch::full({4}, 2.0F)}});

  const Verdict verdict = replay_file(product(), path(), "stays_finite");

  EXPECT_EQ(verdict.outcome, Outcome::fails);
  EXPECT_EQ(verdict.evidence.kind, "not finite");
  EXPECT_THAT(verdict.evidence.message + verdict.evidence.worst, HasSubstr("[1, 2]"));
}

TEST_F(StoredCaseTest, ValuesThatTheContractDoesNotPromiseAreJudgedAndNoted) {
  save_case(path(), {{"x", torch::full({1, 2}, 2e38F)}, {"w", torch::full({2}, 2.0F)}});
  const Verdict verdict = replay_file(product(), path(), "stays_finite");
  EXPECT_EQ(verdict.outcome, Outcome::fails);
  EXPECT_THAT(verdict.evidence.message,
              HasSubstr("; the contract promises nothing of such inputs: input 'x': "));
}

TEST_F(StoredCaseTest, InputsAreSavedInAnyOrderAndTargetsMayBeLeftOut) {
  save_case(path(), {{"w", torch::full({2}, 2e30F)}, {"x", torch::full({1, 2}, 2e30F)}});
  const Contract trained =
      product().target("label", labels("B", "D")).loss([](const Tensor& y, const Tensor&) {
        return y.sum();
      });
  EXPECT_EQ(replay_file(trained, path(), "stays_finite").evidence.kind, "not finite");
}

TEST_F(StoredCaseTest, ASavedCaseReplaysOnAnInstanceWithItsOwnWeights) {
  const auto linear = std::make_shared<torch::nn::LinearImpl>(2, 1);
  const torch::NoGradGuard no_grad;
  linear->weight.fill_(3);
  const Contract contract = instance("Loaded", linear)
                                .dim("B", 1, 4)
                                .input("x", floats("B 2"))
                                .output("y", floats("B 1"));
  save_case(path(), {{"x", torch::full({3, 2}, 2e38F)}});
  EXPECT_EQ(replay_file(contract, path(), "stays_finite").outcome, Outcome::fails);
}

// A regressions folder with one case in it.
class RegressionTest : public StoredCaseTest {
 protected:
  Settings settings() {
    Settings settings = in_process(folder_);
    settings.regressions = kept_.path();
    return settings;
  }
  std::string kept_path() {
    std::filesystem::create_directories(kept_.path() + "/Product");
    return kept_.path() + "/Product/stays_finite-of-last-week.safetensors";
  }
  FileFolder kept_;
};

TEST_F(RegressionTest, ACaseFromProductionIsJudgedWhateverItsValues) {
  save_case(kept_path(), {{"x", torch::full({1, 2}, 2e38F)}, {"w", torch::full({2}, 2.0F)}});
  const PropertyResult result = check_one(product(), "stays_finite", settings());
  ASSERT_EQ(result.findings.size(), 1U);
  EXPECT_THAT(result.findings[0].report, HasSubstr("stays_finite-of-last-week.safetensors"));
  EXPECT_THAT(result.findings[0].report, HasSubstr("promises nothing of such inputs"));
}

TEST_F(RegressionTest, AFindingThatTheContractHasLeftBehindIsPassedByWithAWarning) {
  const Contract wide = function("Product", scaled)
                            .dim("B", 1, 4)
                            .dim("D", 1, 4)
                            .dim("E", "2*D")
                            .input("x", floats("B E", extremes()))
                            .input("w", floats("E", between(2, 4)))
                            .output("y", floats("B E"));
  const PropertyResult before = check_one(wide, "stays_finite", in_process(folder_));
  ASSERT_FALSE(before.findings.empty());
  std::filesystem::copy(before.findings[0].path, kept_path());
  Settings elsewhere = settings();
  elsewhere.folder = folder_.path() + "/elsewhere";
  const PropertyResult result = check_one(product(), "stays_finite", elsewhere);
  EXPECT_THAT(result.findings, testing::IsEmpty());
  EXPECT_THAT(result.warnings, testing::Contains(HasSubstr(
                                   "stays_finite-of-last-week.safetensors: passed by, since "
                                   "the contract no longer promises anything of its values")));
}

TEST_F(StoredCaseTest, ASavedCaseHasTheDtypeAndTheValuesOfTheTensors) {
  // Values that no other dtype holds, in a layout that is not contiguous.
  const Tensor x = torch::arange(8, torch::kDouble).reshape({4, 2}).t() / 3;
  save_case(path(), {{"x", x}, {"w", torch::ones({4}, torch::kDouble)}});
  const Contract contract = product().property("is_what_was_saved", [&](Trial& trial) {
    return torch::equal(trial.inputs()["x"], x) && trial.inputs().size("B") == 2 &&
           trial.inputs().size("D") == 2;
  });
  EXPECT_EQ(replay_file(contract, path(), "is_what_was_saved").outcome, Outcome::holds);
}

TEST_F(StoredCaseTest, AFileThatNamesNoPropertyAsksForOne) {
  save_case(path(), {{"x", torch::ones({1, 2})}, {"w", torch::ones({2})}});
  EXPECT_EQ(usage_error([&] { replay_file(product(), path()); }),
            "replay_file(\"" + path() +
                "\"): the file names no property; pass one as the third argument");
}

TEST_F(StoredCaseTest, AnUnknownPropertyIsRefused) {
  save_case(path(), {{"x", torch::ones({1, 2})}, {"w", torch::ones({2})}});
  EXPECT_THAT(usage_error([&] { replay_file(product(), path(), "stays_finit"); }),
              StartsWith("unknown property 'stays_finit'; known: "));
}

TEST_F(StoredCaseTest, WhatCannotBeACaseIsNotSaved) {
  EXPECT_EQ(usage_error([&] {
              save_case(path(), {{"x", Tensor()}});
            }),
            "save_case: input 'x' is undefined; leave it out");
  EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(StoredCaseTest, AFileOfAnotherContractIsRefusedByName) {
  CaseFile file;
  file.contract = "Quotient";
  file.identity.property = "stays_finite";
  write_case_file(path(), file);
  EXPECT_EQ(usage_error([&] { replay_file(product(), path()); }),
            path() + ": a case of the contract Quotient, not of Product");
}

TEST_F(StoredCaseTest, DimsThatDoNotFitAreRefusedInWords) {
  // Too many rows; an odd E; two sizes of one dim.
  save_case(path(), {{"x", torch::ones({5, 2})}, {"w", torch::ones({2})}});
  const std::string too_many = usage_error([&] { replay_file(product(), path(), "stays_finite"); });
  EXPECT_THAT(too_many,
              AllOf(StartsWith(path() + ": the case no longer fits the contract Product: "),
                    HasSubstr("B"), HasSubstr("5")));
  save_case(path(), {{"x", torch::ones({1, 3})}, {"w", torch::ones({3})}});
  EXPECT_THAT(usage_error([&] { replay_file(product(), path(), "stays_finite"); }), HasSubstr("3"));
  save_case(path(), {{"x", torch::ones({1, 2})}, {"w", torch::ones({4})}});
  EXPECT_THAT(usage_error([&] { replay_file(product(), path(), "stays_finite"); }),
              AllOf(HasSubstr("'w'"), HasSubstr("4")));
}

TEST_F(StoredCaseTest, AnInputThatIsMissingOrUnknownIsRefused) {
  save_case(path(), {{"x", torch::ones({1, 2})}});
  EXPECT_THAT(usage_error([&] { replay_file(product(), path(), "stays_finite"); }),
              HasSubstr("'w'"));
  save_case(path(), {{"x", torch::ones({1, 2})}, {"w", torch::ones({2})}, {"z", torch::ones({2})}});
  EXPECT_THAT(usage_error([&] { replay_file(product(), path(), "stays_finite"); }),
              HasSubstr("'z'"));
}

TEST_F(StoredCaseTest, AMissingFileIsNamed) {
  EXPECT_THAT(usage_error([&] { replay_file(product(), path()); }), HasSubstr(path()));
}

TEST_F(StoredCaseTest, AFindingReplaysFromItsFile) {
  const Contract contract = function("Exp", [](const Tensor& x) { return (1000 * x).exp(); })
                                .dim("B", 1, 4)
                                .input("x", floats("B"))
                                .output("y", floats("B"));
  const PropertyResult result = check_one(contract, "stays_finite", in_process(folder_));
  ASSERT_FALSE(result.findings.empty());
  const Verdict verdict = replay_file(contract, result.findings[0].path);
  EXPECT_EQ(verdict.outcome, Outcome::fails);
  EXPECT_EQ(verdict.evidence.kind, result.findings[0].identity.kind);
  EXPECT_EQ(replay(contract, "stays_finite", result.findings[0].smallest).outcome, Outcome::fails);
}

TEST_F(StoredCaseTest, ACaseOfAnotherShapeIsNotReplayed) {
  Case wrong;
  wrong.dim("B", 1).dim("D", 1).dim("E", 2);
  wrong.tensor("x", array(DType::float32, {1, 2}, {0, 0}));
  EXPECT_THAT(usage_error([&] { replay(product(), "stays_finite", wrong); }),
              StartsWith("replay: the case is not of the contract Product: "));
}

TEST_F(StoredCaseTest, ParametersThatTheFileLacksAreAtTheirSimplest) {
  save_case(path(), {{"x", torch::ones({1, 2})}, {"w", torch::ones({2})}});
  const Contract contract =
      product().param("rate", real(0.25, 0.5)).property("rate_is_simple", [](Trial& trial) {
        return trial.inputs().parameter<double>("rate") == 0.25;
      });
  EXPECT_EQ(replay_file(contract, path(), "rate_is_simple").outcome, Outcome::holds);
}

// A parameter of a type of the user's, made again from its seed.
struct Schedule {
  std::uint64_t steps = 0;
};

ParameterValue schedule(std::uint64_t seed) {
  OpaqueValue value;
  value.value = std::make_shared<Schedule>(Schedule{seed % 10});
  value.type = typeid(Schedule).name();
  value.text = "schedule of " + std::to_string(seed % 10);
  value.seed = seed;
  return value;
}

ParameterDomain schedules() {
  ParameterDomain domain;
  domain.text = "schedules";
  domain.draw = [](std::string_view, Source&) { return schedule(17); };
  domain.simpler = [](const ParameterValue&) { return std::vector<ParameterValue>(); };
  domain.restore = [](std::uint64_t seed, const std::vector<std::uint32_t>&) {
    return schedule(seed);
  };
  return domain;
}

class ScheduledImpl : public torch::nn::Module {
 public:
  explicit ScheduledImpl(const Schedule& schedule) : steps_(schedule.steps) {}
  Tensor forward(const Tensor& x) { return x / static_cast<double>(7 - steps_); }

 private:
  std::uint64_t steps_;
};

TEST_F(StoredCaseTest, AnOpaqueParameterIsMadeAgain) {
  const Contract contract =
      module("Scheduled",
             [](const Draw& draw) {
               return std::make_shared<ScheduledImpl>(draw.get<Schedule>("schedule"));
             })
          .dim("B", 1, 2)
          .param("schedule", schedules())
          .input("x", floats("B", between(1, 2)))
          .output("y", floats("B"));
  const PropertyResult result = check_one(contract, "stays_finite", in_process(folder_));
  ASSERT_EQ(result.error, "");
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(replay_file(contract, result.findings[0].path).outcome, Outcome::fails);
}

}  // namespace
}  // namespace gradgrind

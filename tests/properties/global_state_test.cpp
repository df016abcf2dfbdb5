// Subjects that change what LibTorch keeps globally, and subjects that throw under observation.
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <functional>
#include <stdexcept>

#include "gradgrind/properties/module.h"
#include "gradgrind/properties/observation.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;

struct Disturbance {
  const char* name;
  void (*disturb)();
  const char* message;
};

class Disturbed : public testing::TestWithParam<Disturbance> {};

Contract disturbing(void (*disturb)()) {
  return function("Disturbing",
                  [disturb](const torch::Tensor& x) {
                    disturb();
                    return x * 2;
                  })
      .dim("B", 1, 4)
      .input("x", floats("B"))
      .output("y", floats("B"));
}

TEST_P(Disturbed, IsTheFindingOfPurityAlone) {
  const FileFolder folder;
  const Contract contract = disturbing(GetParam().disturb);
  const auto dtype = torch::get_default_dtype();
  const int threads = at::get_num_threads();

  for (const bool isolate : {false, true}) {
    Settings settings = in_process(folder);
    settings.isolate = isolate;
    const PropertyResult pure = check_one(contract, "evaluation_is_pure", settings);
    ASSERT_EQ(pure.findings.size(), 1U);
    EXPECT_EQ(pure.findings[0].identity.kind, "global state changed");
    EXPECT_THAT(pure.findings[0].evidence.message, HasSubstr(GetParam().message));
    const PropertyResult next = check_one(contract, "output_dtypes_are_as_declared", settings);
    EXPECT_EQ(next.outcome, Outcome::holds) << next.reason;
    EXPECT_GT(next.cases, 0);
  }
  EXPECT_TRUE(torch::GradMode::is_enabled());
  EXPECT_EQ(torch::get_default_dtype(), dtype);
  EXPECT_EQ(at::get_num_threads(), threads);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Disturbed,
    testing::Values(Disturbance{"DefaultDtype",
                                [] { torch::set_default_dtype(caffe2::TypeMeta::Make<double>()); },
                                "the subject leaves the default dtype double (it was float)"},
                    Disturbance{"GradMode", [] { torch::GradMode::set_enabled(true); },
                                "the subject leaves grad mode on (it was off)"},
                    Disturbance{"Threads", [] { at::set_num_threads(2); },
                                "the subject leaves the number of threads 2 (it was 1)"},
                    Disturbance{
                        "Seed", [] { torch::manual_seed(4711); },
                        "the subject leaves the seed of the default generator 4711 (it was "}),
    [](const auto& test) { return test.param.name; });

TEST(DrawingRandomNumbers, IsNoDisturbance) {
  const FileFolder folder;
  const Contract contract = disturbing([] { torch::rand({3}); });
  EXPECT_EQ(check_one(contract, "evaluation_is_pure", in_process(folder)).outcome, Outcome::holds);
}

TEST(SeedingInAFactory, IsNoDisturbance) {
  const FileFolder folder;
  const Contract contract = module("Seeding",
                                   [](const Draw&) {
                                     torch::manual_seed(7);
                                     return torch::nn::Linear(3, 2);
                                   })
                                .dim("B", 1, 4)
                                .input("x", floats("B 3"))
                                .output("y", floats("B 2"));
  EXPECT_EQ(check_one(contract, "evaluation_is_pure", in_process(folder)).outcome, Outcome::holds);
}

TEST(ABuildThatChangesTheDefaultDtype, IsAFinding) {
  const FileFolder folder;
  const Contract contract = module("Doubling",
                                   [](const Draw&) {
                                     torch::nn::Linear linear(3, 2);
                                     torch::set_default_dtype(caffe2::TypeMeta::Make<double>());
                                     return linear;
                                   })
                                .dim("B", 1, 4)
                                .input("x", floats("B 3"))
                                .output("y", floats("B 2"));
  const PropertyResult pure = check_one(contract, "evaluation_is_pure", in_process(folder));
  ASSERT_EQ(pure.findings.size(), 1U);
  EXPECT_THAT(pure.findings[0].evidence.message, HasSubstr("the default dtype double"));
  EXPECT_EQ(torch::get_default_dtype(), caffe2::TypeMeta::Make<float>());
}

TEST(ThrowingUnderObservation, IsAVerdictAndLeavesNothingBehind) {
  const FileFolder folder;
  const Contract contract = disturbing([] {
    torch::GradMode::set_enabled(true);
    torch::set_default_dtype(caffe2::TypeMeta::Make<double>());
    throw std::runtime_error("no such table");
  });
  // stays_finite watches its forward, and the explanation watches it again.
  const PropertyResult thrown = check_one(contract, "stays_finite", in_process(folder));
  ASSERT_EQ(thrown.findings.size(), 1U);
  EXPECT_EQ(thrown.findings[0].identity.kind, "throws");
  EXPECT_THAT(thrown.findings[0].evidence.message, HasSubstr("no such table"));
  EXPECT_EQ(torch::get_default_dtype(), caffe2::TypeMeta::Make<float>());

  const Trace trace = observe({}, [] { torch::ones({2}).exp(); });
  EXPECT_EQ(trace.calls.back().name, "aten::exp");
  EXPECT_EQ(trace.calls.back().depth, 0);
  const Contract sound = disturbing([] {});
  EXPECT_EQ(check_one(sound, "stays_finite", in_process(folder)).outcome, Outcome::holds);
}

}  // namespace
}  // namespace gradgrind

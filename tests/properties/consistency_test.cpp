// A verdict depends on contract, property and seed alone: not on what runs beside it, nor where.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <random>

#include "gradgrind/generators/case_text.h"
#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using torch::Tensor;

// Two parameters and a running count, so that state which leaks from one property into the next
// would show.
class LayerImpl : public torch::nn::Cloneable<LayerImpl> {
 public:
  LayerImpl(std::int64_t width, bool is_sound) : width_(width), is_sound_(is_sound) { reset(); }

  void reset() override {
    linear_ = register_module("linear", torch::nn::Linear(width_, 2));
    calls_ = register_buffer("calls", torch::zeros({1}));
  }
  Tensor forward(const Tensor& x) {
    if (is_training()) calls_ += 1;
    const Tensor y = linear_->forward(x);
    return is_sound_ ? y : torch::log(y - y.mean(0, true));
  }

 private:
  std::int64_t width_;
  bool is_sound_;
  torch::nn::Linear linear_{nullptr};
  Tensor calls_;
};
TORCH_MODULE(Layer);

Contract layer(const std::string& name, bool is_sound) {
  return module(name, [is_sound](const Draw& draw) { return Layer(draw["D"], is_sound); })
      .dim("B", 1, 4)
      .dim("D", 1, 3)
      .input("x", floats("B D"))
      .output("y", floats("B 2"))
      .batch("B");
}

// What a property came to, without times and paths.
std::string summary(const PropertyResult& result) {
  std::string text = std::string(name(result.outcome)) + ", " + std::to_string(result.cases) +
                     " cases, " + std::to_string(result.discarded) + " discarded";
  if (!result.reason.empty()) text += ", " + result.reason;
  if (!result.error.empty()) text += ", error " + result.error;
  for (const Finding& finding : result.findings) {
    text += "\n  " + finding.identity.kind + " " + finding.identity.output + " in case " +
            std::to_string(finding.index) + ", shrunk to\n" + describe(finding.smallest);
  }
  return text;
}

using Summaries = std::map<std::string, std::string>;

Summaries check_suite(const Contract& contract, const Suite& suite, bool isolate) {
  // A folder of its own: stored cases of one run would be run first by the next.
  const FileFolder folder;
  Settings settings = isolate ? isolated(folder) : in_process(folder);
  settings.scale = 0.2;
  settings.seconds = 0;
  settings.shrink_seconds = 1000;
  settings.shrink_runs = 50;
  Summaries summaries;
  for (const PropertyResult& result : check_all(contract, suite, settings).properties) {
    summaries[result.property] = summary(result);
  }
  return summaries;
}

class Consistency : public testing::TestWithParam<bool> {
 protected:
  const Contract contract_ = GetParam() ? layer("Sound", true) : layer("Faulty", false);
  // What it may ask of threads depends on those that the forking process has started by then.
  const Suite suite_ = suite_of(contract_.without("thread_counts_agree"));
};

TEST_P(Consistency, ASuiteAsAWholeIsRepeatable) {
  EXPECT_EQ(check_suite(contract_, suite_, false), check_suite(contract_, suite_, false));
}

TEST_P(Consistency, EachPropertyAloneSaysWhatItSaysAmongAll) {
  const Summaries all = check_suite(contract_, suite_, false);
  for (const Property& property : suite_) {
    const Summaries alone = check_suite(contract_, {property}, false);
    EXPECT_EQ(alone.at(property.name), all.at(property.name)) << property.name;
  }
}

TEST_P(Consistency, OrderChangesNothing) {
  const Summaries in_order = check_suite(contract_, suite_, false);
  for (const unsigned seed : {1U, 2U}) {
    Suite shuffled = suite_;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
    EXPECT_EQ(check_suite(contract_, shuffled, false), in_order) << "shuffled by " << seed;
  }
}

TEST_P(Consistency, TwoHalvesMakeAWhole) {
  const auto middle = suite_.begin() + static_cast<std::ptrdiff_t>(suite_.size() / 2);
  Summaries halves = check_suite(contract_, Suite(suite_.begin(), middle), false);
  halves.merge(check_suite(contract_, Suite(middle, suite_.end()), false));
  EXPECT_EQ(halves, check_suite(contract_, suite_, false));
}

TEST_P(Consistency, AChildProcessSaysWhatThisOneSays) {
  EXPECT_EQ(check_suite(contract_, suite_, true), check_suite(contract_, suite_, false));
}

INSTANTIATE_TEST_SUITE_P(Subjects, Consistency, testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Sound" : "Faulty"; });

TEST(ConsistencySubjects, AreSoundAndFaulty) {
  const FileFolder folder;
  const Contract sound = layer("Sound", true);
  const Contract faulty = layer("Faulty", false);
  const CheckResult held = check_all(sound, suite_of(sound), in_process(folder));
  EXPECT_TRUE(held.holds()) << held.findings().front().report;
  EXPECT_FALSE(check_all(faulty, suite_of(faulty), in_process(folder)).holds());
}

}  // namespace
}  // namespace gradgrind

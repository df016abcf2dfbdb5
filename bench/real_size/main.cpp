// ResNet-18 on images of 224x224: what of the default suite runs within the default budget.
#include <fmt/format.h>
#include <torch/torch.h>

#include <cstdio>
#include <set>
#include <string>

#include "bench/real_size/resnet.h"
#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr double kSeconds = 60;
constexpr std::int64_t kClasses = 1000;
constexpr int kLeastCases = 5;

gg::Contract contract() {
  return gg::module("ResNet18", [](const gg::Draw&) { return bench::ResNet18(kClasses); })
      .dim("B", 1, 2)
      .dim("K", kClasses, kClasses)
      .input("image", gg::floats("B 3 224 224"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss([](const torch::Tensor& logits, const torch::Tensor& label) {
        return torch::nn::functional::cross_entropy(logits, label);
      })
      .batch("B");
}

// The least cases that must run; 0 where float64 or more than 20 training steps are needed.
int least_cases(const gg::Property& property) {
  static const std::set<std::string> groups = {"forward", "batch", "numeric", "layout"};
  static const std::set<std::string> costly = {"gradients_match_finite_differences",
                                               "a_descent_step_exists", "overfits_a_tiny_batch"};
  if (groups.count(property.group) != 0 || property.name == "every_parameter_is_reachable") {
    return kLeastCases;
  }
  return costly.count(property.name) != 0 ? 0 : 1;
}

// One case proves a claim that some case holds, so no more are run.
bool has_enough(const gg::Property& property, const gg::PropertyResult& result) {
  if (result.outcome == gg::Outcome::not_applicable) return true;
  if (property.quantifier == gg::Quantifier::some && result.outcome == gg::Outcome::holds) {
    return result.cases >= 1;
  }
  const bool is_left_out = result.outcome == gg::Outcome::not_run && least_cases(property) > 0;
  return !is_left_out && result.cases >= least_cases(property);
}

}  // namespace

int main(int count, char** arguments) {
  bench::Rows rows(count, arguments);
  const gg::Contract resnet = contract();
  const gg::Suite suite = gg::suite_of(resnet);
  gg::Settings settings;
  settings.seconds = kSeconds;
  gg::CheckResult checked;
  const double seconds =
      bench::seconds_of([&] { checked = gg::check_all(resnet, suite, settings); });

  std::printf("%-42s %-9s %5s %9s %8s  %s\n", "property", "group", "cases", "discarded", "seconds",
              "");
  double short_of_cases = 0;
  double not_run = 0;
  for (std::size_t i = 0; i < suite.size(); ++i) {
    const gg::PropertyResult& result = checked.properties[i];
    const bool is_short = !has_enough(suite[i], result);
    short_of_cases += is_short ? 1 : 0;
    not_run += result.outcome == gg::Outcome::not_run ? 1 : 0;
    std::printf("%-42s %-9s %5d %9d %8.2f  %s%s\n", result.property.c_str(), suite[i].group.c_str(),
                result.cases, result.discarded, result.seconds, result.reason.c_str(),
                is_short ? "  SHORT OF CASES" : "");
  }
  for (const gg::Finding& finding : checked.findings()) std::puts(finding.report.c_str());
  rows.at_most(kSeconds, "real size, ResNet-18: whole suite", seconds, "s");
  rows.at_most(0, "real size, ResNet-18: properties short of cases", short_of_cases, "properties");
  rows.at_most(0, "real size, ResNet-18: false findings",
               static_cast<double>(checked.findings().size()), "findings");
  rows.add("real size, ResNet-18: not run for the budget", not_run, "properties");
  return rows.finish();
}

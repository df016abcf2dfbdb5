// The whole default suite over an MLP, beside a bare loop of as many forwards and backwards of the
// same sizes and dtypes.
#include <fmt/format.h>
#include <torch/torch.h>

#include <cstdio>
#include <cstdlib>

#include "bench/suite/counted_mlp.h"
#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr int kRounds = 5;

torch::Tensor cross_entropy(const torch::Tensor& logits, const torch::Tensor& label) {
  return torch::nn::functional::cross_entropy(logits, label);
}

gg::Contract contract_of(bool is_counted) {
  return gg::module("Mlp", [is_counted](const gg::Draw&) { return bench::Mlp(is_counted); })
      .dim("B", bench::kRows, bench::kRows)
      .dim("F", bench::kFeatures, bench::kFeatures)
      .dim("K", bench::kClasses, bench::kClasses)
      .input("x", gg::floats("B F"))
      .output("logits", gg::floats("B K"))
      .target("label", gg::labels("B", "K"))
      .loss(cross_entropy)
      .batch("B");
}

gg::Settings settings(bool isolate) {
  gg::Settings chosen;
  chosen.isolate = isolate;
  chosen.seconds = 0;  // A budget that cuts one round and not the next would compare two suites.
  return chosen;
}

gg::CheckResult check(bool is_counted, bool isolate) {
  const gg::Contract contract = contract_of(is_counted);
  gg::CheckResult checked = gg::check_all(contract, gg::suite_of(contract), settings(isolate));
  if (checked.holds()) return checked;
  for (const gg::Finding& finding : checked.findings()) std::puts(finding.report.c_str());
  std::puts("a correct module fails: its findings would be measured, not its suite");
  std::exit(1);
}

// As many calls as the account holds, and nothing else.
class BareLoop {
 public:
  void run() {
    for (std::size_t dtype = 0; dtype < 2; ++dtype) {
      module_->to(dtype == 1 ? torch::kDouble : torch::kFloat);
      for (std::size_t rows = 0; rows <= bench::kMostRows; ++rows) {
        repeat(bench::account()[dtype][rows], dtype == 1 ? torch::kDouble : torch::kFloat,
               static_cast<std::int64_t>(rows));
      }
    }
  }

 private:
  void repeat(const bench::Calls& calls, torch::ScalarType dtype, std::int64_t rows) {
    const torch::Tensor x = torch::rand({rows, bench::kFeatures}, dtype);
    const torch::Tensor label = torch::zeros({rows}, torch::kLong);
    {
      const torch::NoGradGuard no_grad;
      for (std::int64_t i = 0; i < calls.without_grad; ++i) module_->forward(x);
    }
    const std::int64_t backwards = calls.backwards;
    for (std::int64_t i = 0; i < calls.with_grad; ++i) {
      const torch::Tensor y = module_->forward(x);
      if (i >= backwards) continue;
      // Where one forward serves several backwards, the last of them does.
      const std::int64_t times = i + 1 == calls.with_grad ? backwards - i : 1;
      const torch::Tensor loss = cross_entropy(y, label);
      for (std::int64_t t = 0; t < times; ++t) loss.backward({}, /*retain_graph=*/t + 1 < times);
    }
  }

  bench::Mlp module_{false};
};

void add_account(bench::Rows& rows) {
  double without_grad = 0;
  double with_grad = 0;
  double backwards = 0;
  for (const auto& by_rows : bench::account()) {
    for (const bench::Calls& calls : by_rows) {
      without_grad += static_cast<double>(calls.without_grad);
      with_grad += static_cast<double>(calls.with_grad);
      backwards += static_cast<double>(calls.backwards);
    }
  }
  rows.add("suite: forwards without gradients", without_grad, "calls");
  rows.add("suite: forwards with gradients", with_grad, "calls");
  rows.add("suite: backwards", backwards, "calls");
}

void add_slowest(const gg::CheckResult& checked, double bare) {
  std::printf("\n%-40s %6s %10s\n", "property", "cases", "seconds");
  for (const gg::PropertyResult& result : checked.properties) {
    if (result.seconds < 0.02 * bare) continue;
    std::printf("%-40s %6d %10.3f\n", result.property.c_str(), result.cases, result.seconds);
  }
  std::printf("\n");
}

}  // namespace

int main(int count, char** arguments) {
  bench::Rows rows(count, arguments);
  torch::set_num_threads(1);
  check(/*is_counted=*/true, /*isolate=*/false);
  add_account(rows);

  BareLoop bare;
  gg::CheckResult last;
  const auto seconds = bench::medians_in_turns(
      kRounds,
      {[&] { last = check(false, false); }, [&] { check(false, true); }, [&] { bare.run(); }});
  add_slowest(last, seconds[2]);
  rows.add("suite: bare loop", seconds[2], "s");
  rows.at_most(3, "suite, in this process", seconds[0] / seconds[2], "times bare");
  rows.at_most(3, "suite, isolated", seconds[1] / seconds[2], "times bare");
  return rows.finish();
}

// What a case costs besides its forward: a property of one forward over an MLP, beside a bare loop
// of the same forwards on one module with fresh inputs.
#include <fmt/format.h>
#include <torch/torch.h>

#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

constexpr int kCases = 2000;
constexpr int kRounds = 15;

struct Size {
  std::int64_t batch, inputs, hidden, outputs;
};

torch::nn::Sequential mlp(const Size& size) {
  return torch::nn::Sequential(torch::nn::Linear(size.inputs, size.hidden), torch::nn::ReLU(),
                               torch::nn::Linear(size.hidden, size.outputs));
}

gg::Contract contract_of(const Size& size) {
  return gg::module("Mlp", [size](const gg::Draw&) { return mlp(size); })
      .dim("B", size.batch, size.batch)
      .dim("F", size.inputs, size.inputs)
      .dtypes({gg::DType::float32})
      .input("x", gg::floats("B F"))
      .property("runs", [](gg::Trial& trial) {
        trial.forward(trial.inputs());
        return true;
      });
}

void check_once(const gg::Contract& contract, const gg::Suite& suite) {
  gg::Settings settings;
  settings.isolate = false;
  settings.seconds = 0;
  settings.scale = kCases / 100.0;
  const gg::CheckResult checked = gg::check_all(contract, suite, settings);
  if (checked.properties.at(0).cases != kCases) throw std::runtime_error("cases are missing");
}

// The median cost of a case, as a ratio to the bare one.
double ratio(const Size& size, double& bare_microseconds) {
  const gg::Contract contract = contract_of(size);
  const gg::Suite suite = {gg::find_property(gg::suite_of(contract), "runs")};
  torch::nn::Sequential module = mlp(size);
  module->eval();
  const auto bare = [&] {
    const torch::NoGradGuard no_grad;
    for (int i = 0; i < kCases; ++i) {
      module->forward(torch::empty({size.batch, size.inputs}).uniform_(-1, 1));
    }
  };
  const auto seconds =
      bench::medians_in_turns(kRounds, {[&] { check_once(contract, suite); }, bare});
  bare_microseconds = 1e6 * seconds[1] / kCases;
  return seconds[0] / seconds[1];
}

void bench_size(const Size& size, bool has_goal, bench::Rows& rows) {
  double bare_microseconds = 0;
  const double cost = ratio(size, bare_microseconds);
  const std::string name = fmt::format("overhead, MLP {}-{}-{} at batch {}", size.inputs,
                                       size.hidden, size.outputs, size.batch);
  rows.add(name + ": bare", bare_microseconds, "us a forward");
  if (has_goal) {
    rows.at_most(1.3, name + ": a case", cost, "times bare");
  } else {
    rows.add(name + ": a case", cost, "times bare");
  }
}

}  // namespace

int main(int count, char** arguments) {
  bench::Rows rows(count, arguments);
  torch::set_num_threads(1);
  bench_size({32, 64, 128, 10}, true, rows);
  bench_size({4, 8, 16, 4}, false, rows);
  return rows.finish();
}

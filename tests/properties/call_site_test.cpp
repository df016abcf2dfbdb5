// Where operators are called from: gradient functions, lines of TorchScript, threads.
#include <ATen/Parallel.h>
#include <ATen/ops/log.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>
#include <torch/jit.h>

#include <future>
#include <string>
#include <thread>

#include "gradgrind/properties/observation.h"

namespace {

using gradgrind::first_non_finite;
using gradgrind::forward_of;
using gradgrind::observe;
using gradgrind::ObserveOptions;
using gradgrind::OperatorCall;
using gradgrind::Trace;
using ::testing::HasSubstr;

ObserveOptions lines() {
  ObserveOptions options;
  options.scan_values = true;
  options.source_lines = true;
  return options;
}

const OperatorCall* call_of(const Trace& trace, const std::string& name) {
  for (const OperatorCall& call : trace.calls)
    if (call.name == name) return &call;
  return nullptr;
}

at::Tensor root_of(const at::Tensor& x) { return x.mul(1).sqrt().mul(3); }

TEST(BackwardPass, LeadsFromANonFiniteGradientToItsForward) {
  const at::Tensor x = at::zeros({2}).requires_grad_();
  at::Tensor y;
  const Trace forward = observe(lines(), [&] { y = root_of(x); });
  const at::Tensor loss = y.sum();
  const Trace backward = observe(lines(), [&] { loss.backward(); });

  EXPECT_EQ(first_non_finite(forward), std::nullopt);
  const auto bad = first_non_finite(backward);
  ASSERT_TRUE(bad);
  EXPECT_EQ(backward.calls[*bad].site->gradient, "SqrtBackward0");
  const auto made_by = forward_of(forward, backward.calls[*bad]);
  ASSERT_TRUE(made_by);
  EXPECT_EQ(forward.calls[*made_by].name, "aten::sqrt");
  const auto line = source_line(forward.calls[*made_by]);
  ASSERT_TRUE(line);
  EXPECT_THAT(line->function, HasSubstr("root_of"));
}

TEST(BackwardPass, KnowsNoForwardOfWhatRanUnwatched) {
  const at::Tensor x = at::zeros({2}).requires_grad_();
  const at::Tensor loss = root_of(x).sum();
  const Trace other = observe(lines(), [&] { x.detach().mul(2); });
  const Trace backward = observe(lines(), [&] { loss.backward(); });
  const auto bad = first_non_finite(backward);
  ASSERT_TRUE(bad);
  EXPECT_EQ(forward_of(other, backward.calls[*bad]), std::nullopt);
}

TEST(BackwardPass, IsOverWhenItEnds) {
  const at::Tensor x = at::ones({2}).requires_grad_();
  const Trace trace = observe(lines(), [&] {
    root_of(x).sum().backward();
    x.detach().log();
  });
  const OperatorCall* log = call_of(trace, "aten::log");
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->site->gradient, "");
  EXPECT_EQ(log->site->gradient_number, std::nullopt);
}

TEST(TorchScript, TellsTheLineOfItsSource) {
  const auto unit = torch::jit::compile(
      "def inner(x):\n  y = x + 1\n  return torch.log(y)\n"
      "def f(x):\n  return inner(x * 2)\n");
  const at::Tensor x = at::ones({2});
  const Trace trace = observe(lines(), [&] { unit->run_method("f", x); });
  const OperatorCall* log = call_of(trace, "aten::log");
  ASSERT_NE(log, nullptr);
  EXPECT_EQ(log->site->script.substr(0, log->site->script.find('\n')), "inner at <string>:3");
  EXPECT_EQ(call_of(observe(lines(), [&] { at::log(x); }), "aten::log")->site->script, "");
}

TEST(Threads, AreSeenWhereLaunchCarriesTheStateOver) {
  const at::Tensor x = at::ones({2});
  const Trace trace = observe({}, [&] {
    std::promise<void> done;
    at::launch([&] {
      at::log(x);
      done.set_value();
    });
    done.get_future().wait();
  });
  EXPECT_NE(call_of(trace, "aten::log"), nullptr);
}

TEST(Threads, OfParallelForAreTheCallersWhereThereIsOne) {
  const at::Tensor x = at::ones({2});
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const Trace trace = observe(
      {}, [&] { at::parallel_for(0, 4, 1, [&](std::int64_t, std::int64_t) { at::log(x); }); });
  at::set_num_threads(before);
  EXPECT_NE(call_of(trace, "aten::log"), nullptr);
}

}  // namespace

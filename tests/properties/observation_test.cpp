#include "gradgrind/properties/observation.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ThreadLocalState.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/log.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/function.h>
#include <torch/jit.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "tests/properties/observing.h"

namespace {

using gradgrind::Observation;
using gradgrind::observe;
using gradgrind::ObserveOptions;
using gradgrind::OperatorCall;
using gradgrind::Trace;
using gradgrind::values;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> names(const Trace& trace) {
  std::vector<std::string> result;
  for (const OperatorCall& call : trace.calls) result.emplace_back(call.name);
  return result;
}

std::vector<std::string> outer_names(const Trace& trace) {
  std::vector<std::string> result;
  for (const OperatorCall& call : trace.calls)
    if (call.depth == 0) result.emplace_back(call.name);
  return result;
}

TEST(Observation, IsAvailableInThisLibTorch) { EXPECT_TRUE(gradgrind::observation_is_available()); }

TEST(Observation, RecordsNamesInputsAndOutputsInTheOrderOfTheCalls) {
  const at::Tensor x = at::ones({2, 3});
  const Trace trace = observe({}, [&] { at::softmax(x, 1).neg_(); });

  ASSERT_THAT(names(trace), ElementsAre("aten::softmax.int", "aten::_softmax", "aten::neg_"));
  EXPECT_EQ(trace.calls[0].inputs.text(), "float32 [2, 3], int 1, none");
  EXPECT_EQ(trace.calls[0].depth, 0);
  EXPECT_EQ(trace.calls[0].caller, std::nullopt);
  EXPECT_EQ(trace.calls[1].depth, 1);
  EXPECT_EQ(trace.calls[1].caller, 0U);
  ASSERT_EQ(trace.calls[2].outputs.size(), 1U);
  EXPECT_EQ(trace.calls[2].outputs[0].dtype, "float32");
  EXPECT_THAT(trace.calls[2].outputs[0].shape, ElementsAre(2, 3));
  EXPECT_TRUE(trace.calls[2].returned);
  EXPECT_FALSE(trace.truncated);
}

TEST(Observation, SeesNothingOutsideItsLifetime) {
  const at::Tensor x = at::ones({2});
  Observation observation;
  at::exp(x);
  const Trace trace = observation.finish();
  at::log(x);
  EXPECT_THAT(names(trace), ElementsAre("aten::exp"));
  EXPECT_THAT(names(observation.finish()), IsEmpty());
}

TEST(Observation, NestsAndBothRecord) {
  const at::Tensor x = at::ones({2});
  Trace inner;
  const Trace outer = observe({}, [&] {
    at::exp(x);
    inner = observe({}, [&] { at::log(x); });
  });
  EXPECT_THAT(names(outer), ElementsAre("aten::exp", "aten::log"));
  EXPECT_THAT(names(inner), ElementsAre("aten::log"));
}

TEST(Observation, StopsRecordingAtTheLimitAndSaysSo) {
  const at::Tensor x = at::ones({2});
  ObserveOptions options;
  options.limit = 2;
  at::Tensor y;
  const Trace trace = observe(options, [&] { y = x.exp().exp().exp(); });
  EXPECT_EQ(trace.calls.size(), 2U);
  EXPECT_TRUE(trace.truncated);
  EXPECT_TRUE(y.equal(x.exp().exp().exp()));
}

TEST(Observation, SeesInsideLstm) {
  const std::vector<at::Tensor> state{at::zeros({1, 2, 4}), at::zeros({1, 2, 4})};
  const std::vector<at::Tensor> weights{at::ones({16, 3}), at::ones({16, 4}), at::ones({16}),
                                        at::ones({16})};
  const at::Tensor x = at::ones({5, 2, 3});
  const Trace trace =
      observe({}, [&] { at::lstm(x, state, weights, true, 1, 0.0, false, false, false); });
  EXPECT_THAT(outer_names(trace), ElementsAre("aten::lstm.input"));
  EXPECT_THAT(names(trace), Contains("aten::tanh"));
  EXPECT_GT(trace.calls.size(), 50U);
}

TEST(Observation, SeesViewsInPlaceOutAndInferenceMode) {
  const at::Tensor x = at::ones({2, 3});
  at::Tensor out = at::empty({2, 3});
  const Trace trace = observe({}, [&] {
    const c10::InferenceMode inference;
    x.t();
    out.zero_();
    at::exp_out(out, x);
  });
  EXPECT_THAT(outer_names(trace), ElementsAre("aten::t", "aten::zero_", "aten::exp.out"));
}

TEST(Observation, SeesBackwardWhileAlive) {
  const at::Tensor x = at::ones({2, 3}).requires_grad_();
  const at::Tensor y = x.exp().sum();
  const Trace trace = observe({}, [&] { y.backward(); });
  EXPECT_THAT(names(trace), Contains("aten::mul.Tensor"));
  EXPECT_TRUE(x.grad().equal(x.detach().exp()));
}

TEST(Observation, SeesInsideTorchScript) {
  const auto module = torch::jit::compile("def f(x):\n  return torch.log(x + 1)\n");
  const at::Tensor x = at::ones({2});
  const Trace trace = observe({}, [&] { module->run_method("f", x); });
  EXPECT_THAT(names(trace), Contains("aten::log"));
}

TEST(Observation, DoesNotSeeThreadsOfTheSubject) {
  const at::Tensor x = at::ones({2});
  const Trace trace = observe({}, [&] { std::thread([&] { at::log(x); }).join(); });
  EXPECT_THAT(names(trace), Not(Contains("aten::log")));
}

TEST(Observation, SeesThreadsThatCarryTheStateOver) {
  const at::Tensor x = at::ones({2});
  const Trace trace = observe({}, [&] {
    const at::ThreadLocalState state;
    std::thread([&] {
      const at::ThreadLocalStateGuard guard(state);
      at::log(x);
    }).join();
  });
  EXPECT_THAT(names(trace), Contains("aten::log"));
}

TEST(Observation, IgnoresCallsOfThreadsThatOutliveIt) {
  const at::Tensor x = at::ones({2});
  std::optional<at::ThreadLocalState> state;
  const Trace trace = observe({}, [&] { state.emplace(); });
  const at::ThreadLocalStateGuard guard(*state);
  EXPECT_TRUE(at::log(x).equal(at::zeros({2})));
  EXPECT_THAT(names(trace), IsEmpty());
}

TEST(Observation, LetsExceptionsPassAndStopsObserving) {
  const at::Tensor x = at::ones({2, 3});
  Observation observation;
  EXPECT_THROW(at::matmul(x, x), c10::Error);
  at::exp(x);
  const Trace trace = observation.finish();
  EXPECT_EQ(trace.calls.front().name, "aten::matmul");
  EXPECT_FALSE(trace.calls.front().returned);
  EXPECT_EQ(trace.calls.back().name, "aten::exp");
  EXPECT_EQ(trace.calls.back().depth, 0);

  EXPECT_THROW(observe({}, [] { throw std::runtime_error("subject"); }), std::runtime_error);
  EXPECT_TRUE(at::exp(x).equal(x.exp()));
}

TEST(Observation, ChangesNoRandomStreamVersionOrGraph) {
  ObserveOptions all = values();
  all.record_digests = true;
  all.source_lines = true;
  const at::Tensor weight = at::ones({3}).requires_grad_();
  const auto run = [&](const ObserveOptions* options) {
    std::optional<Observation> observation;
    if (options != nullptr) observation.emplace(*options);
    at::Tensor x = at::rand({3}, at::detail::createCPUGenerator(7));
    x.mul_(2);
    const at::Tensor y = x.mul(weight).sum();
    return std::make_tuple(x, x._version(), y.grad_fn()->name(), weight._version());
  };
  const auto [x, version, graph, weight_version] = run(nullptr);
  const auto [x2, version2, graph2, weight_version2] = run(&all);
  EXPECT_TRUE(x.equal(x2));
  EXPECT_EQ(version, version2);
  EXPECT_EQ(graph, graph2);
  EXPECT_EQ(weight_version, weight_version2);
}

}  // namespace

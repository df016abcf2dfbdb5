// Which operator of a trace is named.
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/lstm.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/properties/observation.h"
#include "tests/properties/observing.h"

namespace {

using gradgrind::first_difference;
using gradgrind::first_nan;
using gradgrind::first_non_finite;
using gradgrind::observe;
using gradgrind::ObserveOptions;
using gradgrind::OperatorCall;
using gradgrind::Trace;
using gradgrind::values;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ObserveOptions digests() {
  ObserveOptions options;
  options.record_digests = true;
  return options;
}

std::string name_at(const Trace& trace, const std::optional<std::size_t>& index) {
  return index ? std::string(trace.calls.at(*index).name) : "none";
}

TEST(FirstNonFinite, NamesTheProducerAndNotThePropagator) {
  const at::Tensor x = at::ones({2, 3});
  const Trace trace = observe(values(), [&] { at::softmax(x.sub(2).log().mul(3), 1).neg(); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::log");
  const OperatorCall& log = trace.calls[*first_non_finite(trace)];
  EXPECT_TRUE(log.inputs_finite);
  EXPECT_TRUE(log.outputs.at(0).has_nan);
  EXPECT_FALSE(log.outputs.at(0).has_inf);
  EXPECT_FALSE(trace.calls.back().inputs_finite);
}

TEST(FirstNonFinite, NamesAnOverflow) {
  const at::Tensor x = at::full({4}, 100.0);
  const Trace trace = observe(values(), [&] { x.div(1).exp().neg(); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::exp");
  EXPECT_EQ(trace.calls.front().outputs.at(0).max_abs, 100.0);
}

TEST(FirstNonFinite, NamesAnInPlaceOverflow) {
  at::Tensor x = at::full({4}, 100.0);
  const Trace trace = observe(values(), [&] { x.exp_().neg_(); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::exp_");
}

TEST(FirstNonFinite, NamesAnOverflowInANarrowingCast) {
  const at::Tensor x = at::full({4}, 1e30, at::kDouble);
  const Trace trace = observe(values(), [&] { x.to(at::kHalf); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::to.dtype");
}

// Infinities of either sign meet in an addition, in whatever order a BLAS sums up.
TEST(FirstNonFinite, DescendsIntoComposites) {
  const std::vector<at::Tensor> state{at::full({1, 2, 4}, 3e38), at::zeros({1, 2, 4})};
  const std::vector<at::Tensor> weights{at::full({16, 3}, 3e38), at::full({16, 4}, -3e38),
                                        at::ones({16}), at::ones({16})};
  const at::Tensor x = at::full({5, 2, 3}, 3e38);
  const Trace trace =
      observe(values(), [&] { at::lstm(x, state, weights, true, 1, 0.0, false, false, false); });
  const std::optional<std::size_t> index = first_non_finite(trace);
  ASSERT_TRUE(index);
  EXPECT_GT(trace.calls[*index].depth, 0) << trace.calls[*index].name;
}

TEST(FirstNonFinite, TakesInfinitiesThatWereAskedForAsGiven) {
  const at::Tensor scores = at::ones({2, 2});
  const at::Tensor mask = at::tensor({0, 1, 0, 1}).to(at::kBool).view({2, 2});
  const Trace trace = observe(values(), [&] {
    at::softmax(scores.masked_fill(mask, -kInfinity), 1);
    at::full({2, 2}, -kInfinity).triu(1);
    at::empty({2}).fill_(kInfinity);
    scores.where(mask, at::full({}, -kInfinity));
  });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "none");
}

TEST(FirstNonFinite, NamesTheSoftmaxOverAFullyMaskedRow) {
  const at::Tensor scores = at::ones({2, 2});
  const at::Tensor mask = at::ones({2, 2}, at::kBool);
  const Trace trace =
      observe(values(), [&] { at::softmax(scores.masked_fill(mask, -kInfinity), 1); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::_softmax");
}

TEST(FirstNonFinite, IgnoresUninitialisedMemory) {
  const Trace trace = observe(values(), [&] {
    at::Tensor memory = at::empty({64});
    memory.view({8, 8}).t();
    memory.as_strided_({8, 8}, {8, 1});
    memory.t_();
  });
  for (const OperatorCall& call : trace.calls)
    for (const auto& facts : call.outputs) EXPECT_FALSE(facts.scanned) << call.name;
}

TEST(FirstNan, LooksPastAnIntendedInfinity) {
  const at::Tensor keep = at::zeros({2, 2});
  const Trace trace = observe(values(), [&] { at::softmax(keep.log(), 1); });
  EXPECT_EQ(name_at(trace, first_non_finite(trace)), "aten::log");
  EXPECT_EQ(name_at(trace, first_nan(trace)), "aten::_softmax");
}

TEST(FirstDifference, NamesTheOperatorWhoseValuesDiverge) {
  const at::Tensor x = at::ones({2, 3});
  const auto run = [&](double slope) {
    return observe(digests(), [&] { at::softmax(x.add(1).mul(slope).exp(), 1); });
  };
  const Trace one = run(1);
  EXPECT_EQ(first_difference(one, run(1)), std::nullopt);
  EXPECT_EQ(name_at(one, first_difference(one, run(2))), "aten::mul.Tensor");
}

TEST(FirstDifference, NamesTheOperatorThatOnlyOneRunCalls) {
  const at::Tensor x = at::ones({2, 3});
  const Trace one = observe(digests(), [&] { x.exp().tanh(); });
  const Trace other = observe(digests(), [&] { x.exp().neg(); });
  const Trace shorter = observe(digests(), [&] { x.exp(); });
  EXPECT_EQ(first_difference(one, other), 1U);
  EXPECT_EQ(first_difference(one, shorter), 1U);
  EXPECT_EQ(first_difference(shorter, one), 1U);
}

TEST(FirstDifference, ComparesValuesAndNotLayouts) {
  const at::Tensor x = at::rand({3, 4, 5});
  const at::Tensor strided = x.permute({2, 0, 1}).contiguous().permute({1, 2, 0});
  const Trace one = observe(digests(), [&] { x.exp(); });
  const Trace other = observe(digests(), [&] { strided.exp(); });
  EXPECT_EQ(first_difference(one, other), std::nullopt);
  EXPECT_NE(one.calls.at(0).outputs.at(0).digest, 0U);
}

TEST(FirstDifference, SeesOneBit) {
  at::Tensor x = at::zeros({1000});
  const Trace one = observe(digests(), [&] { x.mul(1); });
  x.data_ptr<float>()[997] = -0.0F;
  const Trace other = observe(digests(), [&] { x.mul(1); });
  EXPECT_EQ(name_at(one, first_difference(one, other)), "aten::mul.Tensor");
}

}  // namespace

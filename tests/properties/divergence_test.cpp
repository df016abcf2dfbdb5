// Where two runs of one subject part: other dtypes, rows, thread counts, or twice the same.
#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "gradgrind/properties/observation.h"

namespace {

using gradgrind::Divergence;
using gradgrind::first_divergence;
using gradgrind::observe;
using gradgrind::ObserveOptions;
using gradgrind::SameRows;
using gradgrind::Trace;

Trace kept(const std::function<void()>& run) {
  ObserveOptions options;
  options.scan_values = true;
  options.keep_values = true;
  return observe(options, run);
}

std::string name_at(const Trace& trace, const std::optional<Divergence>& found) {
  return found ? std::string(trace.calls.at(found->first).name) : "none";
}

TEST(FirstDivergence, TakesRoundingBetweenDtypesForWhatItIs) {
  const at::Tensor x = at::rand({4, 64});
  const at::Tensor w = at::rand({64, 8});
  const Trace single = kept([&] { x.matmul(w).softmax(-1).log(); });
  const Trace both = kept([&] { x.to(at::kDouble).matmul(w.to(at::kDouble)).softmax(-1).log(); });
  const Trace casts = kept([&] {
    const at::Tensor xd = x.to(at::kDouble);
    const at::Tensor wd = w.to(at::kDouble);
    xd.matmul(wd).softmax(-1).log();
  });
  // The casts are operators that the other run lacks: made before the watch, the runs line up.
  EXPECT_EQ(name_at(single, first_divergence(single, casts)), "aten::matmul");
  const at::Tensor xd = x.to(at::kDouble);
  const at::Tensor wd = w.to(at::kDouble);
  const Trace lined_up = kept([&] { xd.matmul(wd).softmax(-1).log(); });
  EXPECT_EQ(name_at(single, first_divergence(single, lined_up)), "none");
  EXPECT_EQ(both.calls.front().name, "aten::to.dtype");
}

TEST(FirstDivergence, NamesWhatCancelsInOneDtype) {
  const auto run = [](const at::Tensor& x) { return kept([&] { x.add(1e8).sub(1e8).mul(2); }); };
  const at::Tensor x = at::ones({3});
  const Trace single = run(x);
  const Trace fine = run(x.to(at::kDouble));
  // What the sum loses is rounding as long as values are as large as 1e8; no later operator is
  // better than what came before it.
  EXPECT_EQ(name_at(single, first_divergence(single, fine)), "none");
}

TEST(FirstDivergence, NamesTheOperatorThatDependsOnTheDtype) {
  const auto run = [](const at::Tensor& x, double slope) {
    return kept([&] { x.mul(2).add(slope).exp(); });
  };
  const at::Tensor x = at::rand({3});
  const Trace single = run(x, 1);
  const Trace fine = run(x.to(at::kDouble), 1.5);
  const auto found = first_divergence(single, fine);
  EXPECT_EQ(name_at(single, found), "aten::add.Tensor");
  EXPECT_NEAR(found->difference, 0.5, 1e-6);
  EXPECT_LT(found->bound, 0.01);
}

TEST(FirstDivergence, FollowsARowIntoAnotherBatch) {
  const at::Tensor x = at::randn({3, 4}, at::kDouble);
  const auto centred = [](const at::Tensor& rows) {
    return kept([&] { rows.mul(2).sub(rows.mean(0, true)).exp(); });
  };
  const auto sound = [](const at::Tensor& rows) {
    return kept([&] { rows.mul(2).sub(rows.mean(1, true)).exp(); });
  };
  const SameRows alone{3, 1, {{1, 0}}};
  const at::Tensor row = x.slice(0, 1, 2);
  const Trace batch = centred(x);
  EXPECT_EQ(name_at(batch, first_divergence(batch, centred(row), alone)), "aten::sub.Tensor");
  EXPECT_EQ(name_at(batch, first_divergence(sound(x), sound(row), alone)), "none");
}

TEST(FirstDivergence, FindsRowsBehindOtherAxes) {
  // As in a transformer: time first, then batch and heads in one axis.
  const at::Tensor x = at::randn({5, 2, 6}, at::kDouble);
  const auto run = [](const at::Tensor& all, bool leaks) {
    return kept([&] {
      const at::Tensor heads = all.reshape({5, all.size(1) * 3, 2}).transpose(0, 1);
      const at::Tensor scores = heads.matmul(heads.transpose(1, 2)).softmax(-1);
      (leaks ? scores.sub(scores.square().mean()) : scores).exp();
    });
  };
  const SameRows alone{2, 1, {{1, 0}}};
  const at::Tensor row = x.slice(1, 1, 2);
  const Trace sound = run(x, false);
  const Trace leaking = run(x, true);
  EXPECT_EQ(name_at(sound, first_divergence(sound, run(row, false), alone)), "none");
  EXPECT_EQ(name_at(leaking, first_divergence(leaking, run(row, true), alone)), "aten::sub.Tensor");
}

TEST(FirstDivergence, FollowsPermutedRows) {
  const at::Tensor x = at::randn({3, 4}, at::kDouble);
  const auto run = [](const at::Tensor& rows) { return kept([&] { rows.cumsum(0).exp(); }); };
  const at::Tensor order = at::tensor({2, 0, 1});
  const Trace before = run(x);
  const Trace after = run(x.index_select(0, order));
  const SameRows rows{3, 3, {{2, 0}, {0, 1}, {1, 2}}};
  EXPECT_EQ(name_at(before, first_divergence(before, after, rows)), "aten::cumsum");
}

TEST(FirstDivergence, SeesNoneBetweenNumbersOfThreads) {
  const at::Tensor x = at::rand({300, 300});
  const auto run = [&](int threads) {
    at::set_num_threads(threads);
    return kept([&] { x.matmul(x).sum(0).softmax(0); });
  };
  const Trace two = run(2);
  const Trace one = run(1);
  EXPECT_EQ(name_at(one, first_divergence(one, two)), "none");
}

TEST(FirstDivergence, NamesWhatTwoRunsOfTheSameDoNotShare) {
  const at::Tensor x = at::ones({8});
  const auto run = [&] { return kept([&] { x.mul(2).add(at::rand({8})).exp(); }); };
  const Trace first = run();
  EXPECT_EQ(name_at(first, first_divergence(first, run())), "aten::uniform_");
}

TEST(FirstDivergence, NamesTheOperatorAtWhichTheRunsTakeOtherWays) {
  const at::Tensor x = at::ones({8});
  const Trace one = kept([&] { x.exp().tanh(); });
  const Trace other = kept([&] { x.exp().neg(); });
  EXPECT_EQ(name_at(one, first_divergence(one, other)), "aten::tanh");
}

TEST(FirstDivergence, ComparesComplexValues) {
  const at::Tensor x = at::randn({4}, at::kComplexDouble);
  const auto run = [&](double slope) { return kept([&] { x.mul(2).mul(slope); }); };
  const Trace one = run(1);
  EXPECT_EQ(name_at(one, first_divergence(one, run(1))), "none");
  const auto found = first_divergence(one, run(2));
  ASSERT_TRUE(found);
  EXPECT_GE(found->first, 1U);
}

}  // namespace

#include <ATen/TensorOperators.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <set>
#include <string>

#include "gradgrind/gradgrind.h"
#include "gradgrind/gtest.h"
#include "gradgrind/rapidcheck.h"

namespace gg = gradgrind;

namespace {

constexpr int kSeeds = 20;

// The value that RapidCheck ends with: the first failing shrink of each step, until none fails.
template <class T>
T smallest(const rc::Shrinkable<T>& start, const std::function<bool(const T&)>& fails) {
  rc::Shrinkable<T> node = start;
  for (bool has_moved = true; has_moved;) {
    has_moved = false;
    rc::Seq<rc::Shrinkable<T>> shrinks = node.shrinks();
    while (rc::Maybe<rc::Shrinkable<T>> next = shrinks.next()) {
      if (!fails(next->value())) continue;
      node = *next;
      has_moved = true;
      break;
    }
  }
  return node.value();
}

template <class T>
rc::Shrinkable<T> drawn(const rc::Gen<T>& generator, std::uint64_t seed) {
  return generator(rc::Random(seed), rc::kNominalSize);
}

std::vector<std::int64_t> shape_of(const at::Tensor& tensor) { return tensor.sizes().vec(); }

TEST(Tensor, HasTheShapeAndDtypeOfItsDomain) {
  const auto generator = gg::gen::tensor(gg::floats("B 2*B"), {gg::free_dim("B", 1, 3)},
                                         {gg::DType::float32, gg::DType::float64});
  std::set<at::ScalarType> dtypes;
  std::set<std::int64_t> rows;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const at::Tensor tensor = drawn(generator, seed).value();
    EXPECT_EQ(tensor.size(1), 2 * tensor.size(0));
    dtypes.insert(tensor.scalar_type());
    rows.insert(tensor.size(0));
  }
  EXPECT_EQ(dtypes, (std::set<at::ScalarType>{at::kFloat, at::kDouble}));
  EXPECT_EQ(rows, (std::set<std::int64_t>{1, 2, 3}));
}

TEST(Tensor, IsTheSameForTheSameSeed) {
  const auto generator = gg::gen::tensor(gg::floats("3 16"));
  EXPECT_TRUE(at::equal(drawn(generator, 7).value(), drawn(generator, 7).value()));
  EXPECT_FALSE(at::equal(drawn(generator, 7).value(), drawn(generator, 8).value()));
}

TEST(Tensor, IsMadeAfreshWheneverItIsAskedFor) {
  const auto shrinkable = drawn(gg::gen::tensor(gg::floats("4", gg::between(0, 1))), 1);
  shrinkable.value().fill_(17);
  EXPECT_LE(shrinkable.value().max().item<float>(), 1);
}

TEST(Tensor, OfAnImpossibleDomainThrowsAtTheCall) {
  EXPECT_THROW(gg::gen::tensor(gg::floats("B 3")), gg::UsageError);
}

TEST(Shrinking, OfAnElementEndsInThatElementAlone) {
  const auto generator = gg::gen::tensor(gg::integers("M N", 0, 1000),
                                         {gg::free_dim("M", 1, 32), gg::free_dim("N", 1, 32)});
  const std::function<bool(const at::Tensor&)> has_large = [](const at::Tensor& tensor) {
    return (tensor >= 900).any().item<bool>();
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto start = drawn(generator, seed);
    if (!has_large(start.value())) continue;
    ++found;
    const at::Tensor last = smallest(start, has_large);
    EXPECT_EQ(shape_of(last), (std::vector<std::int64_t>{1, 1})) << "of seed " << seed;
    EXPECT_EQ(last.item<std::int64_t>(), 900) << "of seed " << seed;
  }
  EXPECT_GE(found, kSeeds / 4);
}

TEST(Shrinking, ThroughRapidCheckItselfEndsInThatElementAlone) {
  rc::detail::TestParams parameters;
  parameters.seed = 5;
  rc::detail::TestMetadata metadata;
  const rc::detail::TestResult result = rc::detail::checkTestable(
      [] {
        const std::vector<std::int64_t> values = [] {
          const at::Tensor tensor = *gg::gen::tensor(
              gg::integers("M N", 0, 1000), {gg::free_dim("M", 1, 32), gg::free_dim("N", 1, 32)});
          const at::Tensor flat = tensor.flatten();
          return std::vector<std::int64_t>(flat.data_ptr<std::int64_t>(),
                                           flat.data_ptr<std::int64_t>() + flat.numel());
        }();
        for (const std::int64_t value : values) {
          if (value >= 900) RC_FAIL(std::to_string(values.size()) + " of " + std::to_string(value));
        }
      },
      metadata, parameters);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  EXPECT_THAT(failure.description, testing::HasSubstr("1 of 900"));
}

TEST(Shrinking, OfInputsIsJoint) {
  const gg::Contract contract =
      gg::function("Pair", [](const at::Tensor& a, const at::Tensor& b) { return a + b; })
          .dim("B", 1, 8)
          .dtypes({gg::DType::float32})
          .input("a", gg::floats("B 2"))
          .input("b", gg::floats("B"));
  const std::function<bool(const gg::Inputs&)> has_three_rows = [](const gg::Inputs& inputs) {
    EXPECT_EQ(inputs["a"].size(0), inputs["b"].size(0));
    return inputs["a"].size(0) >= 3;
  };
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto start = drawn(gg::gen::inputs(contract), seed);
    if (!has_three_rows(start.value())) continue;
    const gg::Inputs last = smallest(start, has_three_rows);
    EXPECT_EQ(last.size("B"), 3);
    EXPECT_EQ(shape_of(last["a"]), (std::vector<std::int64_t>{3, 2}));
    EXPECT_FALSE(last["a"].any().item<bool>());
    EXPECT_FALSE(last["b"].any().item<bool>());
  }
}

TEST(Broadcastable, BroadcastsToTheShape) {
  const auto generator = gg::gen::broadcastable({2, 3});
  std::set<std::vector<std::int64_t>> shapes;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const at::Tensor tensor = drawn(generator, seed).value();
    EXPECT_EQ(shape_of(at::ones({2, 3}) + tensor), (std::vector<std::int64_t>{2, 3}));
    shapes.insert(shape_of(tensor));
  }
  EXPECT_EQ(shapes,
            (std::set<std::vector<std::int64_t>>{{}, {1}, {3}, {1, 1}, {1, 3}, {2, 1}, {2, 3}}));
}

TEST(Mask, IsPaddingAfterAPrefix) {
  const auto generator = gg::gen::mask("B 4", {gg::free_dim("B", 1, 2)});
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const at::Tensor mask = drawn(generator, seed).value();
    ASSERT_EQ(mask.scalar_type(), at::kBool);
    for (std::int64_t row = 0; row < mask.size(0); ++row) {
      EXPECT_FALSE(mask[row][0].item<bool>());
      for (std::int64_t t = 1; t < 4; ++t) {
        EXPECT_GE(mask[row][t].item<bool>(), mask[row][t - 1].item<bool>());
      }
    }
  }
}

TEST(Shape, SolvesItsDimsAndShrinks) {
  const auto generator =
      gg::gen::shape("B 8*H", {gg::free_dim("B", 1, 6), gg::free_dim("H", 1, 4)});
  const std::function<bool(const gg::Shape&)> is_wide = [](const gg::Shape& shape) {
    EXPECT_EQ(shape[1] % 8, 0);
    return shape[1] >= 10;
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto start = drawn(generator, seed);
    if (!is_wide(start.value())) continue;
    ++found;
    EXPECT_EQ(smallest(start, is_wide), (gg::Shape{1, 16}));
  }
  EXPECT_GT(found, 0);
}

TEST(DTypes, ComeFromTheSetAndShrinkToItsFirst) {
  const std::vector<gg::DType> set = {gg::DType::float64, gg::DType::float32, gg::DType::float16};
  const auto generator = gg::gen::dtype(set);
  const std::function<bool(const gg::DType&)> always = [](const gg::DType&) { return true; };
  std::set<gg::DType> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto start = drawn(generator, seed);
    seen.insert(start.value());
    EXPECT_EQ(smallest(start, always), gg::DType::float64);
  }
  EXPECT_EQ(seen, std::set<gg::DType>(set.begin(), set.end()));
  EXPECT_THROW(gg::gen::dtype({}), gg::UsageError);
}

TEST(Devices, AreTheCpuUnlessNamed) {
  EXPECT_EQ(drawn(gg::gen::device(), 1).value(), gg::Device::cpu);
  const auto generator = gg::gen::device({gg::Device::cpu, gg::Device::meta});
  std::set<gg::Device> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) seen.insert(drawn(generator, seed).value());
  EXPECT_EQ(seen, (std::set<gg::Device>{gg::Device::cpu, gg::Device::meta}));
}

// -- As a user writes them -----------------------------------------------------------------------

RC_GTEST_PROP(Softmax, SumsToOne, ()) {
  const auto x = *gg::gen::tensor(gg::floats("3 16"));
  RC_ASSERT((x.softmax(-1).sum(-1) - 1).abs().max().item<double>() < 1e-5);
}

RC_GTEST_PROP(Composition, MapsAndFiltersAsAnyGenerator, ()) {
  const auto positive = rc::gen::map(gg::gen::tensor(gg::floats("4")),
                                     [](const at::Tensor& x) { return x.abs() + 1; });
  const auto tensors = *rc::gen::container<std::vector<at::Tensor>>(positive);
  for (const at::Tensor& tensor : tensors) RC_ASSERT(tensor.min().item<double>() >= 1);
}

GRADGRIND_RC_PROP(Assertions, HoldInsideAProperty, ()) {
  const auto x = *gg::gen::tensor(gg::floats("4"));
  EXPECT_GE(x.abs().min().item<double>(), 0);
}

void has_no_large_element() {
  const auto x = *gg::gen::tensor(gg::integers("M", 0, 1000), {gg::free_dim("M", 1, 32)});
  EXPECT_LT(x.max().item<std::int64_t>(), 900) << "among " << x.numel();
}

TEST(Assertions, FailThePropertyAndAreShrunk) {
  gg::install_assertion_interceptor(gg::intercept_assertions);
  rc::detail::TestParams parameters;
  parameters.seed = 5;
  const rc::detail::TestResult result = rc::detail::checkTestable(
      gg::with_assertions(&has_no_large_element), rc::detail::TestMetadata(), parameters);
  rc::detail::FailureResult failure;
  ASSERT_TRUE(result.match(failure));
  EXPECT_THAT(failure.description, testing::HasSubstr("900 vs 900"));
  EXPECT_THAT(failure.description, testing::HasSubstr("among 1"));
}

// -- A domain of one's own -----------------------------------------------------------------------

// Even numbers below a size that a dim names.
gg::Domain evens(const std::string& shape, const std::string& size) {
  gg::Content content;
  content.name = "even numbers below " + size;
  content.bounds = {size};
  content.fill = [](gg::Source& source, std::size_t, const auto& bounds, gg::Array& values) {
    const auto count = static_cast<std::uint64_t>((bounds[0] + 1) / 2);
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      values.set(i, static_cast<std::int64_t>(2 * source.below(count)));
    }
  };
  content.repair = [](const auto& bounds, gg::Array& values) {
    for (std::int64_t i = 0; i < values.numel(); ++i) {
      const std::int64_t value = std::min(values.as<std::int64_t>()[i], bounds[0] - 1);
      values.set(i, std::max<std::int64_t>(value, 0) / 2 * 2);
    }
  };
  return gg::custom(shape, {gg::DType::int64}, std::move(content));
}

TEST(OwnDomain, IsDrawnAndShrunkThroughRapidCheck) {
  const auto generator =
      gg::gen::tensor(evens("N", "V"), {gg::free_dim("N", 1, 9), gg::free_dim("V", 1, 99)});
  const std::function<bool(const at::Tensor&)> fails = [](const at::Tensor& tensor) {
    EXPECT_FALSE((tensor % 2).any().item<bool>());
    return (tensor >= 31).any().item<bool>();
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < 2 * kSeeds; ++seed) {
    const auto start = drawn(generator, seed);
    if (!fails(start.value())) continue;
    ++found;
    const at::Tensor last = smallest(start, fails);
    EXPECT_EQ(shape_of(last), std::vector<std::int64_t>{1});
    EXPECT_EQ(last[0].item<std::int64_t>(), 32);
  }
  EXPECT_GT(found, 0);
}

TEST(OwnDomain, ServesAContract) {
  const gg::Contract contract =
      gg::function("Halves", [](const at::Tensor& x) { return x.div(2, "floor"); })
          .dim("N", 1, 9)
          .dim("V", 1, 99)
          .input("x", evens("N", "V"))
          .property("halves_exactly", [](gg::Trial& trial) {
            return at::equal(trial.outputs()[0] * 2, trial.inputs()["x"]);
          });
  EXPECT_THAT(contract, gg::holds("halves_exactly"));
}

}  // namespace

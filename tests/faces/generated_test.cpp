// Generators of RapidCheck's as parameters of a contract.
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <vector>

#include "gradgrind/gradgrind.h"
#include "gradgrind/rapidcheck.h"

namespace gg = gradgrind;

namespace {

constexpr int kSeeds = 20;

gg::Contract with_widths() {
  return gg::function("Widths", [](const gg::Inputs& inputs) { return inputs["x"] * 2; })
      .param("widths", gg::generated(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 99))))
      .dtypes({gg::DType::float32})
      .input("x", gg::floats("2"));
}

std::vector<int> widths_of(const gg::ParameterValue& value) {
  return *static_cast<const std::vector<int>*>(std::get<gg::OpaqueValue>(value).value.get());
}

TEST(Generated, ShrinksByTheGeneratorsOwnShrinks) {
  const gg::Contract contract = with_widths();
  const gg::StillFails has_wide = [](const gg::Case& a_case) {
    const std::vector<int> widths = widths_of(a_case.parameters.at("widths"));
    return std::any_of(widths.begin(), widths.end(), [](int width) { return width >= 50; });
  };
  int found = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    gg::RandomSource source(seed);
    const gg::Case start = contract.space().generate(source);
    if (!has_wide(start)) continue;
    ++found;
    const gg::Case last = gg::shrink(contract.space(), start, has_wide).smallest;
    EXPECT_EQ(widths_of(last.parameters.at("widths")), std::vector<int>{50}) << "of seed " << seed;
  }
  EXPECT_GT(found, kSeeds / 2);
}

TEST(Generated, IsRestoredFromItsSeedAndPath) {
  const gg::ParameterDomain domain =
      gg::generated(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 99)));
  gg::RandomSource source(3);
  gg::ParameterValue value = domain.draw("widths", source);
  for (int step = 0; step < 4; ++step) {
    const auto& opaque = std::get<gg::OpaqueValue>(value);
    EXPECT_EQ(widths_of(domain.restore(opaque.seed, opaque.path)), widths_of(value));
    EXPECT_EQ(opaque.path.size(), static_cast<std::size_t>(step));
    const std::vector<gg::ParameterValue> simpler = domain.simpler(value);
    ASSERT_FALSE(simpler.empty());
    value = simpler.back();
  }
}

TEST(Generated, PrintsAsRapidCheckShowsIt) {
  const gg::ParameterDomain domain = gg::generated(rc::gen::just(std::vector<int>{3, 4}));
  gg::RandomSource source(1);
  EXPECT_EQ(gg::to_string(domain.draw("widths", source)), "[3, 4]");
}

}  // namespace

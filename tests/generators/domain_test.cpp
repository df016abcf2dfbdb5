#include "gradgrind/generators/domain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gradgrind/generators/error.h"
#include "tests/generators/domain_samples.h"

namespace gradgrind {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kSeeds = 8;

Array filled(const DomainSample& sample, DType dtype, const Shape& shape, std::size_t value_class,
             Source& source) {
  Array values(dtype, shape);
  sample.domain.content.fill(source, value_class, sample.bounds, values);
  return values;
}

Array repaired(const DomainSample& sample, Array values) {
  sample.domain.content.repair(sample.bounds, values);
  return values;
}

/// Overwrites some bytes, or all of them, with random ones.
void damage(RandomSource& source, Array& values) {
  const bool everywhere = source.flag();
  for (std::size_t i = 0; i < values.size_in_bytes(); ++i) {
    if (everywhere || source.below(4) == 0)
      values.data()[i] = static_cast<std::byte>(source.below(256));
  }
}

class EachDomain : public testing::TestWithParam<DomainSample> {
 protected:
  /// Calls `check(dtype, shape, class)` for each combination.
  template <class Check>
  void for_each_combination(Check check) {
    const auto& classes = GetParam().domain.content.classes;
    for (const DType dtype : GetParam().dtypes) {
      for (const Shape& shape : awkward_shapes()) {
        for (std::size_t i = 0; i < classes.size(); ++i) {
          SCOPED_TRACE(std::string(name(dtype)) + " " + to_string(shape) + " " + classes[i]);
          check(dtype, shape, i);
        }
      }
    }
  }
};

TEST_P(EachDomain, HasNoProblemsAndNamesItsContents) {
  EXPECT_THAT(GetParam().domain.problems, testing::IsEmpty());
  EXPECT_FALSE(GetParam().domain.content.name.empty());
  EXPECT_EQ(GetParam().domain.content.bounds.size(), GetParam().bounds.size());
}

TEST_P(EachDomain, MakesTheSameValueOfTheSameChoices) {
  for_each_combination([&](DType dtype, const Shape& shape, std::size_t value_class) {
    RandomSource first(3);
    RandomSource second(3);
    ASSERT_EQ(filled(GetParam(), dtype, shape, value_class, first),
              filled(GetParam(), dtype, shape, value_class, second));
    // As many choices were taken, so what is drawn next is the same too.
    ASSERT_EQ(first.key(), second.key());
  });
}

TEST_P(EachDomain, MakesMembersThatRepairLeavesAlone) {
  for_each_combination([&](DType dtype, const Shape& shape, std::size_t value_class) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      RandomSource source(seed);
      const Array values = filled(GetParam(), dtype, shape, value_class, source);
      ASSERT_TRUE(GetParam().is_member(values)) << "seed " << seed;
      ASSERT_EQ(repaired(GetParam(), values), values) << "seed " << seed;
    }
  });
}

TEST_P(EachDomain, MakesMembersOfShortInput) {
  const std::vector<std::uint8_t> bytes = {0xff, 0x80, 0x01, 0x7f, 0x00, 0x33, 0xfe,
                                           0x10, 0xa5, 0x5a, 0x42, 0x99, 0x03};
  for_each_combination([&](DType dtype, const Shape& shape, std::size_t value_class) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{5}, bytes.size()}) {
      ByteSource source(bytes.data(), size);
      const Array values = filled(GetParam(), dtype, shape, value_class, source);
      ASSERT_TRUE(GetParam().is_member(values)) << size << " bytes";
      ASSERT_EQ(repaired(GetParam(), values), values) << size << " bytes";
    }
  });
}

TEST_P(EachDomain, RepairsDamageOnce) {
  RandomSource random(11);
  for_each_combination([&](DType dtype, const Shape& shape, std::size_t value_class) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      RandomSource source(seed);
      Array values = filled(GetParam(), dtype, shape, value_class, source);
      damage(random, values);
      const Array once = repaired(GetParam(), values);
      ASSERT_TRUE(GetParam().is_member(once)) << "seed " << seed;
      ASSERT_EQ(repaired(GetParam(), once), once) << "seed " << seed;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Domain, EachDomain, testing::ValuesIn(domain_samples()),
                         [](const auto& test) { return test.param.name; });

/// `values` of int64 after the repair of `domain`.
std::vector<std::int64_t> repaired_row(const Domain& domain, std::vector<std::int64_t> bounds,
                                       const std::vector<std::int64_t>& values) {
  Array array(domain.dtypes.at(0), {static_cast<std::int64_t>(values.size())});
  for (std::size_t i = 0; i < values.size(); ++i)
    array.set(static_cast<std::int64_t>(i), values[i]);
  domain.content.repair(bounds, array);
  std::vector<std::int64_t> result;
  for (std::int64_t i = 0; i < array.numel(); ++i)
    result.push_back(std::get<std::int64_t>(array.at(i)));
  return result;
}

TEST(Repair, RanksWhatIsLeftOfAPermutation) {
  EXPECT_THAT(repaired_row(permutations(""), {}, {4, 0, 3}), ElementsAre(2, 0, 1));
  EXPECT_THAT(repaired_row(permutations(""), {}, {5, 5, -1}), ElementsAre(1, 2, 0));
}

TEST(Repair, ClipsToTheDimsOfTheCase) {
  EXPECT_THAT(repaired_row(lengths("", "T"), {4}, {0, 3, 9}), ElementsAre(1, 3, 4));
  EXPECT_THAT(repaired_row(ids("", "V"), {4}, {-1, 3, 9}), ElementsAre(0, 3, 3));
  EXPECT_THAT(repaired_row(indices("", "N"), {4}, {-5, -4, 4}), ElementsAre(-4, -4, 3));
  EXPECT_THAT(repaired_row(slices("", "N"), {4}, {6, 2, 0}), ElementsAre(4, 4, 1));
}

TEST(Repair, MovesPaddingToTheEnd) {
  EXPECT_THAT(repaired_row(padding_mask("", marks_padding), {}, {1, 0, 1, 0}),
              ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(repaired_row(padding_mask("", marks_valid), {}, {0, 0, 0}), ElementsAre(1, 0, 0));
  EXPECT_THAT(repaired_row(padding_mask_or_empty("", marks_valid), {}, {0, 0, 0}),
              ElementsAre(0, 0, 0));
}

TEST(Repair, UnmasksThePositionThatAFullRowStartsWith) {
  EXPECT_THAT(repaired_row(mask("", marks_padding), {}, {1, 1, 1}), ElementsAre(0, 1, 1));
  EXPECT_THAT(repaired_row(mask("", marks_padding), {}, {1, 0, 1}), ElementsAre(1, 0, 1));
}

TEST(Repair, GivesBackTheSumToASimplexThatLostAPart) {
  Array row(DType::float32, {3});
  row.set(0, 0.25);
  row.set(2, 0.25);
  simplices("").content.repair({}, row);
  EXPECT_EQ(row.real_at(0), 0.5);
  EXPECT_EQ(row.real_at(1), 0);
  Array zeros(DType::float32, {2});
  simplices("").content.repair({}, zeros);
  EXPECT_EQ(zeros.real_at(0), 1);
}

TEST(Domain, ReturnsChangedCopies) {
  const Domain plain = floats("B T");
  const Domain changed = plain.of_dtypes({DType::float16})
                             .maybe_alias_of("y")
                             .with_layouts({LayoutKind::permuted})
                             .optional()
                             .list(1, 3);
  EXPECT_THAT(changed.dtypes, ElementsAre(DType::float16));
  EXPECT_THAT(changed.layouts, ElementsAre(LayoutKind::permuted, LayoutKind::alias));
  EXPECT_EQ(changed.alias_of, "y");
  EXPECT_TRUE(changed.may_be_absent);
  EXPECT_TRUE(changed.is_list);
  EXPECT_EQ(changed.shortest_list, 1);
  EXPECT_EQ(changed.longest_list, 3);
  EXPECT_TRUE(plain.dtypes.empty());
  EXPECT_THAT(plain.layouts, ElementsAre(LayoutKind::contiguous));
  EXPECT_FALSE(plain.may_be_absent);
}

TEST(Domain, KnowsWhatAMaskMeans) {
  const Domain padding = padding_mask("B T", marks_padding).of("x");
  EXPECT_EQ(padding.meaning, Meaning::padding_mask);
  EXPECT_EQ(padding.masking.of, "x");
  EXPECT_TRUE(padding.masking.true_masks);
  EXPECT_FALSE(mask("T T", marks_valid).masking.true_masks);
  EXPECT_EQ(causal_mask("T T", marks_valid).meaning, Meaning::attention_mask);
  EXPECT_TRUE(additive_mask("T T").masking.additive);
  EXPECT_TRUE(additive_mask("T T").masking.true_masks);
  EXPECT_TRUE(additive_mask("T T").dtypes.empty());
  EXPECT_EQ(lengths("B", "T").of("x").masking.of, "x");
  EXPECT_EQ(lengths("B", "T").meaning, Meaning::lengths);
}

TEST(Domain, CollectsItsProblems) {
  EXPECT_THAT(floats("", between(2, 1)).problems,
              ElementsAre("between(2, 1): the lowest must be at most the highest; swap them"));
  EXPECT_THAT(integers("", 3, -3).problems,
              ElementsAre("integers(3, -3): the lowest must be at most the highest; swap them"));
  EXPECT_THAT(lengths("", "T", -1).problems,
              ElementsAre("lengths(): the lowest is -1; a length is at least 0"));
  EXPECT_THAT(floats("").of_dtypes({}).problems,
              ElementsAre("of_dtypes({}): the set is empty; give at least one dtype"));
  ValuePolicy misspelt;
  misspelt.classes = {"norml"};
  EXPECT_THAT(sorted("", misspelt).problems,
              ElementsAre(testing::AllOf(HasSubstr("norml"), HasSubstr("log_uniform"))));
  EXPECT_THAT(floats("", ValuePolicy{}).problems,
              ElementsAre("a ValuePolicy names no class; give one of ordinary().classes"));
}

TEST(Domain, RefusesToFillADtypeThatItCannot) {
  Array values(DType::int64, {2});
  RandomSource source(1);
  try {
    floats("").content.fill(source, 0, {}, values);
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "filling a floating domain: dtype int64 is neither floating nor complex; give "
                 "of_dtypes() such a dtype, or use integers() or booleans().");
  }
}

}  // namespace
}  // namespace gradgrind

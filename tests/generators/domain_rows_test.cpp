// What rows of masks and permutations look like, complex values, and the simplest values.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "gradgrind/generators/domain.h"
#include "tests/generators/domain_samples.h"

namespace gradgrind {
namespace {

/// The values of class `label` of `domain`, as rows of 6.
std::vector<Row> rows_of_class(const Domain& domain, const std::string& label) {
  const auto& classes = domain.content.classes;
  const auto found = std::find(classes.begin(), classes.end(), label);
  RandomSource source(1);
  Array values(domain.dtypes.at(0), {40, 6});
  domain.content.fill(source, static_cast<std::size_t>(found - classes.begin()), {}, values);
  return rows_of(values);
}

/// How many different numbers of ones the rows have.
std::set<std::ptrdiff_t> counts_of_ones(const std::vector<Row>& rows) {
  std::set<std::ptrdiff_t> counts;
  for (const Row& row : rows) counts.insert(std::count(row.begin(), row.end(), 1));
  return counts;
}

TEST(Masks, CoverWhatTheirClassSays) {
  using testing::ElementsAre;
  const Domain padding = padding_mask("", marks_padding);
  EXPECT_THAT(counts_of_ones(rows_of_class(padding, "no_padding")), ElementsAre(0));
  EXPECT_THAT(counts_of_ones(rows_of_class(padding, "mixed")), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(counts_of_ones(rows_of_class(padding, "one_padded")), ElementsAre(1));
  EXPECT_THAT(counts_of_ones(rows_of_class(padding, "shortest")), ElementsAre(5));
  const Domain may_be_empty = padding_mask_or_empty("", marks_padding);
  EXPECT_THAT(counts_of_ones(rows_of_class(may_be_empty, "some_empty")), ElementsAre(0, 6));
  const Domain any = mask("", marks_padding);
  EXPECT_THAT(counts_of_ones(rows_of_class(any, "none_masked")), ElementsAre(0));
  EXPECT_GT(counts_of_ones(rows_of_class(any, "mixed")).size(), 3u);
  EXPECT_THAT(counts_of_ones(rows_of_class(any, "one_masked")), ElementsAre(1));
  EXPECT_THAT(counts_of_ones(rows_of_class(any, "one_kept")), ElementsAre(5));
}

TEST(Permutations, AreOrderedAsTheirClassSays) {
  const Row identity = {0, 1, 2, 3, 4, 5};
  const Row reversed = {5, 4, 3, 2, 1, 0};
  EXPECT_THAT(rows_of_class(permutations(""), "identity"), testing::Each(identity));
  EXPECT_THAT(rows_of_class(permutations(""), "reversed"), testing::Each(reversed));
  for (Row row : rows_of_class(permutations(""), "rotated")) {
    std::rotate(row.begin(), std::find(row.begin(), row.end(), 0), row.end());
    EXPECT_EQ(row, identity);
  }
  for (const Row& row : rows_of_class(permutations(""), "one_swap")) {
    int moved = 0;
    for (std::size_t i = 0; i < row.size(); ++i) moved += row[i] != identity[i] ? 1 : 0;
    EXPECT_EQ(moved, 2);
  }
  const auto shuffled = rows_of_class(permutations(""), "shuffled");
  EXPECT_GT((std::set<Row>(shuffled.begin(), shuffled.end()).size()), 30u);
}

TEST(Complex, FillsBothParts) {
  const Domain domain = complexes("", between(1, 2));
  RandomSource source(1);
  Array values(DType::complex64, {50});
  domain.content.fill(source, 1, {}, values);
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    const auto element = std::get<std::complex<double>>(values.at(i));
    EXPECT_TRUE(1 <= element.real() && element.real() <= 2 && 1 <= element.imag() &&
                element.imag() <= 2);
  }
}

TEST(Domain, IsSimplestWhenChoicesRunOut) {
  for (const DomainSample& sample : domain_samples()) {
    if (sample.domain.meaning != Meaning::values || sample.name == "slices") continue;
    if (sample.name == "simplices" || sample.name == "far_between") continue;
    ByteSource source(nullptr, 0);
    Array values(sample.dtypes.front(), {3});
    sample.domain.content.fill(source, 0, sample.bounds, values);
    EXPECT_TRUE(each_between(0, 0)(values)) << sample.name;
  }
}

}  // namespace
}  // namespace gradgrind

#include <gtest/gtest.h>

#include "gradgrind/generators/case_text.h"
#include "tests/generators/pasted_cases.h"
#include "tests/generators/sample_cases.h"

namespace gradgrind {
namespace {

TEST(PastedCase, EqualsTheCaseThatWasPrinted) {
  const std::vector<Case> pasted = pasted_cases();
  ASSERT_EQ(pasted.size(), sample_cases().size());
  for (std::size_t i = 0; i < pasted.size(); ++i) {
    EXPECT_TRUE(pasted[i] == sample_cases()[i].content) << sample_cases()[i].name << " became\n"
                                                        << describe(pasted[i]);
  }
}

TEST(PastedCase, PrintsTheSameAgain) {
  const std::vector<Case> pasted = pasted_cases();
  for (std::size_t i = 0; i < pasted.size(); ++i) {
    EXPECT_EQ(as_cpp(pasted[i]), as_cpp(sample_cases()[i].content));
  }
}

}  // namespace
}  // namespace gradgrind

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/dim_tables.h"

namespace gradgrind {
namespace {

std::string problems(const std::vector<Dim>& dims, const std::vector<std::string>& expressions = {},
                     const std::vector<std::string>& relations = {}) {
  try {
    const DimTable table(dims, expressions, relations);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "none";
}

Dim with_sizes(Dim dim, std::int64_t lowest, std::int64_t highest) {
  dim.lowest_size = lowest;
  dim.highest_size = highest;
  return dim;
}

TEST(DimProblems, NameWhatIsWrongWithADeclaration) {
  EXPECT_EQ(problems({free_dim("2B", 1, 2)}),
            "dim '2B': not a name; a name is a letter or underscore, then letters, digits and "
            "underscores");
  EXPECT_EQ(problems({free_dim("B", 1, 2), derived_dim("B", "2")}),
            "dim 'B': declared twice; drop one");
  EXPECT_EQ(problems({free_dim("B", 3, 2)}),
            "dim 'B': bounds 3..2 are reversed; write .dim(\"B\", 2, 3)");
  EXPECT_EQ(problems({free_dim("B", -1, 2)}),
            "dim 'B': bounds -1..2 are negative, and the least is 0; write .dim(\"B\", 0, 2)");
  EXPECT_EQ(problems({variadic_dim("b", 2, 1)}),
            "dim 'b': bounds 2..1 are reversed; write .variadic(\"b\", 1, 2)");
  EXPECT_EQ(problems({with_sizes(variadic_dim("b", 0, 1), 4, 3)}),
            "dim 'b': sizes 4..3 are reversed; write 3..4");
  EXPECT_EQ(problems({with_sizes(variadic_dim("b", 0, 1), -4, 3)}),
            "dim 'b': sizes -4..3 are negative, and the least is 0; write 0..3");
}

TEST(DimProblems, NameTextsThatDoNotParse) {
  EXPECT_EQ(problems({derived_dim("E", "8*")}),
            "dim 'E': dim expression '8*', column 3: expected a name, a number or '(', found the "
            "end");
  EXPECT_EQ(problems({}, {"T T"}),
            "dim expression 'T T', column 2: expected an operator or the end, found a space; an "
            "expression has none");
  EXPECT_EQ(problems({free_dim("T", 1, 2)}, {}, {"T < "}),
            "relation 'T < ': dim expression '', column 1: expected a name, a number or '(', found "
            "the end");
  EXPECT_EQ(problems({free_dim("T", 1, 2)}, {}, {"T"}),
            "relation 'T': expected one of <= < >= > == != between two dim expressions");
  EXPECT_EQ(problems({free_dim("T", 1, 2)}, {}, {"T = 2"}),
            "relation 'T = 2': expected one of <= < >= > == != between two dim expressions");
  EXPECT_EQ(problems({free_dim("T", 1, 2)}, {}, {"1 <= T <= 2"}),
            "relation '1 <= T <= 2': has two comparisons; write two relations");
}

TEST(DimProblems, NameUnknownDims) {
  const std::vector<Dim> dims = {free_dim("time", 1, 2), free_dim("H", 1, 2),
                                 variadic_dim("batch", 0, 1)};
  EXPECT_EQ(problems(dims, {"tme*Q"}),
            "dim expression 'tme*Q': unknown dim 'tme'; known: time, H. Did you mean 'time'?\n"
            "dim expression 'tme*Q': unknown dim 'Q'; known: time, H");
  EXPECT_EQ(problems(dims, {}, {"H <= h"}),
            "relation 'H <= h': dim expression 'h': unknown dim 'h'; known: time, H. Did you mean "
            "'H'?");
  EXPECT_EQ(problems({derived_dim("E", "8*H")}),
            "dim 'E': dim expression '8*H': unknown dim 'H'; known: E");
}

TEST(DimProblems, NamePlainAndVariadicDimsThatAreMixedUp) {
  const std::vector<Dim> dims = {free_dim("H", 1, 2), variadic_dim("batch", 0, 1)};
  EXPECT_EQ(problems(dims, {"*batch", "H"}), "none");
  EXPECT_EQ(problems(dims, {"batch+1"}),
            "dim expression 'batch+1': 'batch' is variadic; it can only be an entry '*batch' of a "
            "shape");
  EXPECT_EQ(problems(dims, {"*H"}), "'*H': 'H' is not variadic; write 'H'");
  EXPECT_EQ(problems(dims, {"*bach"}),
            "'*bach': unknown variadic dim 'bach'; known: batch. Did you mean 'batch'?");
}

TEST(DimProblems, NameDerivationsInACircle) {
  EXPECT_EQ(
      problems({derived_dim("A", "A+1")}),
      "dim 'A': derives from itself: A = A+1; give one of them bounds, such as .dim(\"A\", 1, 8)");
  EXPECT_EQ(problems({free_dim("T", 1, 2), derived_dim("A", "T+D"), derived_dim("C", "2*D"),
                      derived_dim("D", "C/T")}),
            "dim 'D': derives from itself: D = C/T, C = 2*D; give one of them bounds, such as "
            ".dim(\"D\", 1, 8)");
}

TEST(DimProblems, AreAllListedOneALine) {
  EXPECT_EQ(
      problems({free_dim("B", 3, 2), derived_dim("E", "E"), free_dim("B", 1, 1)}, {"Q", "Q"},
               {"B"}),
      "dim 'B': bounds 3..2 are reversed; write .dim(\"B\", 2, 3)\n"
      "dim 'B': declared twice; drop one\n"
      "dim 'E': derives from itself: E = E; give one of them bounds, such as .dim(\"E\", 1, 8)\n"
      "dim expression 'Q': unknown dim 'Q'; known: B, E, B\n"
      "relation 'B': expected one of <= < >= > == != between two dim expressions");
}

TEST(DimProblems, NameConditionsThatNoSizesSatisfy) {
  EXPECT_EQ(problems({free_dim("T", 3, 3)}, {"T/2"}),
            "no sizes within the bounds T 3..3 satisfy 'T/2' (whole, at least 0); widen a bound or "
            "drop a condition");
  EXPECT_EQ(problems({free_dim("T", 1, 4), free_dim("K", 5, 9)}, {"T-K"}),
            "no sizes within the bounds T 1..4, K 5..9 satisfy 'T-K' (at least 0); widen a bound "
            "or drop a condition");
  EXPECT_EQ(problems({free_dim("T", 1, 4), derived_dim("E", "T-5")}),
            "no sizes within the bounds T 1..4 satisfy 'E = T-5' (at least 0); widen a bound or "
            "drop a condition");
  EXPECT_EQ(problems({}, {"3/2"}),
            "no sizes satisfy '3/2' (whole, at least 0); no dim can change that");
  EXPECT_EQ(problems({free_dim("T", 0, 0)}, {"4/T"}),
            "no sizes within the bounds T 0..0 satisfy '4/T' (whole, at least 0); widen a bound or "
            "drop a condition");
}

TEST(DimProblems, NameOnlyTheConditionsThatConflict) {
  EXPECT_EQ(problems({free_dim("S", 1, 9), free_dim("T", 1, 7), free_dim("K", 1, 9)},
                     {"(S+T)/2", "T/2", "K/3", "T-K"}, {"T > 5", "T != 6", "K < S"}),
            "no sizes within the bounds T 1..7 satisfy 'T/2' (whole, at least 0) and 'T > 5' and "
            "'T != 6'; widen a bound or drop a condition");
}

TEST(DimProblems, AreListedForEachGroupOfConditions) {
  EXPECT_EQ(problems({free_dim("T", 3, 3), free_dim("S", 1, 2), free_dim("B", 1, 8)},
                     {"T/2", "B/2"}, {"S > 2"}),
            "no sizes within the bounds T 3..3 satisfy 'T/2' (whole, at least 0); widen a bound or "
            "drop a condition\n"
            "no sizes within the bounds S 1..2 satisfy 'S > 2'; widen a bound or drop a condition");
}

TEST(DimProblems, SayThatASearchWasGivenUp) {
  EXPECT_EQ(problems({free_dim("A", 1, 4000), free_dim("B", 1, 4000), free_dim("C", 1, 4000)}, {},
                     {"A*A*A+B*B*B == C*C*C"}),
            "found no sizes within the bounds A 1..4000, B 1..4000, C 1..4000 for "
            "'A*A*A+B*B*B == C*C*C' in 200000 steps; narrow the bounds, or write simpler "
            "conditions");
}

TEST(DimProblems, ASizeBeyond64BitsCannotBeChosen) {
  EXPECT_EQ(problems({free_dim("A", 4'000'000'000, 4'000'000'001)}, {"A*A"}),
            "no sizes within the bounds A 4000000000..4000000001 satisfy 'A*A' (at least 0); widen "
            "a bound or drop a condition");
}

}  // namespace
}  // namespace gradgrind

#include "gradgrind/generators/shape.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

const Dims kDims = {{{"T", 12}, {"K", 5}, {"H", 3}, {"one", 1}, {"zero", 0}}, {{"batch", {2, 7}}}};

template <class F>
std::string usage_error(const F& call) {
  try {
    call();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

std::string parse_error(const std::string& text) {
  return usage_error([&] { DimExpr::parse(text); });
}

std::string evaluate_error(const std::string& text, const Dims& dims = kDims) {
  return usage_error([&] { DimExpr::parse(text).evaluate(dims); });
}

std::string shape_error(const std::string& text) {
  return usage_error([&] { ShapeExpr::parse(text).evaluate(kDims); });
}

TEST(DimExpr, FollowsTheUsualPrecedence) {
  const std::vector<std::pair<std::string, std::int64_t>> expected = {
      {"7", 7},          {"T", 12},         {"T+K*H", 27},  {"(T+K)*H", 51}, {"T-K-H", 4},
      {"T-(K-H)", 10},   {"T/H/2", 2},      {"T/(H*2)", 2}, {"T/H*2", 8},    {"2*T-K+1", 20},
      {"((T))", 12},     {"T+K*H-T/H", 23}, {"K-T", -7},    {"0/T", 0},      {"zero*K", 0},
      {"(K-T+1)/2", -3}, {"_a1-_a1", 0},
  };
  Dims dims = kDims;
  dims.sizes["_a1"] = 9;
  for (const auto& [text, value] : expected) {
    EXPECT_EQ(DimExpr::parse(text).try_evaluate(dims), value) << text;
    EXPECT_EQ(DimExpr::parse(text).evaluate(dims), value) << text;
  }
}

TEST(DimExpr, NamesEachDimOnceInOrderOfAppearance) {
  const DimExpr expr = DimExpr::parse("T*(K+T)-H/K+4");
  EXPECT_THAT(expr.names(), testing::ElementsAre("T", "K", "H"));
  EXPECT_EQ(expr.text(), "T*(K+T)-H/K+4");
}

TEST(DimExpr, OutlivesTheTextAndTheOriginal) {
  std::optional<DimExpr> copy;
  {
    const std::string text = "T-K";
    const DimExpr original = DimExpr::parse(text);
    copy = original;
  }
  EXPECT_EQ(copy->evaluate(kDims), 7);
  EXPECT_EQ(copy->text(), "T-K");
}

TEST(DimExpr, HasNoValueWhereAQuotientDoesNotDivide) {
  EXPECT_EQ(DimExpr::parse("T/K").try_evaluate(kDims), std::nullopt);
  EXPECT_EQ(DimExpr::parse("T/zero").try_evaluate(kDims), std::nullopt);
  EXPECT_EQ(DimExpr::parse("zero/zero").try_evaluate(kDims), std::nullopt);
  EXPECT_EQ(DimExpr::parse("zero*(T/K)").try_evaluate(kDims), std::nullopt);
}

TEST(DimExpr, HasNoValueWhereANameIsUnbound) {
  EXPECT_EQ(DimExpr::parse("T+Q").try_evaluate(kDims), std::nullopt);
  EXPECT_EQ(DimExpr::parse("batch").try_evaluate(kDims), std::nullopt);
}

TEST(DimExpr, HasNoValueBeyond64Bits) {
  const Dims dims = {{{"M", kMost}, {"two", 2}, {"zero", 0}}, {}};
  for (const char* text : {"M+1", "M*two", "zero-M-two", "(zero-M-1)*M", "(zero-M-1)/(zero-1)"}) {
    EXPECT_EQ(DimExpr::parse(text).try_evaluate(dims), std::nullopt) << text;
  }
  EXPECT_EQ(DimExpr::parse("M").try_evaluate(dims), kMost);
  EXPECT_EQ(DimExpr::parse("zero-M-1").try_evaluate(dims), -kMost - 1);
  EXPECT_EQ(DimExpr::parse("9223372036854775807").try_evaluate(dims), kMost);
}

TEST(DimExpr, SaysWhatWasExpectedAndWhere) {
  EXPECT_EQ(parse_error(""),
            "dim expression '', column 1: expected a name, a number or '(', found the end");
  EXPECT_EQ(parse_error("T+"),
            "dim expression 'T+', column 3: expected a name, a number or '(', found the end");
  EXPECT_EQ(parse_error("-T"),
            "dim expression '-T', column 1: expected a name, a number or '(', found '-'");
  EXPECT_EQ(parse_error("T**2"),
            "dim expression 'T**2', column 3: expected a name, a number or '(', found '*'");
  EXPECT_EQ(parse_error("8H"),
            "dim expression '8H', column 2: expected an operator or the end, found 'H'");
  EXPECT_EQ(parse_error("T)"),
            "dim expression 'T)', column 2: expected an operator or the end, found ')'");
  EXPECT_EQ(parse_error("T//2"),
            "dim expression 'T//2', column 3: expected a name, a number or '(', found '/'");
  EXPECT_EQ(parse_error("(T+1"),
            "dim expression '(T+1', column 5: expected an operator or ')', found the end");
  EXPECT_EQ(parse_error("(T 1)"),
            "dim expression '(T 1)', column 3: expected an operator or ')', found a space; an "
            "expression has none");
  EXPECT_EQ(parse_error("T 2"),
            "dim expression 'T 2', column 2: expected an operator or the end, found a space; an "
            "expression has none");
  EXPECT_EQ(parse_error("()"),
            "dim expression '()', column 2: expected a name, a number or '(', found ')'");
  EXPECT_EQ(parse_error("T+99999999999999999999"),
            "dim expression 'T+99999999999999999999', column 3: expected a number of at most "
            "9223372036854775807, found '99999999999999999999'");
}

TEST(DimExpr, RefusesATextTooLongToRecurseOver) {
  EXPECT_EQ(parse_error(std::string(100'000, '(')),
            "dim expression '((((((((((((((((((((...' has 100000 characters; at most 1000 are "
            "possible");
  std::string sum = "T";
  while (sum.size() < 999) sum += "+1";
  EXPECT_EQ(DimExpr::parse(sum).evaluate(kDims), 12 + 499);
}

TEST(DimExpr, SaysWhyItHasNoValue) {
  EXPECT_EQ(evaluate_error("T/K+Q"),
            "dim expression 'T/K+Q': unknown dim 'Q'; known: H, K, T, one, zero");
  EXPECT_EQ(evaluate_error("h*2"),
            "dim expression 'h*2': unknown dim 'h'; known: H, K, T, one, zero. Did you mean 'H'?");
  EXPECT_EQ(evaluate_error("2*(T/K)"),
            "dim expression '2*(T/K)' with T=12, K=5: 12 / 5 does not divide");
  EXPECT_EQ(evaluate_error("T/(K-5)"),
            "dim expression 'T/(K-5)' with T=12, K=5: 12 / 0 divides by zero");
  EXPECT_EQ(evaluate_error("9223372036854775807+one"),
            "dim expression '9223372036854775807+one' with one=1: 9223372036854775807 + 1 exceeds "
            "64 bits");
  EXPECT_EQ(evaluate_error("3/2"), "dim expression '3/2': 3 / 2 does not divide");
  EXPECT_EQ(evaluate_error("T", Dims()), "dim expression 'T': unknown dim 'T'; there is none");
}

TEST(ShapeExpr, EvaluatesEachEntryInOrder) {
  EXPECT_EQ(ShapeExpr::parse("T 2*H T-K+1 zero").evaluate(kDims), (Shape{12, 6, 8, 0}));
  EXPECT_EQ(ShapeExpr::parse("  T   H ").evaluate(kDims), (Shape{12, 3}));
}

TEST(ShapeExpr, ExpandsVariadicDims) {
  EXPECT_EQ(ShapeExpr::parse("*batch K").evaluate(kDims), (Shape{2, 7, 5}));
  EXPECT_EQ(ShapeExpr::parse("K *batch *batch").evaluate(kDims), (Shape{5, 2, 7, 2, 7}));
  EXPECT_EQ(ShapeExpr::parse("*batch").evaluate(Dims{{}, {{"batch", {}}}}), Shape{});
}

TEST(ShapeExpr, OfTheEmptyTextIsAScalar) {
  EXPECT_EQ(ShapeExpr::parse("").evaluate(kDims), Shape{});
  EXPECT_TRUE(ShapeExpr::parse(" ").entries().empty());
}

TEST(ShapeExpr, TellsPlainEntriesFromVariadicOnes) {
  const ShapeExpr shape = ShapeExpr::parse("*batch T/2");
  ASSERT_EQ(shape.entries().size(), 2U);
  EXPECT_EQ(shape.entries()[0].variadic, "batch");
  EXPECT_FALSE(shape.entries()[0].dim.has_value());
  EXPECT_EQ(shape.entries()[1].variadic, "");
  EXPECT_EQ(shape.entries()[1].dim->text(), "T/2");
  EXPECT_EQ(shape.text(), "*batch T/2");
}

TEST(ShapeExpr, NamesTheShapeAndTheEntryThatIsWrong) {
  EXPECT_EQ(shape_error("T H, K"),
            "shape 'T H, K': dim expression 'H,', column 2: expected an operator or the end, found "
            "',' (dims are separated by spaces, an expression has none)");
  EXPECT_EQ(shape_error("T + 1"),
            "shape 'T + 1': dim expression '+', column 1: expected a name, a number or '(', found "
            "'+' (dims are separated by spaces, an expression has none)");
  EXPECT_EQ(shape_error("* T"),
            "shape '* T': variadic dim '*': expected one name after '*' (dims are separated by "
            "spaces, an expression has none)");
  EXPECT_EQ(shape_error("*batch*2"),
            "shape '*batch*2': variadic dim '*batch*2': expected one name after '*' (dims are "
            "separated by spaces, an expression has none)");
}

TEST(ShapeExpr, SaysWhyItHasNoShape) {
  EXPECT_EQ(shape_error("T K-T"),
            "shape 'T K-T': 'K-T' is -7 with K=5, T=12; a size is at least 0");
  EXPECT_EQ(shape_error("T/K"), "dim expression 'T/K' with T=12, K=5: 12 / 5 does not divide");
  EXPECT_EQ(shape_error("*bach T"),
            "shape '*bach T': unknown variadic dim 'bach'; known: batch. Did you mean 'batch'?");
}

TEST(Dims, AreLookedUpByName) {
  EXPECT_EQ(kDims["T"], 12);
  EXPECT_EQ(usage_error([] { kDims["onr"]; }),
            "Dims[\"onr\"]: unknown dim 'onr'; known: H, K, T, one, zero. Did you mean 'one'?");
}

TEST(UnknownName, SuggestsTheNearestKnownName) {
  const std::vector<std::string> known = {"keeps_batch_rows_apart", "ignores_padding", "B"};
  const std::string list = "; known: keeps_batch_rows_apart, ignores_padding, B";
  EXPECT_EQ(unknown_name("property", "ignore_padding", known),
            "unknown property 'ignore_padding'" + list + ". Did you mean 'ignores_padding'?");
  EXPECT_EQ(unknown_name("property", "Keeps_Batch_Rows_Apart", known),
            "unknown property 'Keeps_Batch_Rows_Apart'" + list +
                ". Did you mean 'keeps_batch_rows_apart'?");
  EXPECT_EQ(unknown_name("property", "ingores_padding", known),
            "unknown property 'ingores_padding'" + list + ". Did you mean 'ignores_padding'?");
  EXPECT_EQ(unknown_name("property", "C", known), "unknown property 'C'" + list);
  EXPECT_EQ(unknown_name("property", "is_linear", {}),
            "unknown property 'is_linear'; there is none");
}

TEST(UnknownName, CountsASwapOfNeighboursAsOneEdit) {
  EXPECT_EQ(unknown_name("dim", "nay", {"any", "bag"}),
            "unknown dim 'nay'; known: any, bag. Did you mean 'any'?");
}

TEST(UsageError, ListsEveryProblemOnALineOfItsOwn) {
  EXPECT_STREQ(UsageError(std::vector<std::string>{"first", "second"}).what(), "first\nsecond");
}

}  // namespace
}  // namespace gradgrind

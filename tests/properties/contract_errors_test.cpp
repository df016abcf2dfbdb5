// A contract that is stated wrongly lists every problem with its place, and throws nothing until
// it is used.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using torch::Tensor;

Contract twice() {
  return function("Twice", [](const Tensor& x) { return x * 2; })
      .dim("B", 1, 4)
      .input("x", floats("B"))
      .output("y", floats("B"));
}

// The place of a line of this file.
std::string at_line(int line) { return std::string(__FILE__) + ":" + std::to_string(line) + ": "; }

// The only problem, without its place.
std::string problem_of(const Contract& contract) {
  const std::vector<std::string> problems = contract.problems();
  if (problems.size() != 1) return testing::PrintToString(problems);
  const std::size_t place = problems[0].find(".cpp:");
  const std::size_t end = problems[0].find(": ", place);
  return end == std::string::npos ? problems[0] : problems[0].substr(end + 2);
}

TEST(ContractErrors, ASoundContractHasNone) { EXPECT_THAT(twice().problems(), IsEmpty()); }

TEST(ContractErrors, NameUnknownDims) {
  EXPECT_EQ(problem_of(twice().batch("Q")), "batch(\"Q\"): unknown dim 'Q'; known: B");
  EXPECT_EQ(problem_of(twice().sequence("T")), "sequence(\"T\"): unknown dim 'T'; known: B");
  EXPECT_EQ(problem_of(twice().input("z", floats("B Batch"))),
            "input 'z': shape \"B Batch\": unknown dim 'Batch'; known: B");
  EXPECT_EQ(problem_of(twice().output("z", floats("B C"))),
            "output 'z': shape \"B C\": unknown dim 'C'; known: B");
  EXPECT_EQ(problem_of(twice().output("z", ids("B", "V"))),
            "output 'z': bound \"V\": unknown dim 'V'; known: B");
  EXPECT_THAT(problem_of(twice().dim("E", "8*H")), HasSubstr("unknown dim 'H'"));
  EXPECT_THAT(problem_of(twice().require("K <= B")), HasSubstr("unknown dim 'K'"));
}

TEST(ContractErrors, NameWhatAPromiseSpeaksOf) {
  EXPECT_EQ(problem_of(twice().no_gradient_to("y", "a target")),
            "no_gradient_to(\"y\"): unknown input 'y'; known: x");
  EXPECT_THAT(problem_of(twice().no_gradient_to("x", "")), HasSubstr("the reason is empty"));
  EXPECT_EQ(problem_of(twice().draws("z", normal(0, 1))),
            "draws(\"z\"): unknown output 'z'; known: y");
  EXPECT_EQ(problem_of(twice().declares(odd("z"))),
            "declares(\"is_odd\"): unknown input 'z'; known: x");
  EXPECT_EQ(problem_of(twice().declares(translation_equivariant("T"))),
            "declares(\"commutes_with_translation\"): unknown dim 'T'; known: B");
  EXPECT_EQ(problem_of(twice().output("z", floats("B")).declares(involution())),
            "declares(\"is_its_own_inverse\"): it speaks of a function of one input with one "
            "output; there are 1 and 2");
  EXPECT_EQ(problem_of(twice().sequence("B").carries_state("x", "h")),
            "carries_state(\"x\"): unknown output 'h'; known: y");
  EXPECT_EQ(problem_of(twice().carries_state("x", "y")),
            "carries_state(\"x\"): no dim is said to be a sequence; add .sequence(\"T\")");
}

TEST(ContractErrors, NameVariadicDimsThatAreMixedUp) {
  const Contract any = twice().variadic("rows", 0, 2).input("w", floats("*rows"));
  EXPECT_EQ(problem_of(any.batch("rows")),
            "batch(\"rows\"): 'rows' is variadic (*rows); the batch dim is a single one, declare "
            ".dim(\"B\", 1, 8)");
  EXPECT_EQ(problem_of(any.sequence("rows")),
            "sequence(\"rows\"): 'rows' is variadic (*rows); the sequence dim is a single one, "
            "declare .dim(\"T\", 1, 16)");
  EXPECT_EQ(problem_of(any.output("z", floats("*row B"))),
            "output 'z': shape \"*row B\": unknown variadic dim 'row'; known: rows. Did you mean "
            "'rows'?");
  EXPECT_EQ(problem_of(any.output("z", floats("*B"))),
            "output 'z': shape \"*B\": '*B' stands for any number of dims but B is a single one; "
            "drop the star");
}

TEST(ContractErrors, NameReversedAndImpossibleBounds) {
  EXPECT_THAT(problem_of(twice().dim("T", 5, 2)),
              AllOf(HasSubstr("'T'"), HasSubstr("5"), HasSubstr("2")));
  EXPECT_THAT(problem_of(twice().dim("T", -1, 2)), AllOf(HasSubstr("'T'"), HasSubstr("-1")));
  EXPECT_THAT(problem_of(twice().dim("B", 1, 2)), HasSubstr("dim 'B'"));
  EXPECT_THAT(problem_of(twice().param("rate", real(1, 0))),
              HasSubstr("parameter 'rate': real(1, 0): the lowest is above"));
  EXPECT_THAT(problem_of(twice().param("layers", integer(3, 1))), HasSubstr("parameter 'layers'"));
  EXPECT_THAT(problem_of(twice().param("kind", choice({}))), HasSubstr("parameter 'kind'"));
  EXPECT_THAT(problem_of(twice().input("z", floats("B", between(2, 1)))), HasSubstr("input 'z'"));
}

TEST(ContractErrors, NameShapesThatDoNotParse) {
  EXPECT_THAT(problem_of(twice().input("z", floats("B ("))),
              StartsWith("input 'z': shape \"B (\": "));
  EXPECT_THAT(problem_of(twice().output("z", floats("B **"))), StartsWith("output 'z': "));
  EXPECT_THAT(problem_of(twice().dim("E", "8*")), HasSubstr("'E'"));
}

TEST(ContractErrors, AskForReasons) {
  const std::string kRule = "the reason is empty; say why the exception is right";
  EXPECT_EQ(problem_of(twice().except("stays_finite", "")),
            "except(\"stays_finite\", \"\"): " + kRule);
  EXPECT_EQ(problem_of(twice().stochastic("")), "stochastic(\"\"): " + kRule);
  EXPECT_EQ(problem_of(twice().may_write_to_inputs("")), "may_write_to_inputs(\"\"): " + kRule);
  EXPECT_EQ(problem_of(twice().may_alias("")), "may_alias(\"\"): " + kRule);
  EXPECT_EQ(problem_of(twice().not_differentiable("")), "not_differentiable(\"\"): " + kRule);
}

TEST(ContractErrors, NameUnknownProperties) {
  const std::string start = "(\"stays_finit\"): unknown property 'stays_finit'; known: ";
  const auto is_unknown_in = [&](const std::string& call) {
    return AllOf(StartsWith(call + start), HasSubstr(", keeps_batch_rows_apart, "),
                 EndsWith(". Did you mean 'stays_finite'?"));
  };
  EXPECT_THAT(problem_of(twice().except("stays_finit", "a reason")), is_unknown_in("except"));
  EXPECT_THAT(problem_of(twice().without("stays_finit")), is_unknown_in("without"));
  EXPECT_THAT(problem_of(twice().only({"stays_finit"})), is_unknown_in("only"));
  EXPECT_THAT(problem_of(twice().configure("stays_finit", cases(2))), is_unknown_in("configure"));
}

TEST(ContractErrors, NameWhatIsMissingOrThereTwice) {
  EXPECT_EQ(problem_of(function("Empty", [](const Tensor& x) { return x; }).dim("B", 1, 2)),
            "the contract declares no input; add .input(name, domain)");
  EXPECT_EQ(problem_of(twice().target("label", floats("B"))),
            "target 'label' is declared but no loss; add .loss(...)");
  EXPECT_EQ(problem_of(twice().property("stays_finite", [](Trial&) { return true; })),
            "property(\"stays_finite\"): there is a property of this name; choose another name");
  EXPECT_EQ(problem_of(twice()
                           .property("is_mine", [](Trial&) { return true; })
                           .property("is_mine", [](Trial&) { return true; })),
            "property(\"is_mine\"): there is a property of this name; choose another name");
  EXPECT_EQ(problem_of(twice().input("x", floats("B"))),
            "input 'x' is declared twice; rename or drop one");
  EXPECT_THAT(problem_of(twice().dtypes({})), HasSubstr("the set of shared dtypes is empty"));
  EXPECT_EQ(problem_of(twice().where("B is 1", nullptr)),
            "where(\"B is 1\"): the predicate is empty; give a callable of Case");
}

TEST(ContractErrors, NameAContractThatCannotNameATest) {
  const auto named = [](const std::string& name) {
    return function(name, [](const Tensor& x) { return x; }).dim("B", 1, 2).input("x", floats("B"));
  };
  const std::string rule = "; use letters, digits and _, since it names tests and files";
  EXPECT_EQ(problem_of(named("My model")), "the contract's name is 'My model'" + rule);
  EXPECT_EQ(problem_of(named("../up")), "the contract's name is '../up'" + rule);
  EXPECT_EQ(problem_of(named("")), "the contract's name is ''" + rule);
}

TEST(ContractErrors, RefuseACountOfNoCases) {
  EXPECT_THAT(problem_of(twice().configure("stays_finite", cases(0))),
              AllOf(StartsWith("configure(\"stays_finite\"): cases("), HasSubstr("0")));
}

TEST(ContractErrors, RefuseAnExampleThatIsNotOfTheContract) {
  Case wrong;
  wrong.dim("B", 9).tensor("x", array(DType::float32, {9}, std::vector<double>(9, 0)));
  EXPECT_THAT(problem_of(twice().example(wrong)), StartsWith("example 1: "));
}

TEST(ContractErrors, AreListedTogetherEachWithItsPlace) {
  const int line = __LINE__;
  const Contract contract = function("Wrong", [](const Tensor& x) { return x; })
                                .dim("B", 4, 1)
                                .input("x", floats("B Q"))
                                .batch("N")
                                .except("stays_finite", "")
                                .without("nothing_of_the_kind");
  const std::vector<std::string> problems = contract.problems();
  EXPECT_THAT(problems,
              testing::UnorderedElementsAre(
                  AllOf(StartsWith(at_line(line + 2)), HasSubstr("dim 'B'")),
                  AllOf(StartsWith(at_line(line + 3)), HasSubstr("unknown dim 'Q'")),
                  AllOf(StartsWith(at_line(line + 4)), HasSubstr("unknown dim 'N'")),
                  AllOf(StartsWith(at_line(line + 5)),
                        HasSubstr("except(\"stays_finite\", \"\"): the reason is empty")),
                  AllOf(StartsWith(at_line(line + 6)), HasSubstr("'nothing_of_the_kind'"))));
}

TEST(ContractErrors, StandWithWhatTheyBeginWithWhateverTheyQuoteBeside) {
  const int line = __LINE__;
  const Contract contract = function("Wrong", [](const Tensor& x) { return x; })
                                .dim("H", 1, 4)
                                .input("x", floats("H"))
                                .output("y", floats("h"))
                                .dim("x", 1, 4)
                                .dim("H", 1, 2)
                                .dtypes({})
                                .property("stays_finite", [](Trial&) { return true; })
                                .except("stays_finit", "a reason");
  EXPECT_THAT(contract.problems(),
              testing::UnorderedElementsAre(
                  AllOf(StartsWith(at_line(line + 4)), EndsWith("Did you mean 'H'?")),
                  AllOf(StartsWith(at_line(line + 6)), EndsWith("declared twice; drop one")),
                  AllOf(StartsWith(at_line(line + 7)), HasSubstr("dtypes: ")),
                  AllOf(StartsWith(at_line(line + 8)), HasSubstr("property(\"stays_finite\")")),
                  AllOf(StartsWith(at_line(line + 9)), HasSubstr("except(\"stays_finit\")"))));
}

TEST(ContractErrors, AreThrownTogetherByWhatUsesTheContract) {
  const Contract contract = twice().batch("Q").without("nothing_of_the_kind");
  for (const auto& use :
       std::vector<std::function<void()>>{[&] { contract.space(); }, [&] { check(contract); },
                                          [&] { replay(contract, "stays_finite", Case()); }}) {
    EXPECT_THAT(usage_error(use), AllOf(HasSubstr("unknown dim 'Q'"), HasSubstr("\n"),
                                        HasSubstr("'nothing_of_the_kind'")));
  }
}

TEST(ContractErrors, LeaveTheSuiteUnrun) {
  const FileFolder folder;
  int calls = 0;
  const Contract contract = function("Counted",
                                     [&calls](const Tensor& x) {
                                       ++calls;
                                       return x;
                                     })
                                .dim("B", 1, 4)
                                .input("x", floats("B"))
                                .batch("Q");
  const CheckResult checked = check_all(contract, suite_of(contract), in_process(folder));
  EXPECT_THAT(checked.problems, ElementsAre(HasSubstr("unknown dim 'Q'")));
  EXPECT_THAT(checked.properties, IsEmpty());
  EXPECT_FALSE(checked.holds());
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace gradgrind

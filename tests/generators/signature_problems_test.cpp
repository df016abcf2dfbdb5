// What the constructor of CaseSpace says of an impossible signature.
#include <gmock/gmock.h>

#include <string>

#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/signatures.h"

namespace gradgrind {
namespace {

using namespace testing_signatures;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// What the constructor throws for a signature, or nothing.
std::string problems_of(const Signature& signature) {
  try {
    CaseSpace space(signature);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

Signature of_input(const std::string& name, const Domain& domain) {
  Signature signature;
  signature.dims = {free_dim("B", 1, 4), variadic_dim("batch", 0, 2, 1, 4)};
  signature.inputs = {{"x", floats("B")}, {name, domain}};
  return signature;
}

TEST(SignatureProblems, AreListedTogether) {
  Signature signature;
  signature.dims = {free_dim("B", 4, 1)};
  signature.parameters = {{"rate", real(1, 0)}};
  signature.inputs = {{"x", floats("B Q")}, {"y", floats("B (")}};
  signature.dtypes = {};
  const std::string text = problems_of(signature);
  EXPECT_THAT(text, HasSubstr("dim 'B'"));
  EXPECT_THAT(text, HasSubstr("parameter 'rate': real(1, 0): the lowest is above"));
  EXPECT_THAT(text, HasSubstr("input 'x': shape \"B Q\": unknown dim 'Q'; known: B"));
  EXPECT_THAT(text, HasSubstr("input 'y': shape \"B (\": "));
  EXPECT_THAT(text, HasSubstr("dtypes: the set of shared dtypes is empty"));
}

TEST(SignatureProblems, SayWhichSetIsEmptyOrWrong) {
  Signature signature;
  signature.devices = {};
  EXPECT_THAT(problems_of(signature), HasSubstr("devices: the set of devices is empty"));
  signature = {};
  signature.weights = {};
  EXPECT_THAT(problems_of(signature), HasSubstr("weights: the set of weight policies is empty"));
  signature = {};
  signature.dtypes = {DType::int64};
  EXPECT_THAT(problems_of(signature), HasSubstr("dtypes: int64 cannot be the shared dtype"));
}

TEST(SignatureProblems, SayWhichNameIsWrong) {
  EXPECT_THAT(problems_of(of_input("2x", floats("B"))),
              HasSubstr("input '2x': a name is a letter or underscore"));
  EXPECT_THAT(problems_of(of_input("x", floats("B"))),
              HasSubstr("input 'x' is declared twice; rename or drop one"));
  Signature signature;
  signature.parameters = {{"p", flag()}, {"p", flag()}, {"a b", flag()}};
  EXPECT_THAT(problems_of(signature), AllOf(HasSubstr("parameter 'p' is declared twice"),
                                            HasSubstr("parameter 'a b': a name is a letter")));
}

TEST(SignatureProblems, SayWhichDimOfAShapeIsWrong) {
  EXPECT_THAT(problems_of(of_input("y", floats("*B"))),
              HasSubstr("input 'y': shape \"*B\": '*B' stands for any number of dims but B is a "
                        "single one; drop the star"));
  EXPECT_THAT(problems_of(of_input("y", floats("batch"))),
              HasSubstr("input 'y': shape \"batch\": batch stands for any number of dims; write "
                        "'*batch'"));
  EXPECT_THAT(problems_of(of_input("y", floats("*Batch"))),
              HasSubstr("input 'y': shape \"*Batch\": unknown variadic dim 'Batch'; known: batch"));
  EXPECT_THAT(problems_of(of_input("y", ids("B", "V"))),
              HasSubstr("input 'y': bound \"V\": unknown dim 'V'; known: B"));
  Signature signature;
  signature.further_shapes = {"B 2"};
  EXPECT_THAT(problems_of(signature), HasSubstr("shape \"B 2\": unknown dim 'B'"));
}

TEST(SignatureProblems, SayWhichPartnerIsWrong) {
  EXPECT_THAT(problems_of(of_input("y", broadcastable("z"))),
              HasSubstr("input 'y': broadcasts_to 'z': unknown input 'z'; known: x, y"));
  EXPECT_THAT(problems_of(of_input("y", broadcastable("y"))),
              HasSubstr("input 'y': broadcasts_to 'y': a partner is declared earlier"));
  EXPECT_THAT(problems_of(of_input("y", floats("B").maybe_alias_of("z"))),
              HasSubstr("input 'y': alias_of 'z': unknown input 'z'"));
  EXPECT_THAT(problems_of(of_input("y", padding_mask("B", marks_valid).of("z"))),
              HasSubstr("input 'y': of(\"z\"): unknown input 'z'"));
  EXPECT_THAT(problems_of(of_input("y", padding_mask("B", marks_valid).of("y"))),
              HasSubstr("input 'y': of(\"y\"): an input cannot mask itself"));
  Signature signature = of_input("y", floats("B").list(1, 2));
  signature.inputs.emplace_back("z", floats("B").maybe_alias_of("y"));
  EXPECT_THAT(problems_of(signature), HasSubstr("input 'z': alias_of 'y': that input is a list"));
  signature.inputs = {{"x", floats("B").maybe_alias_of("y")}, {"y", floats("B")}};
  EXPECT_THAT(
      problems_of(signature),
      HasSubstr("input 'x': alias_of 'y': a partner is declared earlier; declare 'y' first"));
}

TEST(SignatureProblems, SayWhatIsWrongWithADomain) {
  EXPECT_THAT(problems_of(of_input("y", floats("B").list(3, 1))),
              HasSubstr("input 'y': list(3, 1): lengths must be 0 <= shortest <= longest"));
  EXPECT_THAT(problems_of(of_input("y", floats("B").of_dtypes({}))),
              HasSubstr("input 'y': of_dtypes({}): the set is empty"));
  EXPECT_THAT(problems_of(of_input("y", floats("B").with_layouts({}))),
              HasSubstr("input 'y': the set of layouts is empty; name at least one"));
  EXPECT_THAT(
      problems_of(of_input("y", floats("B", ValuePolicy()).list(2, 1))),
      AllOf(HasSubstr("input 'y': a ValuePolicy names no class"),
            HasSubstr("input 'y': list(2, 1): lengths"), Not(HasSubstr("content.classes"))));
  Domain domain = floats("B");
  domain.content.classes.clear();
  domain.content.fill = nullptr;
  EXPECT_THAT(problems_of(of_input("y", domain)),
              AllOf(HasSubstr("input 'y': content.classes is empty"),
                    HasSubstr("input 'y': content.fill is missing")));
  domain = floats("B");
  domain.layouts = {LayoutKind::alias};
  EXPECT_THAT(problems_of(of_input("y", domain)),
              HasSubstr("input 'y': the layouts hold alias, which names no partner"));
  domain = floats("B");
  domain.layouts.clear();
  domain.is_list = true;
  domain.shortest_list = -1;
  EXPECT_THAT(problems_of(of_input("y", domain)),
              AllOf(HasSubstr("input 'y': the set of layouts is empty"),
                    HasSubstr("input 'y': list(-1, 0): lengths must be")));
  domain = broadcastable("x");
  domain.shape = "B";
  EXPECT_THAT(
      problems_of(of_input("y", domain)),
      HasSubstr("input 'y': shape \"B\": a partner that broadcasts to 'x' takes its shape"));
}

TEST(SignatureProblems, SayThatDimsAreImpossible) {
  Signature signature;
  signature.dims = {free_dim("T", 1, 3), free_dim("K", 5, 6)};
  signature.relations = {"K <= T"};
  EXPECT_THAT(problems_of(signature), HasSubstr("K <= T"));
}

}  // namespace
}  // namespace gradgrind

// What uses Gradgrind wrongly ends with an error that names the call, and no finding.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using torch::Tensor;

class MisuseTest : public testing::Test {
 protected:
  PropertyResult result(const Contract& contract, const std::string& property) {
    return check_one(contract, property, in_process(folder_));
  }
  // The error that a property ends with; checked in a child as well, which must say the same.
  std::string error(const Contract& contract, const std::string& property = "stays_finite") {
    const PropertyResult here = result(contract, property);
    EXPECT_EQ(here.outcome, Outcome::fails);
    EXPECT_THAT(here.findings, IsEmpty());
    EXPECT_EQ(check_one(contract, property, isolated(folder_)).error, here.error);
    return here.error;
  }

  FileFolder folder_;
};

Contract of_rows(const Contract& contract) {
  return contract.dim("B", 1, 4).input("x", floats("B 3")).output("y", floats("B 3"));
}

Tensor twice(const Tensor& x) { return x * 2; }

Contract doubling() { return of_rows(function("Twice", twice)); }

Contract linear() {
  return of_rows(module("Linear", [](const Draw&) { return torch::nn::Linear(3, 3); }));
}

TEST_F(MisuseTest, AFunctionOfOtherArityIsNamed) {
  const Contract two =
      of_rows(function("Two", [](const Tensor& x, const Tensor& w) { return x + w; }));
  EXPECT_EQ(error(two),
            "the function takes 2 tensors, the contract declares 1 input (x); declare as many, or "
            "let the function take const gg::Inputs&");
  const Contract compared =
      doubling().reference([](const Tensor& x, const Tensor& w) { return x + w; });
  EXPECT_THAT(result(compared, "equals_the_reference").error,
              StartsWith("the reference takes 2 tensors, the contract declares 1 input (x); "));
}

struct Overloaded {
  Tensor operator()(const Tensor& x) const { return x; }
  Tensor operator()(const Tensor& x, const Tensor&, const Tensor&) const { return x; }
};

TEST_F(MisuseTest, EveryArityOfAnOverloadIsNamed) {
  EXPECT_THAT(
      error(of_rows(function("Many", Overloaded())).input("w", floats("B"))),
      StartsWith("the function takes 1 or 3 tensors, the contract declares 2 inputs (x, w); "));
}

struct PlainImpl : torch::nn::Module {
  Tensor forward(const Tensor& x) { return x * 2; }
};

TEST_F(MisuseTest, AForwardOfOtherArityIsNamed) {
  const Contract masked = linear().input("pad", floats("B"));
  EXPECT_EQ(error(masked),
            "forward takes 1 tensor, the contract declares 2 inputs (x, pad); declare as many, or "
            "write .forward([](torch::nn::LinearImpl& m, const gg::Inputs& in) { ... })");
}

TEST_F(MisuseTest, ALambdaForAnotherModuleIsNamed) {
  const Contract plain =
      of_rows(module("Plain", [](const Draw&) { return std::make_shared<PlainImpl>(); }));
  const std::string by_holder = error(plain.forward(
      [](torch::nn::Linear linear, const Inputs& inputs) { return linear(inputs["x"]); }));
  EXPECT_THAT(by_holder, AllOf(HasSubstr("the lambda of .forward() takes a torch::nn::LinearImpl"),
                               HasSubstr("the factory builds another module")));
  const std::string by_reference =
      error(plain.forward([](torch::nn::LinearImpl& linear, const Inputs& inputs) {
        return linear.forward(inputs["x"]);
      }));
  EXPECT_EQ(by_reference, by_holder);
}

Contract built_by(const std::function<void(const Draw&)>& ask) {
  return of_rows(module("Plain",
                        [ask](const Draw& draw) {
                          ask(draw);
                          return std::make_shared<PlainImpl>();
                        }))
      .param("rate", real(0, 1));
}

TEST_F(MisuseTest, AFactoryThatAsksForWhatIsNotDrawnIsNamed) {
  EXPECT_EQ(error(built_by([](const Draw& draw) { draw["C"]; })),
            "draw[\"C\"]: unknown dim 'C'; known: B");
  EXPECT_EQ(error(built_by([](const Draw& draw) { draw.get<double>("rat"); })),
            "draw.get(\"rat\"): unknown parameter 'rat'; known: rate. Did you mean 'rate'?");
  EXPECT_THAT(error(built_by([](const Draw& draw) { draw.get<std::int64_t>("rate"); })),
              AllOf(StartsWith("parameter 'rate' has the value "),
                    HasSubstr("is read with another type; ask for double")));
}

TEST_F(MisuseTest, AForwardThatAsksForUnknownInputsIsNamed) {
  const auto asking = [](auto ask) {
    return of_rows(function("Asks", [ask](const Inputs& inputs) {
      ask(inputs);
      return inputs["x"];
    }));
  };
  EXPECT_EQ(error(asking([](const Inputs& inputs) { inputs["z"]; })),
            "Inputs[\"z\"]: unknown input 'z'; known: x");
  EXPECT_EQ(error(asking([](const Inputs& inputs) { inputs[1]; })),
            "Inputs[1]: it holds x; positions are 0 .. 0");
  EXPECT_EQ(error(asking([](const Inputs& inputs) { inputs.size("Q"); })),
            "Inputs::size(\"Q\"): unknown dim 'Q'; known: B");
  EXPECT_EQ(error(asking([](const Inputs& inputs) { inputs.parameter<bool>("deep"); })),
            "Inputs::parameter(\"deep\"): unknown parameter 'deep'; there is none");
}

TEST_F(MisuseTest, AnOutputThatIsNotThereIsNamed) {
  const Contract contract = doubling().property(
      "has_two_outputs", [](Trial& trial) { return trial.outputs()[1].defined(); });
  EXPECT_EQ(result(contract, "has_two_outputs").error,
            "Outputs[1]: the subject gave back 1 tensor; positions are 0 .. 0");
}

TEST_F(MisuseTest, ALossWithoutATargetSaysSo) {
  const Contract contract =
      linear().loss([](const Tensor& y, const Tensor& t) { return (y - t).mean(); });
  EXPECT_EQ(result(contract, "a_descent_step_exists").error,
            "Inputs[0]: there is none; declare it with .input() or, for a loss, with .target()");
}

TEST_F(MisuseTest, ALossThatIsNoScalarIsNamed) {
  const Contract contract =
      linear().target("t", floats("B 3")).loss([](const Tensor& y, const Tensor& t) {
        return y - t;
      });
  const PropertyResult descended = result(contract, "a_descent_step_exists");
  EXPECT_EQ(descended.outcome, Outcome::fails);
  EXPECT_EQ(descended.error,
            ".loss(): gave back shape [1, 3]; it must be one number, reduce it, e.g. with .mean()");
}

Contract stepping(Tensor (*step)(const Inputs& batch)) {
  return linear().training_step([step](torch::nn::Linear) { return step; });
}

TEST_F(MisuseTest, ATrainingStepThatGivesBackNoNumberIsNamed) {
  const Contract whole = stepping([](const Inputs& batch) { return batch["x"]; });
  EXPECT_THAT(error(whole, "training_steps_lower_the_loss"),
              AllOf(StartsWith(".training_step(): a step gave back shape ["),
                    HasSubstr("it must give back the loss as one number, or nothing")));
}

TEST_F(MisuseTest, ATrainingStepOfAFunctionIsAProblem) {
  const Contract contract = doubling().training_step(
      [](torch::nn::Linear) { return [](const Inputs& batch) { return batch["x"]; }; });
  EXPECT_THAT(contract.problems(),
              testing::ElementsAre(HasSubstr("training_step(): a function has no parameters to "
                                             "train; use module()")));
}

TEST_F(MisuseTest, ADistributionThatIsNoneIsNamed) {
  EXPECT_EQ(error(doubling().draws("y", normal(0, -1)), "draws_follow_their_distribution"),
            "normal(0, -1): the deviation must be above 0, and both finite");
  EXPECT_EQ(error(linear().initialises("wight", normal(0, 1)),
                  "initial_values_follow_their_distribution"),
            "initialises(\"wight\"): unknown parameter or buffer 'wight'; known: weight, bias. Did "
            "you mean 'weight'?");
}

}  // namespace
}  // namespace gradgrind

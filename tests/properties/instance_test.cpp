// Models as they are: built by hand, loaded from a TorchScript file, or listed in a table.
#include <gmock/gmock.h>
#include <torch/script.h>
#include <torch/torch.h>

#include <filesystem>

#include "gradgrind/properties/module.h"
#include "gradgrind/properties/torchscript.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using torch::Tensor;

std::string alarms(const CheckResult& checked) {
  std::string text;
  for (const std::string& problem : checked.problems) text += problem + "\n";
  for (const PropertyResult& result : checked.properties) text += result.error;
  for (const Finding& finding : checked.findings()) text += finding.report + "\n";
  return text;
}

Contract with_rows(const Contract& contract) {
  return contract.dim("B", 1, 4).input("x", floats("B 3")).output("y", floats("B 2")).batch("B");
}

// Its optimizer is made anew for each run.
Contract trained(const Contract& contract) {
  return contract.target("label", floats("B 2"))
      .loss([](const Tensor& y, const Tensor& label) { return torch::mse_loss(y, label); })
      .training_step([](torch::nn::Sequential net) {
        using torch::optim::Adam;
        return [net, optimizer = Adam(net->parameters())](const Inputs& batch) mutable {
          optimizer.zero_grad();
          const Tensor loss = torch::mse_loss(net->forward(batch["x"]), batch["label"]);
          loss.backward();
          optimizer.step();
          return loss;
        };
      });
}

TEST(Instance, IsBitwiseAsBeforeAfterTheWholeSuite) {
  const FileFolder folder;
  torch::manual_seed(3);
  torch::nn::Sequential net(torch::nn::Linear(3, 4), torch::nn::BatchNorm1d(4), torch::nn::ReLU(),
                            torch::nn::Linear(4, 2));
  std::vector<Tensor> before;
  for (const Tensor& tensor : net->parameters()) before.push_back(tensor.detach().clone());
  for (const Tensor& tensor : net->buffers()) before.push_back(tensor.detach().clone());

  const Contract contract = trained(with_rows(instance("Net", net)));
  const CheckResult checked = check_all(contract, suite_of(contract), in_process(folder));
  EXPECT_EQ(alarms(checked), "");
  EXPECT_EQ(result_of(checked, "training_steps_lower_the_loss").outcome, Outcome::holds);

  std::vector<Tensor> after;
  for (const Tensor& tensor : net->parameters()) after.push_back(tensor);
  for (const Tensor& tensor : net->buffers()) after.push_back(tensor);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(after[i].dtype() == before[i].dtype() && torch::equal(after[i], before[i]))
        << "tensor " << i;
  }
  for (const Tensor& tensor : net->parameters()) {
    EXPECT_TRUE(tensor.requires_grad());
    EXPECT_FALSE(tensor.grad().defined());
  }
}

class TorchscriptTest : public testing::Test {
 protected:
  // y = x W + b, with forward's body to be replaced.
  std::string exported(const std::string& body) const {
    torch::jit::Module model("model");
    torch::manual_seed(5);
    model.register_parameter("weight", torch::rand({3, 2}) - 0.5, false);
    model.register_parameter("bias", torch::rand({2}), false);
    model.define("def forward(self, x):\n    " + body + "\n");
    const std::string path = folder_.path() + "/model.pt";
    model.save(path);
    return path;
  }
  CheckResult check_suite(const Contract& contract) const {
    return check_all(contract, suite_of(contract), in_process(folder_));
  }

  FileFolder folder_;
};

TEST_F(TorchscriptTest, ASoundExportedModelHolds) {
  const Contract contract = with_rows(
      torchscript("Exported", exported("return torch.matmul(x, self.weight) + self.bias")));
  EXPECT_EQ(alarms(check_suite(contract)), "");
}

TEST_F(TorchscriptTest, AFaultyExportedModelIsFound) {
  const Contract contract = with_rows(torchscript(
      "Exported", exported("return torch.matmul(x - torch.mean(x), self.weight) + self.bias")));
  const CheckResult checked = check_suite(contract);
  EXPECT_EQ(result_of(checked, "keeps_batch_rows_apart").outcome, Outcome::fails)
      << alarms(checked);
}

TEST_F(TorchscriptTest, AFileThatIsMissingIsNamedOnceItIsUsed) {
  const std::string path = folder_.path() + "/missing.pt";
  const Contract contract = with_rows(torchscript("Exported", path));
  EXPECT_THAT(contract.problems(), IsEmpty());
  const PropertyResult result = check_one(contract, "stays_finite", in_process(folder_));
  EXPECT_EQ(result.outcome, Outcome::fails);
  EXPECT_THAT(result.findings, IsEmpty());
  EXPECT_THAT(result.error,
              AllOf(StartsWith("torchscript(\"" + path + "\"): the file cannot be read: "),
                    HasSubstr("errno 2")));
}

TEST_F(TorchscriptTest, AFileThatIsNoModelIsNamed) {
  folder_.write("text.pt", "no model");
  const std::string path = folder_.path() + "/text.pt";
  const PropertyResult result =
      check_one(with_rows(torchscript("Exported", path)), "stays_finite", in_process(folder_));
  EXPECT_THAT(result.error, StartsWith("torchscript(\"" + path + "\"): the file cannot be read: "));
}

TEST_F(TorchscriptTest, ARelativePathThatIsMissingSaysWhereItStarts) {
  const Contract contract = with_rows(torchscript("Exported", "no_such_model.pt"));
  EXPECT_THAT(check_one(contract, "stays_finite", in_process(folder_)).error,
              StartsWith("torchscript(\"no_such_model.pt\"): the file cannot be read (a relative "
                         "path starts at the working directory, " +
                         std::filesystem::current_path().string() + "): "));
}

TEST_F(TorchscriptTest, WhatIsNoTensorIsNamed) {
  const std::string path = exported("return 1.5");
  EXPECT_EQ(check_one(with_rows(torchscript("Exported", path)), "stays_finite", in_process(folder_))
                .error,
            "torchscript(\"" + path +
                "\"): the module gives back a Double; export a wrapper that returns tensors, or "
                "tuples, lists and dicts of them");
}

TEST(ContractTable, IsBuiltAtRunTime) {
  const FileFolder folder;
  struct Row {
    std::string name;
    std::function<Tensor(const Tensor&)> function;
    bool is_apart;
  };
  const std::vector<Row> table = {
      {"Relu", [](const Tensor& x) { return torch::relu(x); }, true},
      {"Tanh", [](const Tensor& x) { return torch::tanh(x); }, true},
      {"Centred", [](const Tensor& x) { return x - x.mean(0, true); }, false},
      {"Sorted", [](const Tensor& x) { return std::get<0>(x.sort(0)); }, false},
  };
  std::vector<Contract> contracts;
  for (const Row& row : table) {
    contracts.push_back(function(row.name, row.function)
                            .dim("B", 1, 4)
                            .input("x", floats("B 3"))
                            .output("y", floats("B 3"))
                            .batch("B"));
  }
  for (std::size_t i = 0; i < table.size(); ++i) {
    const PropertyResult result =
        check_one(contracts[i], "keeps_batch_rows_apart", in_process(folder));
    EXPECT_EQ(result.contract, table[i].name);
    EXPECT_EQ(result.outcome, table[i].is_apart ? Outcome::holds : Outcome::fails) << table[i].name;
  }
}

}  // namespace
}  // namespace gradgrind

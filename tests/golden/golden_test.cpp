// Reports, word for word: a finding of each kind, beside the file that holds its text.
//
// After a change that is meant, run the test with --update and read the difference.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

#include <vector>

#include "gradgrind/properties/check.h"
#include "gradgrind/properties/module.h"
#include "tests/generators/file_folder.h"

namespace gradgrind {
namespace {

using torch::Tensor;

bool update = false;

// -- One subject for each kind of finding ---------------------------------------------------------

Contract rows(const std::string& name, Tensor (*subject)(const Tensor&)) {
  return function(name, subject)
      .dim("B", 1, 4)
      .dim("D", 1, 4)
      .input("x", floats("B D"))
      .output("y", floats("B D"))
      .batch("B");
}

Tensor minus_batch_mean(const Tensor& x) { return x - x.mean(0, true); }
Tensor exponential(const Tensor& x) { return x.exp(); }
Tensor squeezed(const Tensor& x) { return x.size(0) == 1 ? x.squeeze(0) * 2 : x * 2; }
Tensor looks_up_row_two(const Tensor& x) {
  if (x.size(0) == 2) throw std::out_of_range("no row 2 in the table");
  return x * 2;
}
Tensor aborts_on_three_rows(const Tensor& x) {
  if (x.size(0) >= 3) std::abort();
  return x * 2;
}
Tensor twice(const Tensor& x) { return x * 2; }
Tensor first_only(const Tensor& x, const Tensor&) { return x * 2; }

// Differs from 3 x by more than rounding, in float64 too.
Tensor nearly_thrice(const Tensor& x) { return x * 3.0003; }
Tensor thrice(const Tensor& x) { return x * 3; }
Tensor halved(const Tensor& x) { return x.to(torch::kFloat) / 2; }
Tensor waits_for_ever(const Tensor& x) {
  while (x.size(0) == 4) continue;
  return x * 2;
}

// Holds its layer where LibTorch does not see it.
struct HiddenImpl : torch::nn::Module {
  Tensor forward(const Tensor& x) { return layers[0]->forward(x); }
  std::vector<torch::nn::Linear> layers{torch::nn::Linear(3, 2)};
};

struct ForgetfulImpl : torch::nn::Module {
  ForgetfulImpl() {
    used = register_module("used", torch::nn::Linear(3, 2));
    unused = register_module("unused", torch::nn::Linear(2, 2));
  }
  Tensor forward(const Tensor& x) { return used->forward(x); }
  torch::nn::Linear used{nullptr};
  torch::nn::Linear unused{nullptr};
};

struct Golden {
  const char* file;
  Contract contract;
  const char* property;
};

std::vector<Golden> goldens() {
  return {
      {"differs", rows("Centred", minus_batch_mean), "keeps_batch_rows_apart"},
      {"not_finite", rows("Exp", exponential), "stays_finite"},
      {"wrong_shape", rows("Squeezed", squeezed), "output_shapes_are_as_declared"},
      {"throws", rows("LooksUp", looks_up_row_two), "stays_finite"},
      {"dies", rows("Aborts", aborts_on_three_rows), "stays_finite"},
      {"hangs", rows("Waits", waits_for_ever), "stays_finite"},
      {"wrong_dtype", rows("Halved", halved), "output_dtypes_are_as_declared"},
      {"beyond_its_bound", rows("Thrice", nearly_thrice).reference(thrice), "equals_the_reference"},
      {"non_deterministic",
       rows("Twice", twice)
           .property("is_true_first", [calls = 0](Trial&) mutable { return ++calls != 1; }),
       "is_true_first"},
      {"unregistered",
       module("Hidden", [](const Draw&) { return std::make_shared<HiddenImpl>(); })
           .dim("B", 1, 4)
           .input("x", floats("B 3"))
           .output("y", floats("B 2"))
           .dtypes({DType::float32}),
       "every_parameter_is_reachable"},
      {"unused",
       module("Forgetful", [](const Draw&) { return std::make_shared<ForgetfulImpl>(); })
           .dim("B", 1, 4)
           .input("x", floats("B 3"))
           .output("y", floats("B 2")),
       "every_parameter_is_reachable"},
      {"no_case_proves_it",
       function("FirstOnly", first_only)
           .dim("B", 1, 4)
           .input("x", floats("B"))
           .input("w", floats("B"))
           .output("y", floats("B")),
       "depends_on_every_input"},
      {"own_property",
       rows("Twice", twice)
           .property("has_one_row", [](Trial& trial) { return trial.inputs().size("B") == 1; }),
       "has_one_row"},
  };
}

// -- What differs from machine to machine ---------------------------------------------------------

std::string report_of(const Golden& golden, const std::string& folder) {
  Settings settings;
  settings.progress = false;
  settings.folder = folder;
  settings.hang_seconds = 0.5;
  // Where time ends a search, reports differ from run to run; each run of a hang takes half a
  // second.
  settings.explain_seconds = 300;
  if (golden.file == std::string("hangs")) settings.explain_runs = 16;
  if (golden.property != std::string("has_one_row")) offer_replay(golden.contract.name());
  const Suite suite = {find_property(suite_of(golden.contract), golden.property)};
  const CheckResult checked = check_all(golden.contract, suite, settings);
  if (checked.findings().empty()) throw std::runtime_error("no finding");
  return checked.findings().front().report;
}

std::string normalised(std::string report) {
  const std::pair<const char*, const char*> rules[] = {
      {R"(\S+ --gradgrind_replay=\S+)", "PROGRAM --gradgrind_replay=FILE"},
      {R"(findings/[^\s"]+\.safetensors)", "FILE"},
      {R"(\S*tests/golden/)", "tests/golden/"},
      {R"((golden_test\.cpp):\d+)", "$1:LINE"},
      {R"((seeded|weights_from)\(\d+(U|ULL)?)", "$1(#"},
      {R"(seed( +)\d+)", "seed$1#"},
      {R"((\d\.\d{3})\d+)", "$1"},
  };
  for (const auto& [pattern, replacement] : rules) {
    report = std::regex_replace(report, std::regex(pattern), replacement);
  }
  return report;
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A folder to work in, so that paths have the same length everywhere.
class WorkingFolder {
 public:
  WorkingFolder() { std::filesystem::current_path(folder_.path()); }
  ~WorkingFolder() { std::filesystem::current_path(before_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  std::filesystem::path before_ = std::filesystem::current_path();
  FileFolder folder_;
};

class Reports : public testing::TestWithParam<Golden> {};

TEST_P(Reports, AreWordForWordAsTheirFile) {
  const std::string report = [] {
    const WorkingFolder folder;
    return report_of(GetParam(), "findings");
  }();

  const std::string path = std::string(GOLDEN_FOLDER) + "/" + GetParam().file + ".txt";
  if (update) std::ofstream(path) << normalised(report);
  EXPECT_EQ(normalised(report), read(path));
}

TEST_P(Reports, FitOnAScreen) {
  const std::string path = std::string(GOLDEN_FOLDER) + "/" + GetParam().file + ".txt";
  std::istringstream lines(read(path));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (line.find("--gradgrind_replay=") != std::string::npos) continue;
    EXPECT_LE(line.size(), 100U) << line;
  }
  EXPECT_GT(count, 5);
  EXPECT_LE(count, 40);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Reports, testing::ValuesIn(goldens()),
                         [](const auto& test) { return test.param.file; });

}  // namespace
}  // namespace gradgrind

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  for (int i = 1; i < argc; ++i)
    gradgrind::update = gradgrind::update || argv[i] == std::string("--update");
  return RUN_ALL_TESTS();
}

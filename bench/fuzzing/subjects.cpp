#include "bench/fuzzing/subjects.h"

#include <ATen/ops/exp.h>
#include <ATen/ops/from_blob.h>
#include <torch/csrc/api/include/torch/serialize.h>

#include <array>
#include <utility>
#include <vector>

#include "fuzz/support/error_cost.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/loader.h"
#include "loaders/csv.h"
#include "loaders/safetensors.h"
#include "properties/global_state.h"
#include "tests/fuzz/planted/loaders.h"

namespace bench {
namespace {

namespace gg = gradgrind;
using gg::fuzz::Bytes;

// A target of one function, which throws where something is wrong.
class Function : public gg::fuzz::Target {
 public:
  Function(std::string name, void (*judged)(Bytes)) : name_(std::move(name)), judged_(judged) {}

  const std::string& name() const override { return name_; }
  void start() override {
    guard_ = std::make_unique<gg::GlobalStateGuard>();
    gg::fuzz::set_error_cost();
  }
  std::optional<gg::fuzz::Failure> run(Bytes input) override {
    const gg::fuzz::OperatorCoverage coverage;
    try {
      judged_(input);
      return std::nullopt;
    } catch (const std::exception& error) {
      return gg::fuzz::Failure{"wrong", name_, error.what()};
    }
  }
  gg::fuzz::Explanation explain(Bytes) override { return {name_, name_}; }

 private:
  std::string name_;
  void (*judged_)(Bytes);
  std::unique_ptr<gg::GlobalStateGuard> guard_;
};

// LibTorch's own code, of which an engine sees nothing but what it says.
void unpickle(Bytes input) {
  try {
    torch::pickle_load(std::vector<char>(input.begin(), input.end()));
  } catch (const c10::Error& error) {
    gg::fuzz::note_exception("c10::Error", error.what_without_backtrace());
  } catch (const std::exception& error) {
    gg::fuzz::note_exception("std::exception", error.what());
  }
}

// Overflows where 24 terms between -4 and 4 sum to 89 and more.
void sum_up(Bytes input) {
  constexpr std::size_t kTerms = 24;
  std::array<float, kTerms> terms{};
  for (std::size_t i = 0; i < kTerms && i < input.size(); ++i) {
    terms[i] = static_cast<float>(static_cast<signed char>(input[i])) / 32;
  }
  const at::Tensor sum = at::exp(at::from_blob(terms.data(), {kTerms}, at::kFloat).sum());
  if (sum.item<float>() > 3e38F) throw std::runtime_error("the sum overflows");
}

std::unique_ptr<gg::fuzz::Target> sound(const std::string& name) {
  if (name == "csv") {
    return gg::fuzz::make_target(
        gg::loader("csv")
            .format(gg::formats::csv())
            .memory([](std::string_view text) { return examples::load_csv(text); })
            .throws<examples::CsvError>());
  }
  if (name == "safetensors") {
    return gg::fuzz::make_target(
        gg::loader("safetensors")
            .format(gg::formats::safetensors())
            .memory([](std::string_view bytes) { return examples::load_safetensors(bytes); })
            .throws<examples::SafetensorsError>());
  }
  for (const planted::PlantedLoader& loader : planted::sound_loaders()) {
    if (loader.loader.data().format->name() == name) {
      return gg::fuzz::make_target(loader.loader);
    }
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<gg::fuzz::Target> target_of(const std::string& name) {
  if (name == "unpickler") return std::make_unique<Function>(name, unpickle);
  if (name == "sum") return std::make_unique<Function>(name, sum_up);
  for (const planted::PlantedLoader& planted : planted::planted_loaders()) {
    if (planted.name == name) return gg::fuzz::make_target(planted.loader);
  }
  return sound(name);
}

}  // namespace bench

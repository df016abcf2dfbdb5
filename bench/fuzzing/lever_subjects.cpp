#include "bench/fuzzing/lever_subjects.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/matrix_power.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <utility>
#include <vector>

#include "fuzz/support/error_cost.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/loader.h"
#include "properties/global_state.h"
#include "tests/fuzz/planted/files.h"

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

// cheap_errors, what it costs: each input ends in an error.
void refuse(Bytes) {
  try {
    at::zeros({2}).expand({3});
  } catch (const c10::Error& error) {
    gg::fuzz::note_exception("c10::Error", error.what_without_backtrace());
  }
}

constexpr std::size_t kPlaces = 24;
constexpr std::int64_t kHitsToFail = 4;

// 0 where the byte is the one of its place, which differs from place to place. No branch and no
// comparison, which an engine would see.
float miss(Bytes input, std::size_t place) {
  const auto byte = static_cast<unsigned char>(input[place]);
  return static_cast<float>((byte + 37U * static_cast<unsigned>(place) + 11U) & 255U);
}

std::int64_t hits(Bytes input) {
  std::array<float, kPlaces> misses;
  misses.fill(1);
  for (std::size_t i = 0; i < kPlaces && i < input.size(); ++i) misses[i] = miss(input, i);
  const at::Tensor all = at::from_blob(misses.data(), {kPlaces}, at::kFloat);
  return all.eq(0).sum().item<std::int64_t>();
}

// operators: the number of hits shows in how many products LibTorch takes, and nowhere else.
void raise_to_power(Bytes input) {
  const std::int64_t count = hits(input);
  at::matrix_power(at::ones({1, 1}), std::int64_t{1} << count);
  if (count >= kHitsToFail) throw std::runtime_error("the power is too high");
}

// values: it shows in the size of a number between two operators.
void grow_number(Bytes input) {
  const std::int64_t count = hits(input);
  at::full({1}, std::ldexp(1.0, static_cast<int>(8 * count))).neg();
  if (count >= kHitsToFail) throw std::runtime_error("the number is too large");
}

// exceptions, cheap_errors: it shows in what LibTorch's error says, which each input ends in.
void mistake_type(Bytes input) {
  constexpr std::array<at::ScalarType, kPlaces + 1> kTypes = {
      at::kFloat, at::kDouble, at::kHalf, at::kLong, at::kInt, at::kShort, at::kByte, at::kChar};
  const std::int64_t count = hits(input);
  try {
    at::zeros({1}, kTypes[static_cast<std::size_t>(count)]).data_ptr<bool>();
  } catch (const c10::Error& error) {
    gg::fuzz::note_exception("c10::Error", error.what_without_backtrace());
  }
  if (count >= kHitsToFail) throw std::runtime_error("the type is none of the first");
}

// results: it shows in the size of what comes back.
void grow_result(Bytes input) {
  const std::int64_t count = hits(input);
  gg::fuzz::note_result(at::zeros({std::int64_t{1} << count}));
  if (count >= kHitsToFail) throw std::runtime_error("the result is too large");
}

// allocations: it shows in what a loader asks for, and gives away again, whatever the file is.
at::Tensor load_growing(std::string_view bytes) {
  constexpr std::int64_t kLeast = 4096;
  at::empty({kLeast << 3 * hits(bytes)});
  return at::zeros({0});
}

gg::Loader growing() {
  gg::Loader loader = gg::loader("growing")
                          .format(gg::formats::raw(planted::kRawColumns))
                          .memory(load_growing)
                          .values_are_its_own();
  for (const gg::DamageClass& damage : gg::damage_classes()) {
    loader = loader.tolerates(damage.name, "it reads nothing of the file");
  }
  return loader;
}

// hostile_memory: the last elements are never written, and there is nothing to compare them with.
gg::Loader unwritten() {
  return gg::loader("unwritten")
      .format(gg::formats::raw(planted::kRawColumns))
      .memory([](std::string_view bytes) {
        return planted::read_raw(bytes, planted::Fault::forgets_the_rest);
      })
      .throws<planted::FileError>()
      .values_are_its_own();
}

}  // namespace

std::unique_ptr<gg::fuzz::Target> lever_target_of(const std::string& name) {
  if (name == "type") return std::make_unique<Function>(name, mistake_type);
  if (name == "refused") return std::make_unique<Function>(name, refuse);
  if (name == "number") return std::make_unique<Function>(name, grow_number);
  if (name == "power") return std::make_unique<Function>(name, raise_to_power);
  if (name == "sizes") return std::make_unique<Function>(name, grow_result);
  if (name == "growing") return gg::fuzz::make_target(growing());
  if (name == "unwritten") return gg::fuzz::make_target(unwritten());
  return nullptr;
}

}  // namespace bench

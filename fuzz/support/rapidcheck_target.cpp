// A RapidCheck property as a target.
#include <string>
#include <utility>

#include "fuzz/support/error_cost.h"
#include "fuzz/support/message_shape.h"
#include "fuzz/support/rapidcheck_draws.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/rapidcheck.h"
#include "gradgrind/generators/source.h"
#include "properties/global_state.h"

namespace gradgrind::fuzz {
namespace {

using rc::detail::CaseDescription;
using rc::detail::CaseResult;
using ShrinkableCase = rc::Shrinkable<CaseDescription>;

constexpr int kMostShrinkRuns = 20000;
constexpr int kSeeds = 4;
constexpr std::size_t kSeedBytes = 64;

bool fails(const CaseDescription& description) {
  return description.result.type == CaseResult::Type::Failure;
}

std::string words_of(const CaseDescription& description) {
  std::string text;
  for (const auto& [type, value] : description.example()) text += type + ":\n" + value + "\n";
  return text;
}

class RapidCheckTarget final : public Target {
 public:
  explicit RapidCheckTarget(RapidCheckProperty property) : property_(std::move(property)) {}

  const std::string& name() const override { return property_.name; }

  void start() override {
    guard_ = std::make_unique<GlobalStateGuard>();
    set_error_cost();
  }

  std::optional<Failure> run(Bytes input) override {
    RapidCheckDraws draws(input);
    const RapidCheckDrawsGuard guard(draws);
    const OperatorCoverage coverage;
    const CaseDescription description = generated().value();
    if (!fails(description)) return std::nullopt;
    return failure(description, name() + " does not hold");
  }

  Explanation explain(Bytes input) override {
    RapidCheckDraws draws(input);
    const RapidCheckDrawsGuard guard(draws);
    ShrinkableCase smallest = generated();
    CaseDescription description = smallest.value();
    if (!fails(description)) {
      return {"a case of " + name(), name() + " holds for\n" + words_of(description)};
    }
    int runs = 0;
    int steps = 0;
    for (rc::Seq<ShrinkableCase> smaller = smallest.shrinks(); runs < kMostShrinkRuns; ++runs) {
      const rc::Maybe<ShrinkableCase> candidate = smaller.next();
      if (!candidate) break;
      CaseDescription other = candidate->value();
      if (!fails(other)) continue;
      description = std::move(other);
      smallest = *candidate;
      smaller = smallest.shrinks();
      ++steps;
    }
    const std::string shrunk = std::to_string(steps) + " steps of RapidCheck's shrinker";
    return {"a case of " + name() + " after " + shrunk,
            failure(description, name() + " does not hold, after " + shrunk).report};
  }

  std::vector<Seed> seeds() override {
    std::vector<Seed> list;
    for (std::uint64_t i = 0; i < kSeeds; ++i) {
      RandomSource source(i);
      std::string bytes;
      for (std::size_t size = kSeedBytes << i; bytes.size() < size;) {
        bytes += static_cast<char>(source.below(256));
      }
      list.push_back({"draws_" + std::to_string(i), bytes});
    }
    return list;
  }

 private:
  // The same within one input, however often.
  ShrinkableCase generated() const { return property_.property(rc::Random(), rc::kNominalSize); }

  Failure failure(const CaseDescription& description, const std::string& title) const {
    Failure result;
    result.verdict = "does not hold";
    result.signature = name() + ": " + shape_of_message(description.result.description);
    result.report = title + ":\n\n" + words_of(description) + "\n" +
                    description.result.description + "\nsignature: " + result.signature;
    return result;
  }

  RapidCheckProperty property_;
  std::unique_ptr<GlobalStateGuard> guard_;
};

}  // namespace

std::unique_ptr<Target> make_target(const RapidCheckProperty& property) {
  return std::make_unique<RapidCheckTarget>(property);
}

}  // namespace gradgrind::fuzz

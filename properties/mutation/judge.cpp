#include "properties/mutation/judge.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <exception>
#include <list>

#include "gradgrind/generators/error.h"
#include "properties/exceptions.h"

namespace gradgrind {
namespace {

using Clock = std::chrono::steady_clock;

// A property under way.
struct Judge {
  const PlannedProperty* planned;
  CaseOrder order;
  int cases = 0;
  std::string message;

  explicit Judge(const PlannedProperty& given)
      : planned(&given), order(given.plan, given.property.quantifier, std::nullopt) {}

  enum class Next { goes_on, is_done, has_failed };
  Next step(Runner& runner);

 private:
  // A claim that one case proves fails when none of enough cases does.
  Next after_the_last() const {
    const bool needs_proof = planned->property.quantifier == Quantifier::some;
    const auto least = std::min<std::uint64_t>(kLeastRefuting, planned->plan.size());
    const bool is_refuted = needs_proof && cases > 0 && static_cast<std::uint64_t>(cases) >= least;
    return is_refuted ? Next::has_failed : Next::is_done;
  }
};

Judge::Next Judge::step(Runner& runner) {
  const auto next = order.next();
  if (!next.has_value()) return after_the_last();
  Verdict verdict;
  try {
    verdict = runner.judge(planned->property, next->second.content);
  } catch (const UsageError& error) {
    // What the contract says and the subject does no longer fit together.
    message = error.what();
    ++cases;
    return Next::has_failed;
  }
  if (verdict.outcome == Outcome::not_applicable) return Next::is_done;
  if (verdict.outcome == Outcome::discarded) return Next::goes_on;
  ++cases;
  if (verdict.is_failure()) message = verdict.evidence.message;
  if (planned->property.quantifier == Quantifier::some) {
    return verdict.is_failure() ? Next::goes_on : Next::is_done;
  }
  return verdict.is_failure() ? Next::has_failed : Next::goes_on;
}

// Of few cases a fraction is next to none, and the first ones are the smallest there are.
constexpr int kFewestCases = 6;

Property with_enough_cases(Property property, double scale) {
  const double fewest = std::min(property.cases, kFewestCases);
  property.cases = std::max(property.cases, static_cast<int>(std::ceil(fewest / scale)));
  return property;
}

}  // namespace

std::vector<PlannedProperty> planned(const Contract& contract, const Suite& suite,
                                     const Settings& settings) {
  Suite by_cost = suite;
  std::stable_sort(by_cost.begin(), by_cost.end(),
                   [](const Property& a, const Property& b) { return a.cost < b.cost; });
  std::vector<PlannedProperty> list;
  for (const Property& property : by_cost) {
    if (property.ruled_out != nullptr && !property.ruled_out(contract).empty()) continue;
    if (exception_for(contract, property) != nullptr) continue;
    const Property judged = with_enough_cases(property, settings.scale);
    list.push_back({judged, CasePlan(contract, judged, settings)});
  }
  return list;
}

Judgement judge_suite(Runner& runner, const std::vector<PlannedProperty>& suite,
                      const JudgeOptions& options) {
  const auto start = Clock::now();
  const auto is_out_of_time = [&] {
    const std::chrono::duration<double> spent = Clock::now() - start;
    return options.most_seconds > 0 && spent.count() > options.most_seconds;
  };
  Judgement judgement;
  std::list<Judge> judges;
  for (const PlannedProperty& planned : suite) judges.emplace_back(planned);
  while (!judges.empty()) {
    for (auto judge = judges.begin(); judge != judges.end();) {
      if (is_out_of_time()) {
        judgement.is_out_of_time = true;
        return judgement;
      }
      const std::string& name = judge->planned->property.name;
      if (options.announce != nullptr) options.announce(name);
      const Judge::Next next = judge->step(runner);
      if (next == Judge::Next::goes_on) {
        ++judge;
        continue;
      }
      if (judge->cases > 0) judgement.judged.push_back(name);
      if (next == Judge::Next::has_failed) {
        judgement.failures.push_back({name, judge->cases, judge->message});
        if (options.stop_at_first_failure) return judgement;
      }
      judge = judges.erase(judge);
    }
  }
  return judgement;
}

}  // namespace gradgrind

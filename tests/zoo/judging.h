// What the default suite says of a pair.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/properties/check.h"
#include "tests/zoo/zoo.h"

namespace zoo {

/// A property that fails for a faulty contract.
struct Catch {
  std::string property;
  int cases = 0;  ///< Judged or discarded, with the one that fails.
};

/// What came of one pair.
struct Judged {
  std::vector<Catch> catches;         ///< Of the faulty contract; fewest cases first.
  std::vector<std::string> alarms;    ///< Reports of findings in the sound one.
  std::vector<std::string> problems;  ///< Why a contract could not be judged.
};

/// Settings for judging: those of the environment, stopping at the first finding of a property,
/// with no time limit. Stored findings of former runs are never looked at.
gradgrind::Settings judging_settings();

/// Checks both contracts with their whole suites.
Judged judge(const Pair& pair, const gradgrind::Settings& settings);

/// Checks the sound contract alone, without properties that cost more than `cost` forwards a case;
/// 0: with all of them.
Judged judge_sound(const Pair& pair, const gradgrind::Settings& settings, double cost);

/// The cases of `property` until it fails for the faulty contract; 0 where it does not.
int cases_until_caught(const Pair& pair, const std::string& property,
                       const gradgrind::Settings& settings);

}  // namespace zoo

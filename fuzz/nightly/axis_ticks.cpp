#include "fuzz/nightly/axis_ticks.h"

#include <fmt/format.h>

#include <cmath>

#include "fuzz/nightly/plain_text.h"

namespace gradgrind::nightly {
namespace {

/// The least of 1, 2, 5, 10, 20, 50 ... that is at least `least`.
double round_step(double least) {
  for (double power = 1;; power *= 10) {
    for (const double digit : {1, 2, 5}) {
      if (digit * power >= least) return digit * power;
    }
  }
}

struct TimeStep {
  double seconds;
  double unit;  ///< In seconds.
  const char* unit_name;
};

constexpr double kMinute = 60, kHour = 3600, kDay = 86400;
constexpr TimeStep kTimeSteps[] = {
    {1, 1, "s"},
    {2, 1, "s"},
    {5, 1, "s"},
    {10, 1, "s"},
    {15, 1, "s"},
    {30, 1, "s"},
    {kMinute, kMinute, "min"},
    {2 * kMinute, kMinute, "min"},
    {5 * kMinute, kMinute, "min"},
    {10 * kMinute, kMinute, "min"},
    {15 * kMinute, kMinute, "min"},
    {30 * kMinute, kMinute, "min"},
    {kHour, kHour, "h"},
    {2 * kHour, kHour, "h"},
    {4 * kHour, kHour, "h"},
    {8 * kHour, kHour, "h"},
    {12 * kHour, kHour, "h"},
    {kDay, kDay, "d"},
};

TimeStep time_step(double seconds, int steps) {
  for (const TimeStep& step : kTimeSteps) {
    if (step.seconds * steps >= seconds) return step;
  }
  return {round_step(seconds / steps / kDay) * kDay, kDay, "d"};
}

}  // namespace

std::vector<Tick> count_ticks(double most, int steps) {
  const double step = round_step(most / steps);
  std::vector<Tick> ticks;
  for (double value = 0; ticks.size() < 2 || ticks.back().value < most; value += step) {
    ticks.push_back({value, short_number(value)});
  }
  return ticks;
}

std::vector<Tick> time_ticks(double seconds, int steps) {
  const TimeStep step = time_step(seconds, steps);
  std::vector<Tick> ticks = {{0, "0"}};
  for (double value = step.seconds; value <= seconds * 1.0001; value += step.seconds) {
    ticks.push_back({value, fmt::format("{:.0f} {}", value / step.unit, step.unit_name)});
  }
  return ticks;
}

std::string short_number(double number) {
  constexpr const char* kSuffixes[] = {"k", "M", "G", "T"};
  if (number < 10000) return grouped(std::llround(number));
  for (const char* const suffix : kSuffixes) {
    number /= 1000;
    if (number < 9.95) return fmt::format("{:.1f}{}", number, suffix);
    if (number < 999.5) return fmt::format("{:.0f}{}", number, suffix);
  }
  return fmt::format("{:.1e}", number * 1e12);
}

}  // namespace gradgrind::nightly

// Times that are compared with one another: taken in turns within one run.
#pragma once

#include <functional>
#include <vector>

namespace bench {

/// Wall clock.
double seconds_of(const std::function<void()>& run);

/// Processor time of this process and of the children that ended meanwhile: what other programs do
/// to a busy machine is left out.
double cpu_seconds_of(const std::function<void()>& run);

double median(std::vector<double> values);

/// The median processor time of each of `runs` in seconds, over `rounds` rounds in which they take
/// turns, so that a busy machine slows all alike. One round before them warms up.
std::vector<double> medians_in_turns(int rounds, const std::vector<std::function<void()>>& runs);

}  // namespace bench

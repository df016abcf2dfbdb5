// What a count of rare events says about their rate.
#pragma once

#include <cstdint>

namespace bench {

/// The largest rate that is compatible with `events` in `runs` independent ones at 95 %: the upper
/// end of the one-sided interval of Clopper and Pearson (1934). Without events it is near 3 / runs,
/// the rule of three. 0 <= events <= runs, 1 <= runs.
double upper_bound_95(std::int64_t events, std::int64_t runs);

}  // namespace bench

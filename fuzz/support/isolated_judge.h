// Judging a file in a process of its own.
#pragma once

#include <optional>

#include "fuzz/support/loader_judge.h"
#include "properties/worker.h"

namespace gradgrind::fuzz {

/// Address space that the code under test may take beyond the start of its process.
constexpr double kMemoryGb = 4;

/// The finding of a file thoroughly judged in a child; a death or a hang is one.
std::optional<LoaderFinding> judge_in_child(const LoaderJudge& judge, const TestedFile& file,
                                            Way way);

/// The finding of a child that died over a file.
LoaderFinding death_finding(const Loader& loader, const TestedFile& file, Way way,
                            const Reply& reply);

}  // namespace gradgrind::fuzz

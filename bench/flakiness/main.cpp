// How often the default suite cries wolf: runs of it over correct code under fresh seeds, the false
// alarms among them, and an upper bound on their rate.
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "bench/flakiness/confidence.h"
#include "bench/flakiness/subjects.h"
#include "bench/support/measure.h"
#include "bench/support/rows.h"
#include "gradgrind/gradgrind.h"
#include "tests/generators/file_folder.h"

namespace gg = gradgrind;

namespace {

struct Options {
  std::int64_t passes = 3;  ///< Runs of each subject.
  double scale = 0.1;       ///< Of the usual cases.
  std::uint64_t seed = 1;   ///< Of the first pass; each further one has the next.
};

/// Takes the options out of the arguments and leaves the rest.
Options options_among(int& count, char** arguments) {
  Options options;
  int kept = 1;
  for (int i = 1; i < count; ++i) {
    const auto is = [&](const char* flag) {
      return i + 1 < count && std::strcmp(arguments[i], flag) == 0;
    };
    if (is("--passes")) {
      options.passes = std::atoll(arguments[++i]);
    } else if (is("--scale")) {
      options.scale = std::atof(arguments[++i]);
    } else if (is("--seed")) {
      options.seed = std::strtoull(arguments[++i], nullptr, 10);
    } else {
      arguments[kept++] = arguments[i];
    }
  }
  count = kept;
  return options;
}

/// What came of the runs of one group.
struct Tally {
  std::int64_t runs = 0;
  std::int64_t with_alarms = 0;  ///< Runs in which at least one property failed.
  std::int64_t properties = 0;   ///< Judged, over all runs.
  std::int64_t cases = 0;
  double seconds = 0;  ///< Of processor time.
};

/// One run: the default suite over one subject under one seed. An error in judging counts as an
/// alarm too.
void run(const gg::Contract& contract, const Options& options, std::uint64_t seed, Tally& tally) {
  const gg::FileFolder folder;
  gg::Settings settings;
  settings.folder = folder.path();
  settings.seconds = 0;
  settings.scale = options.scale;
  settings.seed = seed;
  settings.progress = false;
  gg::CheckResult checked;
  tally.seconds += bench::cpu_seconds_of(
      [&] { checked = gg::check_all(contract, gg::suite_of(contract), settings); });

  std::vector<std::string> alarms = checked.problems;
  for (const gg::PropertyResult& result : checked.properties) {
    tally.properties += result.cases > 0 ? 1 : 0;
    tally.cases += result.cases;
    if (!result.error.empty()) alarms.push_back(result.property + ": " + result.error);
    for (const gg::Finding& finding : result.findings) alarms.push_back(finding.report);
  }
  ++tally.runs;
  tally.with_alarms += alarms.empty() ? 0 : 1;
  for (const std::string& alarm : alarms) {
    fmt::print("\nALARM in {} under seed {}:\n{}\n", contract.name(), seed, alarm);
  }
}

void report(bench::Rows& rows, const std::string& prefix, const Tally& tally) {
  rows.add(prefix + "suite runs", static_cast<double>(tally.runs), "");
  rows.at_most(0, prefix + "runs with a false alarm", static_cast<double>(tally.with_alarms), "");
}

}  // namespace

int main(int count, char** arguments) {
  const Options options = options_among(count, arguments);
  bench::Rows rows(count, arguments);
  Tally total;
  for (const bench::Group& group : bench::correct_code()) {
    Tally tally;
    for (const gg::Contract& contract : group.contracts) {
      for (std::int64_t pass = 0; pass < options.passes; ++pass) {
        run(contract, options, options.seed + static_cast<std::uint64_t>(pass), tally);
      }
    }
    report(rows, fmt::format("flakiness, {}: ", group.name), tally);
    total.runs += tally.runs;
    total.with_alarms += tally.with_alarms;
    total.properties += tally.properties;
    total.cases += tally.cases;
    total.seconds += tally.seconds;
  }
  report(rows, "flakiness: ", total);
  rows.add("flakiness: properties judged", static_cast<double>(total.properties), "");
  rows.add("flakiness: cases judged", static_cast<double>(total.cases), "");
  rows.at_most(0.003, "flakiness: alarms a run, at most (95 %)",
               bench::upper_bound_95(total.with_alarms, total.runs), "");
  // Ten minutes on two cores, once all cases are run.
  rows.at_most(1200, fmt::format("flakiness: one pass at {:g} of the cases", options.scale),
               total.seconds / static_cast<double>(options.passes), "s of processor time");
  return rows.finish();
}

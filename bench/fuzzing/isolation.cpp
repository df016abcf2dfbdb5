// What `isolate` gains: a fuzzer that dies at its first finding is started again, until its time is
// over, on the corpus that it leaves; one whose inputs run in a warm child goes on.
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "bench/support/measure.h"

namespace bench {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeeds = 3;
constexpr char kOn[] = "--gradgrind_lever_isolate=on";

// The folders of one campaign of many starts.
struct Folders {
  explicit Folders(const std::string& name)
      : all(fs::temp_directory_path() / ("gradgrind_bench_" + name)) {
    fs::remove_all(all);
    for (const char* const part : {"corpus", "died"}) fs::create_directories(all / part);
  }
  ~Folders() { fs::remove_all(all); }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  std::string operator/(const char* part) const { return (all / part).string(); }

  fs::path all;
};

Campaign storm(const FuzzingOptions& options, const Folders& folders, unsigned seed, int seconds) {
  Campaign campaign = fuzzer(options.storm(), "storm", seed, seconds);
  campaign.flags.push_back("--gradgrind_night=" + folders / "night");
  campaign.flags.push_back("-artifact_prefix=" + folders / "died/");
  campaign.flags.push_back(folders / "corpus");
  return campaign;
}

// Sites at which the reader died; a finding of another kind is none.
std::size_t sites(const Folders& folders) {
  std::set<std::string> signatures;
  for (const fs::directory_entry& entry : fs::directory_iterator(folders / "night/findings")) {
    std::ifstream file(entry.path() / "finding.json");
    const std::string signature = nlohmann::json::parse(file).at("signature");
    if (signature.find("site<") != std::string::npos) signatures.insert(signature);
  }
  return signatures.size();
}

// Starts the fuzzer until its time is over: what it dies of ends a start, now and then with
// isolation too, where an input dies in the fuzzer's process and not in the child.
void run_for_long(const FuzzingOptions& options, const Folders& folders, unsigned seed,
                  bool isolates) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(options.storm_seconds);
  for (unsigned start = 0; Clock::now() < end; ++start) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(end - Clock::now());
    Campaign campaign =
        storm(options, folders, 1000 * seed + start, static_cast<int>(left.count()));
    if (isolates) campaign.flags.emplace_back(kOn);
    run(campaign);
  }
}

std::size_t sites_with_isolation(const FuzzingOptions& options, unsigned seed) {
  const Folders folders(fmt::format("storm_on_{}", seed));
  run_for_long(options, folders, seed, true);
  return sites(folders);
}

std::size_t sites_without(const FuzzingOptions& options, unsigned seed) {
  const Folders folders(fmt::format("storm_off_{}", seed));
  run_for_long(options, folders, seed, false);
  // What each input dies of, and no more, is told by running it again in a child.
  // The engine wants one input that runs in its own process.
  std::ofstream(folders / "died/file") << "no IDX file";
  Campaign naming = fuzzer(options.storm(), "storm", seed, 0);
  naming.flags.push_back("--gradgrind_night=" + folders / "night");
  naming.flags.emplace_back(kOn);
  naming.flags.emplace_back("-runs=0");
  naming.flags.push_back(folders / "died");
  run(naming);
  return sites(folders);
}

}  // namespace

void measure_isolation(const FuzzingOptions& options, Rows& rows) {
  std::vector<double> with(kSeeds);
  std::vector<double> without(kSeeds);
  two_at_a_time(2 * kSeeds, [&](std::size_t i) {
    const auto seed = static_cast<unsigned>(i / 2);
    if (i % 2 == 0) {
      with[seed] = static_cast<double>(sites_with_isolation(options, seed + 1));
    } else {
      without[seed] = static_cast<double>(sites_without(options, seed + 1));
    }
  });
  const std::string of = fmt::format("of 20 sites in {} s", options.storm_seconds);
  rows.add("isolate: deaths told apart, on, " + of, median(with), "sites");
  rows.add("isolate: deaths told apart, off, " + of, median(without), "sites");
}

}  // namespace bench

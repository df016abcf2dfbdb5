// What a fuzzer of Gradgrind's does in a second, what its levers cost and gain, and how soon it
// meets planted bugs, beside a harness written by hand and stock RapidCheck.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "bench/fuzzing/parts.h"

namespace {

// Takes the options out of the arguments; the rest is for the rows.
bench::FuzzingOptions options_among(int& count, char** arguments, std::set<std::string>& parts) {
  bench::FuzzingOptions options;
  int kept = 1;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (word == "--long") {
      options.seconds = 300;
      options.class_seconds = 60;
      options.runs = 1000000;
    } else if (word == "--quick") {
      options.seconds = 5;
      options.class_seconds = 3;
      options.lever_seconds = 3;
      options.storm_seconds = 10;
      options.runs = 50000;
      options.seeds = 3;
    } else if (word == "--lever" && i + 1 < count) {
      options.lever = arguments[++i];
      parts.insert("levers");
    } else if (word == "speed" || word == "levers" || word == "scoreboard" || word == "classes") {
      parts.insert(word);
    } else {
      arguments[kept++] = arguments[i];
    }
  }
  count = kept;
  options.folder = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
  return options;
}

}  // namespace

int main(int count, char** arguments) {
  std::set<std::string> parts;
  const bench::FuzzingOptions options = options_among(count, arguments, parts);
  const std::vector<std::string> levers = bench::lever_names();
  if (!options.lever.empty() &&
      std::find(levers.begin(), levers.end(), options.lever) == levers.end()) {
    fmt::print(stderr, "no lever is called {}; there are {}\n", options.lever,
               fmt::join(levers, ", "));
    return 2;
  }
  bench::Rows rows(count, arguments);
  const auto is_wanted = [&](const char* part) { return parts.empty() || parts.count(part) > 0; };
  if (is_wanted("speed")) bench::measure_speed(options, rows);
  if (is_wanted("levers")) bench::measure_levers(options, rows);
  if (is_wanted("scoreboard")) bench::measure_scoreboard(options, rows);
  if (is_wanted("classes")) bench::measure_classes(options, rows);
  return rows.finish();
}

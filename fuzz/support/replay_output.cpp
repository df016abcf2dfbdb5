#include "fuzz/support/replay_output.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "fuzz/support/shrink_input.h"
#include "generators/file_io.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::fuzz {
namespace {

// Answers for programs, kept apart from whatever the code under test prints.
class Answers {
 public:
  explicit Answers(const std::string& path) {
    if (!path.empty()) file_.open(path);
    if (!path.empty() && !file_) throw UsageError("--answers=" + path + ": cannot be written");
  }
  bool are_wanted() const { return file_.is_open(); }
  void add(const nlohmann::json& value) {
    file_ << value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << std::endl;
  }

 private:
  std::ofstream file_;
};

nlohmann::json json_of(const std::string& path, const Failure& failure) {
  return {{"input", path},
          {"fails", true},
          {"verdict", failure.verdict},
          {"signature", failure.signature},
          {"report", failure.report}};
}

// A token as libFuzzer's dictionaries have it.
std::string quoted(const std::string& token) {
  std::string text;
  for (const char letter : token) {
    char part[5];
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain = byte >= ' ' && byte <= '~' && letter != '"' && letter != '\\';
    std::snprintf(part, sizeof(part), is_plain ? "%c" : "\\x%02x", byte);
    text += part;
  }
  return '"' + text + '"';
}

}  // namespace

int print_replay(const std::string& target, const ReplayResult& result,
                 const std::vector<KnownFinding>& known, const std::string& answers) {
  Answers written(answers);
  std::vector<std::string> failing;
  int passed_by = 0;
  for (const auto& [path, reason] : result.unreadable) {
    failing.push_back(path);
    if (written.are_wanted()) {
      written.add(
          {{"input", path}, {"fails", true}, {"verdict", "unreadable"}, {"report", reason}});
    } else {
      std::printf("FAILS %s\n%s\n\n", path.c_str(), reason.c_str());
    }
  }
  for (const auto& [path, failure] : result.failures) {
    const KnownFinding* const is_known = find_known(known, failure.signature);
    if (is_known == nullptr) {
      failing.push_back(path);
    } else {
      ++passed_by;
    }
    if (written.are_wanted()) {
      written.add(json_of(path, failure));
    } else if (is_known != nullptr) {
      std::printf("known %s\n%s\n%s\n\n", path.c_str(), failure.signature.c_str(),
                  is_known->reason.c_str());
    } else {
      std::printf("FAILS %s\n%s\n\n", path.c_str(), failure.report.c_str());
    }
  }
  if (!written.are_wanted()) {
    for (const std::string& path : result.missing) std::printf("not there: %s\n", path.c_str());
    const std::string known_text =
        passed_by == 0 ? "" : ", " + std::to_string(passed_by) + " fails as known";
    std::printf("%s: %d inputs, %zu fails%s\n", target.c_str(), result.inputs, failing.size(),
                known_text.c_str());
    for (const std::string& path : failing) std::printf("  %s\n", path.c_str());
  }
  return failing.empty() ? 0 : 1;
}

int print_explanations(Target& target, const std::vector<std::string>& paths,
                       const ReplayOptions& options, const ExplanationOutput& output) {
  const WorkerLimits limits{options.seconds, options.memory_gb};
  Answers written(output.answers);
  for (const std::string& path : paths) {
    const std::string input = read_input(path);
    const std::optional<ShrunkInput> shrunk = shrink_input(target, input, limits);
    const std::string& smallest = shrunk.has_value() ? shrunk->input : input;
    const Explanation said =
        shrunk.has_value() ? shrunk->explanation : explained(target, input, limits);
    if (!output.smallest.empty()) {
      detail::AtomicFile file(output.smallest);
      file.write(smallest.data(), smallest.size());
      file.commit();
    }
    if (written.are_wanted()) {
      nlohmann::json line = {{"input", path}, {"fails", false}};
      if (shrunk.has_value()) line = json_of(path, shrunk->failure);
      line["report"] = said.report;
      line["summary"] = said.summary;
      line["bytes"] = smallest.size();
      written.add(line);
      continue;
    }
    std::printf("%s\n\n%s\n", path.c_str(), said.report.c_str());
    if (shrunk.has_value()) {
      std::printf("\n%zu bytes of %zu are enough, found in %d runs\nsignature: %s\n",
                  smallest.size(), input.size(), shrunk->runs, shrunk->failure.signature.c_str());
    }
  }
  return 0;
}

void write_seeds(Target& target, const std::string& folder) {
  const std::vector<Seed> seeds = target.seeds();
  if (seeds.empty()) throw UsageError("--write-seeds: the target has no seeds of its own");
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  std::filesystem::create_directories(path);
  for (const Seed& seed : seeds) {
    std::ofstream(path / seed.name, std::ios::binary) << seed.bytes;
  }
  std::string dictionary;
  for (const std::string& token : target.dictionary()) dictionary += quoted(token) + "\n";
  if (!dictionary.empty()) std::ofstream(path.parent_path() / "dictionary.dict") << dictionary;
}

}  // namespace gradgrind::fuzz

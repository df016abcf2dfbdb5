#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "bench/fuzzing/campaign.h"
#include "bench/fuzzing/parts.h"
#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/generators/source.h"

namespace bench {
namespace {

namespace gg = gradgrind;

// Classes that say something about files of the format.
std::set<std::string> classes_of(const gg::Format& format) {
  constexpr std::uint64_t kFiles = 200;
  std::set<std::string> names;
  for (std::uint64_t seed = 0; seed < kFiles; ++seed) {
    gg::RandomSource source(seed);
    const gg::Document document = format.generate(source);
    for (const gg::DamageClass& damage : gg::damage_classes()) {
      if (names.count(damage.name) == 0 && !damage.variants(document).empty()) {
        names.insert(damage.name);
      }
    }
  }
  return names;
}

// Those of which the fuzzer judged an input, by the counts that it leaves.
std::set<std::string> exercised(const FuzzingOptions& options, const std::string& planted) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / fmt::format("gradgrind_bench_{}", planted);
  fs::remove_all(folder);
  // LibTorch's own loader dies of damage, in a child or, with another heap, not before: a fuzzer
  // that ends is started again, as in a night.
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(options.class_seconds);
  for (unsigned seed = 1; Clock::now() < end; ++seed) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(end - Clock::now());
    Campaign campaign = fuzzer(options.ours(), planted, seed, static_cast<int>(left.count()));
    campaign.flags.push_back("--gradgrind_night=" + folder.string());
    if (planted == "pt") campaign.flags.emplace_back("--gradgrind_lever_isolate=on");
    run(campaign);
  }
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "status")) {
    std::ifstream file(entry.path());
    const nlohmann::json status = nlohmann::json::parse(file);
    for (const auto& [name, counts] : status.at("damage").items()) names.insert(name);
  }
  fs::remove_all(folder);
  return names;
}

}  // namespace

void measure_classes(const FuzzingOptions& options, Rows& rows) {
  const std::vector<gg::Format> formats = {gg::formats::idx(),          gg::formats::npy(),
                                           gg::formats::npz(),          gg::formats::csv(),
                                           gg::formats::raw(3),         gg::formats::safetensors(),
                                           gg::formats::torch_archive()};
  std::vector<std::set<std::string>> met(formats.size());
  two_at_a_time(formats.size(),
                [&](std::size_t i) { met[i] = exercised(options, formats[i].name()); });
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const std::set<std::string> apply = classes_of(formats[i]);
    std::size_t count = 0;
    for (const std::string& name : apply) {
      if (met[i].count(name) > 0) {
        ++count;
      } else {
        fmt::print("  {}: {} is not exercised\n", formats[i].name(), name);
      }
    }
    rows.at_least(90,
                  fmt::format("{}: of {} classes in {} s", formats[i].name(), apply.size(),
                              options.class_seconds),
                  100 * static_cast<double>(count) / static_cast<double>(apply.size()), "%");
  }
}

}  // namespace bench

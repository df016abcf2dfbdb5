// A loader as a target: files as they are, and tapes.
#include <algorithm>
#include <cstring>
#include <set>
#include <utility>

#include "fuzz/support/engine.h"
#include "fuzz/support/error_cost.h"
#include "fuzz/support/isolated_judge.h"
#include "fuzz/support/night_log.h"
#include "fuzz/support/tape.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/loader.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "properties/global_state.h"

namespace gradgrind::fuzz {
namespace {

constexpr int kSeeds = 12;

class LoaderTarget final : public Target {
 public:
  explicit LoaderTarget(Loader loader) : judge_(std::move(loader)), ways_(judge_.loader().ways()) {}

  const std::string& name() const override { return judge_.loader().name(); }

  void start() override {
    const std::vector<std::string> problems = judge_.loader().problems();
    if (!problems.empty()) throw UsageError(problems);
    guard_ = std::make_unique<GlobalStateGuard>();
    set_error_cost();
  }

  std::optional<Failure> run(Bytes input) override {
    const Tested tested(drawn_files(), input);
    watch_operators();
    const Judged judged = judge_.judge_with_receiver(tested.file, way_of(input), depth_of());
    if (NightLog* const log = night_log()) log->count_damage(tested.file.damage, judged.loaded);
    if (!judged.finding.has_value()) return std::nullopt;
    return failure(*judged.finding);
  }

  Explanation explain(Bytes input) override {
    const Tested tested(drawn_files(), input);
    const std::optional<LoaderFinding> found = judge_in_child(judge_, tested.file, way_of(input));
    if (found.has_value()) return {found->what, found->report()};
    return {tested.file.words(), name() + " treats it as promised: " + tested.file.words()};
  }

  // Of a tape: fewer edits, simpler draws, simpler operands.
  std::string shrink(Bytes input, const FailsAlike& fails_alike) override {
    std::optional<Tape> tape = read_tape(input);
    if (!tape.has_value()) return shrink_bytes(input, fails_alike);
    for (bool is_smaller = true; is_smaller;) {
      is_smaller = false;
      for (const Tape& candidate : smaller(*tape)) {
        if (!fails_alike(written(candidate))) continue;
        tape = candidate;
        is_smaller = true;
        break;
      }
    }
    return written(*tape);
  }

  std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t capacity,
                     unsigned seed) override {
    RandomSource source(seed);
    const Bytes input(reinterpret_cast<const char*>(data), size);
    std::optional<Tape> tape = read_tape(input);
    if (!levers().damage) return mutate_draws(clean(input), data, capacity, seed);
    if (!tape.has_value()) {
      // Files as they are stay files, mostly; the few bytes that an engine starts from are none.
      constexpr std::size_t kFewBytes = 16;
      const std::uint64_t becomes_tape = size < kFewBytes ? 3 : 1;  // in four times
      if (source.below(4) >= becomes_tape) return mutate_bytes(data, size, capacity, seed);
      tape.emplace();
    }
    const std::string changed = written(mutated(std::move(*tape), source.key()));
    if (changed.size() > capacity) return mutate_bytes(data, size, capacity, seed);
    std::memcpy(data, changed.data(), changed.size());
    return changed.size();
  }

  std::vector<Seed> seeds() override {
    std::vector<Seed> list;
    const Format& format = *judge_.loader().data().format;
    std::set<std::string> seen;
    for (std::uint64_t i = 0; i < kSeeds; ++i) {
      RandomSource source(i);
      const std::string bytes = encoded(format.generate(source).fields);
      if (seen.insert(bytes).second) {
        list.push_back({"valid_" + std::to_string(list.size()) + "." + format.name(), bytes});
      }
    }
    // One tape for each class of damage.
    for (std::uint16_t i = 0; i < damage_classes().size(); ++i) {
      Tape tape;
      tape.edits.push_back({0, i, 0});
      tape.draws = std::string("\1\1\1\1\1\1\1\1", 8);
      if (decode(DrawnFile(format, tape.draws), tape).damage != &damage_classes()[i]) continue;
      std::string file = damage_classes()[i].name;
      std::replace(file.begin(), file.end(), ' ', '_');
      list.push_back({file + ".tape", written(tape)});
    }
    return list;
  }

  std::vector<std::string> dictionary() override {
    std::set<std::string> tokens;
    for (std::uint64_t i = 0; i < 2 * kSeeds; ++i) {
      RandomSource source(i);
      for (const Field& field : judge_.loader().data().format->generate(source).fields) {
        const bool says_something = field.role == FieldRole::magic ||
                                    field.role == FieldRole::text ||
                                    field.role == FieldRole::choice;
        if (says_something && !field.bytes.empty()) tokens.insert(field.bytes);
        tokens.insert(field.options.begin(), field.options.end());
      }
    }
    tokens.erase("");
    return {tokens.begin(), tokens.end()};
  }

 private:
  // The file refers to the rest.
  struct Tested {
    std::shared_ptr<const DrawnFile> drawn;
    Decoded decoded;
    TestedFile file;

    Tested(DrawnFiles& files, Bytes input) {
      const std::optional<Tape> tape = levers().damage ? read_tape(input) : clean(input);
      if (!tape.has_value()) {
        file.bytes = std::string(input);
        return;
      }
      drawn = files.file(tape->draws);
      decoded = decode(*drawn, *tape);
      file.undamaged = &drawn->document();
      file.edits = &decoded.edits;
      file.bytes = damaged(*file.undamaged, decoded.edits);
      file.expectation = decoded.expectation;
      if (decoded.damage != nullptr) {
        file.damage = decoded.damage->name;
        file.is_truncation = decoded.damage->is_truncation;
      } else {
        file.damage = decoded.edits.empty() ? "valid file" : "several edits";
      }
    }
    Tested(const Tested&) = delete;
    Tested& operator=(const Tested&) = delete;
  };

  // Of any input a tape without edits: another valid file.
  static Tape clean(Bytes input) {
    std::optional<Tape> tape = read_tape(input);
    return {{}, tape.has_value() ? std::move(tape->draws) : std::string(input)};
  }

  // Changes the draws and leaves a tape, which stands for the same file whatever the levers are.
  static std::size_t mutate_draws(const Tape& tape, std::uint8_t* data, std::size_t capacity,
                                  unsigned seed) {
    const std::string start = written({});
    if (capacity <= start.size()) return mutate_bytes(data, 0, capacity, seed);
    const std::size_t room = capacity - start.size();
    const std::size_t kept = std::min(tape.draws.size(), room);
    std::memcpy(data, start.data(), start.size());
    std::memcpy(data + start.size(), tape.draws.data(), kept);
    return start.size() + mutate_bytes(data + start.size(), kept, room, seed);
  }

  // One coverage for all inputs: to install a hook takes as long as a small loader.
  void watch_operators() {
    if (!levers().operators && !levers().values) {
      coverage_.reset();
    } else if (coverage_.has_value()) {
      coverage_->begin_input();
    } else {
      coverage_.emplace();
    }
  }

  DrawnFiles& drawn_files() {
    if (!files_.has_value()) files_.emplace(*judge_.loader().data().format);
    return *files_;
  }

  // Most inputs on the first way in, which is the quickest; pure in the input.
  Way way_of(Bytes input) const {
    if (ways_.size() == 1) return ways_.front();
    const std::uint64_t word = hash(input);
    return word % 8 == 0 ? ways_[(word / 8) % ways_.size()] : ways_.front();
  }

  Depth depth_of() {
    const int every = levers().hostile_memory;
    return every > 0 && ++runs_ % static_cast<std::uint64_t>(every) == 0 ? Depth::thorough
                                                                         : Depth::once;
  }

  static Failure failure(const LoaderFinding& found) {
    Failure result;
    result.verdict = found.verdict;
    result.signature =
        found.loader + ": " + found.verdict + (found.site.empty() ? "" : " at " + found.site);
    result.report = found.report() + "\nsignature: " + result.signature;
    return result;
  }

  LoaderJudge judge_;
  std::vector<Way> ways_;
  std::optional<DrawnFiles> files_;  // from the first input on
  std::unique_ptr<GlobalStateGuard> guard_;
  std::optional<OperatorCoverage> coverage_;
  std::uint64_t runs_ = 0;
};

}  // namespace

std::unique_ptr<Target> make_target(const Loader& loader) {
  return std::make_unique<LoaderTarget>(loader);
}

}  // namespace gradgrind::fuzz

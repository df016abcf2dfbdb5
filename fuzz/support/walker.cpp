#include "fuzz/support/walker.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "fuzz/support/finding_text.h"
#include "fuzz/support/isolated_judge.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "properties/journal.h"

namespace gradgrind::fuzz {

const char kValidFile[] = "valid file";
const char kStreamFaults[] = "faulty stream";
const char kPaths[] = "path of no file";
const char kReceiver[] = "state after refusal";

namespace {

// Of one class: a death takes a fork, a hang its seconds.
constexpr int kMostDeaths = 40;
constexpr int kMostHangs = 3;

TestedFile valid_file(const Document& document) {
  TestedFile file;
  file.bytes = encoded(document.fields);
  file.expectation = Expectation::loads;
  file.damage = kValidFile;
  file.what = "a valid file";
  file.undamaged = &document;
  return file;
}

TestedFile damaged_file(const DamageClass& damage, const Document& document,
                        const Variant& variant) {
  TestedFile file;
  file.bytes = damaged(document, variant.edits);
  file.expectation = variant.expectation;
  file.damage = damage.name;
  file.what = describe(document, variant.edits);
  file.is_truncation = damage.is_truncation;
  file.undamaged = &document;
  return file;
}

// Files of one class that no other document gave already.
class Gathered {
 public:
  bool is_new(const std::string& bytes) { return seen_.insert(hash(bytes)).second; }

 private:
  std::set<std::uint64_t> seen_;
};

}  // namespace

Walker::Walker(Loader loader, const WalkOptions& options)
    : judge_(std::move(loader)), options_(options) {
  const std::vector<std::string> problems = judge_.loader().problems();
  if (!problems.empty()) throw UsageError(problems);
  Gathered gathered;
  for (std::uint64_t i = 0; documents_.size() < static_cast<std::size_t>(options_.documents) &&
                            i < 20 * static_cast<std::uint64_t>(options_.documents);
       ++i) {
    RandomSource source(mix(options_.seed) + i);
    Document document = judge_.loader().data().format->generate(source);
    if (gathered.is_new(encoded(document.fields))) documents_.push_back(std::move(document));
  }
}

void Walker::add_steps(const TestedFile& file, std::vector<Step>& steps) const {
  for (const Way way : judge_.loader().ways()) steps.push_back({file, way, false});
}

std::vector<Step> Walker::steps_of(const std::string& name) const {
  const LoaderData& data = judge_.loader().data();
  std::vector<Step> steps;
  if (name == kValidFile) {
    for (const Document& document : documents_) add_steps(valid_file(document), steps);
    return steps;
  }
  if (name == kStreamFaults && data.stream != nullptr) {
    for (const Document& document : documents_) {
      TestedFile file = valid_file(document);
      file.damage = name;
      file.what = "a valid file from a stream that gives one byte a read";
      file.one_byte_a_read = true;
      steps.push_back({file, Way::stream, false});
      file.one_byte_a_read = false;
      file.expectation = Expectation::loads_or_refuses;
      for (const std::size_t part : {0, 1, 2, 3}) {
        file.fails_after = static_cast<std::int64_t>(file.bytes.size() * part / 4);
        file.what = "a valid file from a stream that fails after " +
                    std::to_string(file.fails_after) + " of " + std::to_string(file.bytes.size()) +
                    " bytes";
        if (!file.bytes.empty()) steps.push_back({file, Way::stream, false});
      }
    }
    return steps;
  }
  if (name == kPaths && data.file != nullptr) {
    for (const char* path : {"/proc/self/no/such/file", "/proc/self", "", "/dev/null"}) {
      TestedFile file;
      file.damage = name;
      file.what = std::string("the path \"") + path + "\"";
      file.path = std::string(path).empty() ? std::string("/") : path;
      file.expectation = documents_.empty() || documents_[0].find(FieldRole::magic) < 0
                             ? Expectation::survives
                             : Expectation::refuses;
      steps.push_back({file, Way::file, false});
    }
    return steps;
  }
  if (name == kReceiver && data.receiver.has_value()) {
    for (const DamageClass& damage : damage_classes()) {
      for (const Document& document : documents_) {
        for (const Variant& variant : damage.variants(document)) {
          TestedFile file = damaged_file(damage, document, variant);
          file.damage = name;
          steps.push_back({std::move(file), Way::memory, true});
          if (steps.size() % 4 == 0) break;
        }
        if (steps.size() >= static_cast<std::size_t>(options_.variants)) return steps;
      }
    }
    return steps;
  }
  const DamageClass* const damage = find_damage_class(name);
  if (damage == nullptr) return steps;
  std::vector<std::vector<Variant>> variants;
  std::size_t most = 0;
  for (const Document& document : documents_) {
    variants.push_back(damage->variants(document));
    most = std::max(most, variants.back().size());
  }
  Gathered gathered;
  // The first variant of every document, then the second: a limit cuts all alike.
  for (std::size_t i = 0; i < most; ++i) {
    for (std::size_t j = 0; j < documents_.size(); ++j) {
      if (i >= variants[j].size()) continue;
      TestedFile file = damaged_file(*damage, documents_[j], variants[j][i]);
      if (gathered.is_new(file.bytes)) add_steps(file, steps);
      if (steps.size() >= static_cast<std::size_t>(options_.variants)) return steps;
    }
  }
  return steps;
}

std::vector<std::string> Walker::classes() const {
  std::vector<std::string> names = {kValidFile};
  for (const DamageClass& damage : damage_classes()) {
    const bool applies =
        std::any_of(documents_.begin(), documents_.end(),
                    [&](const Document& document) { return !damage.variants(document).empty(); });
    if (applies) names.emplace_back(damage.name);
  }
  const LoaderData& data = judge_.loader().data();
  if (data.stream != nullptr) names.emplace_back(kStreamFaults);
  if (data.file != nullptr) names.emplace_back(kPaths);
  if (data.receiver.has_value()) names.emplace_back(kReceiver);
  return names;
}

Judged Walker::judge(const Step& step) const {
  if (!step.is_for_receiver) return judge_.judge(step.file, step.way, Depth::thorough);
  Judged judged;
  judged.finding = judge_.judge_receiver(step.file);
  return judged;
}

Judged Walker::judge_isolated(const std::vector<Step>& steps, std::size_t position,
                              std::unique_ptr<Worker>& worker) const {
  if (worker == nullptr) {
    worker = std::make_unique<Worker>(
        [&](const std::string& request, const Worker::Tell&) {
          journal_case_begins(0);
          const Judged judged = judge(steps[std::stoul(request)]);
          journal_case_ends();
          return to_text(judged);
        },
        WorkerLimits{judge_.loader().data().seconds, kMemoryGb});
  }
  const Reply reply = worker->request(std::to_string(position));
  if (reply.text.has_value()) return judged_from_text(*reply.text);
  worker = nullptr;
  Judged judged;
  judged.finding = death_finding(judge_.loader(), steps[position].file, steps[position].way, reply);
  return judged;
}

WalkedClass Walker::walk(const std::string& name, std::vector<LoaderFinding>& findings) {
  WalkedClass walked;
  walked.name = name;
  const DamageClass* const damage = find_damage_class(name);
  if (damage != nullptr) walked.number = damage->number;
  if (name == kStreamFaults) walked.number = 59;
  if (name == kPaths) walked.number = 60;
  if (name == kReceiver) walked.number = 63;
  for (const auto& [tolerated, reason] : judge_.loader().data().tolerated) {
    if (tolerated == name) walked.tolerated = reason;
  }
  const std::vector<Step> steps = steps_of(name);
  const bool isolates = options_.isolate && can_isolate();
  std::unique_ptr<Worker> worker;
  std::map<std::tuple<std::string, std::string>, LoaderFinding> smallest;
  int deaths = 0;
  int hangs = 0;
  for (std::size_t i = 0; i < steps.size() && deaths < kMostDeaths && hangs < kMostHangs; ++i) {
    Judged judged = isolates ? judge_isolated(steps, i, worker) : judge(steps[i]);
    deaths += isolates && worker == nullptr ? 1 : 0;
    ++walked.files;
    ++(judged.loaded ? walked.loaded : walked.refused);
    if (!judged.finding.has_value()) continue;
    LoaderFinding& found = *judged.finding;
    if (found.verdict == "hangs") ++hangs;
    found.bytes = steps[i].file.bytes;
    const auto [known, is_new] =
        smallest.emplace(std::make_tuple(found.verdict, found.site), found);
    if (!is_new && found.bytes.size() < known->second.bytes.size()) known->second = found;
  }
  for (auto& [cause, found] : smallest) findings.push_back(std::move(found));
  return walked;
}

}  // namespace gradgrind::fuzz

namespace gradgrind {

WalkResult walk(const Loader& loader, const WalkOptions& options) {
  fuzz::Walker walker(loader, options);
  WalkResult result;
  for (const std::string& name : walker.classes()) {
    result.classes.push_back(walker.walk(name, result.findings));
  }
  return result;
}

}  // namespace gradgrind

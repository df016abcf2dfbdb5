// Takes a loader through classes of damage, in children.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fuzz/support/loader_judge.h"
#include "properties/worker.h"

namespace gradgrind::fuzz {

/// One file on one way.
struct Step {
  TestedFile file;
  Way way = Way::memory;
  bool is_for_receiver = false;
};

class Walker {
 public:
  /// Throws UsageError with the loader's problems.
  Walker(Loader loader, const WalkOptions& options);

  /// Names of the classes that say something about the loader, in the order of the catalogue.
  std::vector<std::string> classes() const;
  /// Tries one class; `findings` grows by one for each cause.
  WalkedClass walk(const std::string& name, std::vector<LoaderFinding>& findings);

 private:
  std::vector<Step> steps_of(const std::string& name) const;
  void add_steps(const TestedFile& file, std::vector<Step>& steps) const;
  /// What a worker answers for a step; none where the process died.
  Judged judge(const Step& step) const;
  Judged judge_isolated(const std::vector<Step>& steps, std::size_t position,
                        std::unique_ptr<Worker>& worker) const;

  LoaderJudge judge_;
  WalkOptions options_;
  std::vector<Document> documents_;
};

/// Classes that are no damage to bytes: name and number in the catalogue.
extern const char kValidFile[];     ///< "valid file"
extern const char kStreamFaults[];  ///< "faulty stream", 59
extern const char kPaths[];         ///< "path of no file", 60
extern const char kReceiver[];      ///< "state after refusal", 63

}  // namespace gradgrind::fuzz

#include "gradgrind/generators/neighbours.h"

#include <chrono>
#include <optional>
#include <unordered_set>
#include <utility>

#include "generators/neighbour_changes.h"
#include "generators/neighbour_nearest.h"
#include "generators/shrinker.h"

namespace gradgrind {
namespace {

using detail::Change;
using detail::ChangeablePart;
using Kind = ChangedPart::Kind;

/// Cases in which everything that does not matter is changed at once.
constexpr int kTogether = 4;
/// Single elements that are changed in one input.
constexpr int kElements = 24;
/// Cases between the failing one and the nearest that holds.
constexpr int kRefinements = 48;
/// Alike changes that bear out that a part does not matter where others say nothing.
constexpr std::size_t kLeastAlike = 3;

class Search {
 public:
  Search(const CaseSpace& space, const Case& failing, const JudgeNeighbour& judge,
         const NeighbourOptions& options)
      : space_(space),
        failing_(failing),
        judge_(judge),
        options_(options),
        nearest_(space, failing, options) {
    seen_.insert(shrinking::digest(failing));
  }

  Neighbourhood run() {
    const std::vector<ChangeablePart> parts = detail::changeable_parts(space_, failing_, options_);
    std::vector<const ChangeablePart*> irrelevant;
    for (const ChangeablePart& part : parts) {
      ChangedPart changed = change(part);
      if (part.kind == Kind::contents && !changed.is_irrelevant()) change_elements(part);
      if (changed.is_irrelevant()) irrelevant.push_back(&part);
      const bool says_something =
          !changed.alike.empty() || !changed.otherwise.empty() || !changed.holding.empty();
      if (says_something) found_.parts.push_back(std::move(changed));
    }
    change_together(irrelevant);
    int refinements = 0;
    nearest_.refine([&](const Case& candidate) {
      if (!found_.is_complete || ++refinements > kRefinements) return false;
      return judge(candidate) == Likeness::holds;
    });
    found_.nearest = nearest_.text();
    return found_;
  }

 private:
  /// Judges `candidate` where it is new and affordable.
  std::optional<Likeness> judge(const Case& candidate) {
    if (seen_.count(shrinking::digest(candidate)) > 0) return std::nullopt;
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
    if (found_.runs >= options_.runs || elapsed.count() >= options_.seconds) {
      found_.is_complete = false;
      return std::nullopt;
    }
    seen_.insert(shrinking::digest(candidate));
    ++found_.runs;
    return judge_(candidate);
  }

  /// Judges the failing case as changed, and offers it as the nearest one where it holds.
  std::optional<Likeness> judge(const ChangeablePart& part, const Change& change) {
    std::optional<Case> candidate = change.apply(failing_);
    if (!candidate) return std::nullopt;
    const std::optional<Likeness> likeness = judge(*candidate);
    if (likeness == Likeness::holds) nearest_.offer(part, *std::move(candidate), change.text);
    return likeness;
  }

  ChangedPart change(const ChangeablePart& part) {
    ChangedPart changed;
    changed.kind = part.kind;
    changed.name = part.name;
    int judged = 0;
    for (const Change& change : part.changes) {
      if (judged == part.wanted || !found_.is_complete) break;
      const std::optional<Likeness> likeness = judge(part, change);
      if (!likeness) continue;
      ++judged;
      note(*likeness, change.text, changed);
    }
    return changed;
  }

  static void note(Likeness likeness, const std::string& text, ChangedPart& changed) {
    switch (likeness) {
      case Likeness::fails_alike:
        return changed.alike.push_back(text);
      case Likeness::fails_otherwise:
        return changed.otherwise.push_back(text);
      case Likeness::holds:
        return changed.holding.push_back(text);
      case Likeness::says_nothing:
        ++changed.silent;
    }
  }

  /// Of single elements the first change that holds is the smallest.
  void change_elements(const ChangeablePart& part) {
    int judged = 0;
    for (const Change& change : detail::element_changes(space_, failing_, part.input)) {
      if (judged == kElements || !found_.is_complete) return;
      const std::optional<Likeness> likeness = judge(part, change);
      if (!likeness) continue;
      ++judged;
      if (*likeness == Likeness::holds) return;
    }
  }

  void change_together(const std::vector<const ChangeablePart*>& parts) {
    if (parts.size() < 2) return;
    for (int round = 0; round < kTogether; ++round) {
      std::optional<Case> changed = failing_;
      for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::vector<Change>& changes = parts[i]->changes;
        const std::size_t choice = (static_cast<std::size_t>(round) * 3 + i) % changes.size();
        // A change may be none to what other parts made of the case.
        if (std::optional<Case> next = changes[choice].apply(*changed)) changed = std::move(next);
      }
      const std::optional<Likeness> likeness = judge(*changed);
      if (!likeness || *likeness == Likeness::says_nothing) continue;
      ++found_.together;
      if (*likeness == Likeness::fails_alike) ++found_.together_alike;
    }
  }

  const CaseSpace& space_;
  const Case& failing_;
  const JudgeNeighbour& judge_;
  const NeighbourOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::unordered_set<std::string> seen_;  // digests
  Neighbourhood found_;
  detail::Nearest nearest_;
};

}  // namespace

bool ChangedPart::is_irrelevant() const {
  return otherwise.empty() && holding.empty() && !alike.empty() &&
         (alike.size() >= kLeastAlike || silent == 0);
}

Neighbourhood explore_neighbours(const CaseSpace& space, const Case& failing,
                                 const JudgeNeighbour& judge, const NeighbourOptions& options) {
  return Search(space, failing, judge, options).run();
}

}  // namespace gradgrind

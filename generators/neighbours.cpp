#include "gradgrind/generators/neighbours.h"

#include <chrono>
#include <optional>
#include <unordered_set>
#include <utility>

#include "generators/neighbour_changes.h"
#include "generators/shrinker.h"

namespace gradgrind {
namespace {

using detail::Change;
using detail::ChangeablePart;
using Kind = ChangedPart::Kind;

/// Cases in which everything that does not matter is changed at once.
constexpr int kTogether = 4;
/// Single elements that are changed in one input.
constexpr int kElements = 12;
/// Alike changes that bear out that a part does not matter where others say nothing.
constexpr std::size_t kLeastAlike = 3;

class Search {
 public:
  Search(const CaseSpace& space, const Case& failing, const JudgeNeighbour& judge,
         const NeighbourOptions& options)
      : space_(space), failing_(failing), judge_(judge), options_(options) {
    seen_.insert(shrinking::digest(failing));
  }

  Neighbourhood run() {
    const std::vector<ChangeablePart> parts = detail::changeable_parts(space_, failing_, options_);
    std::vector<const ChangeablePart*> irrelevant;
    for (const ChangeablePart& part : parts) {
      ChangedPart changed = change(part);
      if (part.kind == Kind::contents && !changed.is_irrelevant()) change_elements(part.input);
      if (changed.is_irrelevant()) irrelevant.push_back(&part);
      const bool says_something =
          !changed.alike.empty() || !changed.otherwise.empty() || !changed.holding.empty();
      if (says_something) found_.parts.push_back(std::move(changed));
    }
    change_together(irrelevant);
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

  std::optional<Likeness> judge(const Change& change) {
    const std::optional<Case> candidate = change.apply(failing_);
    return candidate ? judge(*candidate) : std::nullopt;
  }

  ChangedPart change(const ChangeablePart& part) {
    ChangedPart changed;
    changed.kind = part.kind;
    changed.name = part.name;
    int judged = 0;
    for (const Change& change : part.changes) {
      if (judged == part.wanted || !found_.is_complete) break;
      const std::optional<Likeness> likeness = judge(change);
      if (!likeness) continue;
      ++judged;
      note(*likeness, change.text, changed);
      if (*likeness == Likeness::holds)
        offer_nearest(rank_of(part.kind), nearest_text(part, change));
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

  void change_elements(std::size_t input) {
    int judged = 0;
    for (const Change& change : detail::element_changes(space_, failing_, input)) {
      if (judged == kElements) return;
      const std::optional<Likeness> likeness = judge(change);
      if (!likeness) continue;
      ++judged;
      if (*likeness != Likeness::holds) continue;
      return offer_nearest(kElementRank, change.text);
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

  static constexpr int kElementRank = 0;

  /// How far a change of that kind is felt to lead.
  static int rank_of(Kind kind) {
    switch (kind) {
      case Kind::layout:
        return 1;
      case Kind::dtype:
        return 2;
      case Kind::size:
        return 3;
      case Kind::parameter:
        return 4;
      case Kind::weights:
        return 5;
      case Kind::seed:
        return 6;
      case Kind::contents:
        return 7;
    }
    return 7;
  }

  static std::string nearest_text(const ChangeablePart& part, const Change& change) {
    switch (part.kind) {
      case Kind::layout:
        return part.name + " " + change.text;
      case Kind::dtype:
        return part.name + (part.name.empty() ? "" : " in ") + change.text;
      case Kind::size:
      case Kind::parameter:
        return part.name + "=" + change.text;
      case Kind::weights:
        return "weights of " + change.text;
      case Kind::seed:
        return "another seed";
      case Kind::contents:
        return "other contents of " + part.name;
    }
    return {};
  }

  void offer_nearest(int rank, std::string text) {
    if (rank >= nearest_rank_) return;
    nearest_rank_ = rank;
    found_.nearest = std::move(text);
  }

  const CaseSpace& space_;
  const Case& failing_;
  const JudgeNeighbour& judge_;
  const NeighbourOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::unordered_set<std::string> seen_;  // digests
  Neighbourhood found_;
  int nearest_rank_ = 8;
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

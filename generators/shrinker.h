// The state that all passes of shrinking share, and the passes.
//
// Layer 2, generators; internal. A pass edits a copy of best() and offers it. offer() alone
// decides: it refuses what is not smaller, what was run before and what the budgets no longer
// allow.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "gradgrind/generators/shrink.h"

namespace gradgrind::shrinking {

class Shrinker {
 public:
  /// All arguments but `failing` must outlive the shrinker.
  Shrinker(const CaseSpace& space, Case failing, const StillFails& still_fails,
           const ShrinkOptions& options);

  /// Repairs `candidate`, and where it is smaller than best(), new and affordable, runs it. Says
  /// whether it still fails, and then is best().
  bool offer(Case candidate);

  /// Whether a budget has ended the search; offer() then refuses everything.
  bool is_exhausted() const;

  const Case& best() const { return best_; }
  const CaseSpace& space() const { return space_; }
  const Signature& signature() const { return space_.signature(); }
  const ShrinkOptions& options() const { return options_; }
  int runs() const { return runs_; }
  int accepted() const { return accepted_; }

 private:
  const CaseSpace& space_;
  Case best_;
  const StillFails& still_fails_;
  const ShrinkOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::unordered_set<std::string> seen_;  // digests
  int runs_ = 0;
  int accepted_ = 0;
};

/// 128 bits that tell cases apart: equal for equal cases, and by chance else in 2^128.
std::string digest(const Case& a_case);

/// Tries to do without the `count` items from `begin` on, or about as many, and says how many it
/// could do without: 0 when the attempt was refused.
using Drop = std::function<std::int64_t(std::int64_t begin, std::int64_t count)>;

/// Drops runs of a sequence of `size` items down to `lowest`. Run lengths halve; after an accepted
/// step the cursor stays where the following items moved to. A run length is given up after
/// several refusals in a row, so that a sequence of which all is needed costs O(log(size)^2) runs.
void drop_blocks(const Shrinker& shrinker, std::int64_t size, std::int64_t lowest,
                 const Drop& drop);

/// Lowers `value` towards 0: halves while it can, then bisects. One refusal next to `value` ends
/// it, so that a value which alone fails costs two runs. Gives the value it ended at.
std::int64_t lower(std::int64_t value, const std::function<bool(std::int64_t)>& accepts);

/// Moves one real number along the order of simplicity. `accepts` runs a candidate; `largest` is
/// the largest finite number of its dtype.
void simplify(double value, double largest, const std::function<bool(double)>& accepts);

/// The recipes of the kinds that `domain` allows with as little in them as possible, simplest kind
/// first; neither contiguous nor aliases.
std::vector<Layout> plain_layouts(const Domain& domain, const Shape& shape);

// The passes, in the order in which a round makes them.
void shrink_everything_at_once(Shrinker& shrinker);
void shrink_dims(Shrinker& shrinker);
void shrink_variadic_dims(Shrinker& shrinker);
void shrink_structure(Shrinker& shrinker);
void shrink_parameters(Shrinker& shrinker);
void shrink_layouts(Shrinker& shrinker);
void shrink_devices(Shrinker& shrinker);
void shrink_dtypes(Shrinker& shrinker);
void shrink_weights(Shrinker& shrinker);
void shrink_seeds(Shrinker& shrinker);
void shrink_values(Shrinker& shrinker);
/// Gives up indices of one dim and gains some of another, where the order calls that smaller: for
/// minima that no step which only removes can reach.
void trade_dims(Shrinker& shrinker);

}  // namespace gradgrind::shrinking

// The nearest case that holds.
//
// Layer 2, generators; internal.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "generators/neighbour_changes.h"

namespace gradgrind::detail {

/// How far a change leads: fewest changes first, an element, a dim, a parameter, a dtype and a
/// layout counting as one each, other weights and another seed as more than all else; then by what
/// was changed, elements first; then by how much.
struct Distance {
  double changes = 0;
  int kind = 0;
  double magnitude = 0;

  friend bool operator<(const Distance& a, const Distance& b);
};

/// Keeps the nearest of the cases that hold, and looks for nearer ones.
class Nearest {
 public:
  /// Whether a case holds; false as well for one that is not judged any more.
  using Holds = std::function<bool(const Case&)>;

  Nearest(const CaseSpace& space, const Case& failing, const NeighbourOptions& options)
      : space_(space), failing_(failing), options_(options) {}

  /// `holding` came of change `change` of a part.
  void offer(const ChangeablePart& part, Case holding, const std::string& change);
  /// Takes back what need not have changed, and goes back half the way as long as that holds.
  void refine(const Holds& holds);

  /// "x[0, 0] = 88 in place of 89", "B=1"; empty where nothing holds.
  std::string text() const;

 private:
  struct Candidate {
    ChangedPart::Kind kind;
    std::string name;
    std::size_t input;
    std::string change;
    Case holding;
    Distance distance;
  };

  void measure(Candidate& candidate) const;
  void keep(Candidate candidate);
  void revert_elements(Candidate& candidate, const Holds& holds) const;
  void approach(Candidate& candidate, const Holds& holds) const;
  std::vector<std::int64_t> changed_elements(const Candidate& candidate) const;
  std::string elements_text(const Candidate& candidate) const;

  const CaseSpace& space_;
  const Case& failing_;
  const NeighbourOptions& options_;
  std::optional<Candidate> nearest_;
  std::optional<Candidate> nearest_contents_;
};

}  // namespace gradgrind::detail

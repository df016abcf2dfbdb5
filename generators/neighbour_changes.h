// The changes that lead from a case to its neighbours.
//
// Layer 2, generators; internal.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/generators/neighbours.h"

namespace gradgrind::detail {

/// One change of one part. `apply` takes any case of the space, so that changes can be combined; it
/// gives nothing where the change is none or leads out of the space.
struct Change {
  std::string text;
  std::function<std::optional<Case>(const Case&)> apply;
};

/// A part, its changes, and how many of them shall be judged.
struct ChangeablePart {
  ChangedPart::Kind kind;
  std::string name;
  std::vector<Change> changes;
  int wanted;
  std::size_t input = 0;  ///< Of contents.
};

/// The parts of `failing` in the order in which they are looked at. `space` must outlive them.
std::vector<ChangeablePart> changeable_parts(const CaseSpace& space, const Case& failing,
                                             const NeighbourOptions& options);

/// Changes of single elements of an input, nearest first; none where there are too many elements.
std::vector<Change> element_changes(const CaseSpace& space, const Case& failing, std::size_t input);

}  // namespace gradgrind::detail

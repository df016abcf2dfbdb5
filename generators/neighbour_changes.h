// The changes that lead from a case to its neighbours.
//
// Layer 2, generators; internal.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// Changes of single elements of an input, the smallest first; none where there are too many
/// elements.
std::vector<Change> element_changes(const CaseSpace& space, const Case& failing, std::size_t input);
/// "x[0, 0] = 88 in place of 89": one element of `before`, the value of input `name`, changed.
std::string element_change_text(const std::string& name, const Array& before, std::int64_t position,
                                const Scalar& wanted);

// -- One change; nothing where it is none or leads out of the space ----------------------------

/// `before` with a free dim at another size.
std::optional<Case> resized(const CaseSpace& space, const Case& before, const std::string& name,
                            std::int64_t size, const std::vector<std::string>& built_from);
/// `before` with another value of a parameter.
std::optional<Case> with_parameter(const CaseSpace& space, const Case& before,
                                   const std::string& name, const ParameterValue& value);
/// `before` with exactly these values in the only tensor of an input.
std::optional<Case> with_values(const CaseSpace& space, const Case& before, std::size_t input,
                                const Array& values);

}  // namespace gradgrind::detail

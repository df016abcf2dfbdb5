// Whether a mutant changes anything at all.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "properties/forward_hook.h"
#include "properties/mutation/mutator.h"
#include "properties/runner.h"

namespace gradgrind {

/// All that comes of a forward and a backward: outputs, gradients of inputs and parameters,
/// buffers. `hook`, where it is given, stands in the forward. Throws what the subject throws.
std::vector<at::Tensor> everything_of(Runner& runner, const Case& a_case, bool in_training,
                                      const std::shared_ptr<ForwardHook>& hook);

/// A mutation at its place.
struct PlacedMutation {
  MutationSite site;
  const Mutation* mutation = nullptr;
};

/// Why nobody could test this mutant; empty for one that acts in some case and lets it end.
std::string why_unviable(Runner& runner, const std::vector<Case>& cases,
                         const PlacedMutation& placed);

struct Equivalence {
  bool changes_nothing = false;  ///< The same bits of everything, in all cases.
  std::string reason;            ///< From the closed list; empty for none.
};
Equivalence equivalence_of(Runner& runner, const std::vector<Case>& cases,
                           const PlacedMutation& placed);

}  // namespace gradgrind

// The operators that a subject's forward calls itself, told apart by where it calls them.
#pragma once

#include <ATen/core/operator_name.h>

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "properties/forward_hook.h"
#include "properties/mutation/mutations.h"

namespace gradgrind {

/// A place in the subject's source that calls an operator, the same in every case: a loop calls
/// from one place, whatever its length, and so do the layers that one loop goes through.
struct MutationSite {
  c10::OperatorName op{"", ""};
  std::uint64_t path = 0;  ///< Of the return addresses from the operator out to the subject.

  bool operator==(const MutationSite& other) const { return op == other.op && path == other.path; }
};

/// Meets each operator call that a forward makes itself; what an operator calls on its own behalf
/// goes by.
class MutationSiteHook : public ForwardHook {
 public:
  void begin(const Model& model, const Inputs& inputs) final;
  void call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
            torch::jit::Stack& stack) final;

 protected:
  using Addresses = std::vector<const void*>;  ///< Innermost first.

  virtual bool is_of_interest(const c10::OperatorName& op) const = 0;
  /// Runs in place of a call of interest and gives back its results.
  virtual Values on_call(const MutationSite& site, const Addresses& path,
                         const MutatedCall& call) = 0;

 private:
  Addresses way_to_subject_;                   // Where the forward was about to be called.
  std::unordered_set<const void*> outliving_;  // storages
};

}  // namespace gradgrind

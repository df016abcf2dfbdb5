// The hook that makes one operator call of a subject go wrong.
#pragma once

#include <memory>

#include "properties/mutation/mutation_sites.h"

namespace gradgrind {

class Mutator final : public MutationSiteHook {
 public:
  enum class Mode : std::uint8_t {
    mutate,   ///< Runs the mutation.
    compare,  ///< Likewise, after the operator itself, to see whether the results are the same
              ///< bits.
    spoil,    ///< Replaces the first result by other values, to see whether anything depends on it.
  };

  Mutator(MutationSite site, const Mutation& mutation, Mode mode)
      : site_(std::move(site)), mutation_(mutation), mode_(mode) {}

  /// Whether it has acted since the last call of this.
  bool has_acted() { return std::exchange(acted_, false); }
  /// In `compare`: whether no result ever differed.
  bool results_are_the_same() const { return same_; }

 protected:
  bool is_of_interest(const c10::OperatorName& op) const override { return op == site_.op; }
  Values on_call(const MutationSite& site, const Addresses& path, const MutatedCall& call) override;

 private:
  Values mutate(const MutatedCall& call);
  Values compare(const MutatedCall& call);
  Values spoil(const MutatedCall& call);

  const MutationSite site_;
  const Mutation& mutation_;
  const Mode mode_;
  bool acted_ = false;
  bool same_ = true;
};

}  // namespace gradgrind

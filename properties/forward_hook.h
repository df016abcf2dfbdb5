// Standing between a subject and the operators of its forwards, whichever property calls it.
#pragma once

#include <memory>
#include <optional>

#include "gradgrind/properties/model.h"
#include "properties/dispatch_hook.h"

namespace gradgrind {

/// A hook that is installed for the forwards of subjects alone: neither a property's own operators
/// nor a backward pass go through it.
class ForwardHook : public detail::OperatorHook {
 public:
  /// A forward is about to run on this thread.
  virtual void begin(const Model& model, const Inputs& inputs) = 0;
};

/// While it lives, each forward of a Model on this thread runs under `hook`.
class ForwardHookScope {
 public:
  explicit ForwardHookScope(std::shared_ptr<ForwardHook> hook);
  ~ForwardHookScope();
  ForwardHookScope(const ForwardHookScope&) = delete;
  ForwardHookScope& operator=(const ForwardHookScope&) = delete;

 private:
  std::shared_ptr<ForwardHook> outer_;
};

/// One forward, under the hook of this thread where there is one.
class HookedForward {
 public:
  HookedForward(const Model& model, const Inputs& inputs);

 private:
  std::optional<detail::HookGuard> guard_;
};

}  // namespace gradgrind

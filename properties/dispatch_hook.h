// The one place that hooks LibTorch's dispatcher: a boxed fallback on the dispatch key that
// LibTorch keeps for tests, which it consults before all others. Nothing is registered before the
// first use.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include <memory>
#include <optional>

namespace gradgrind::detail {

/// Whether this LibTorch has the key and nobody else claims it.
bool dispatch_hook_is_available();

/// Stands between a caller and every operator that it dispatches. A hook travels with
/// `at::ThreadLocalState`, so `call` may run on several threads at once.
class OperatorHook : public c10::DebugInfoBase, public std::enable_shared_from_this<OperatorHook> {
 public:
  /// Runs in place of the operator. `stack` ends with its arguments and, on return, with its
  /// results; `proceed` does that.
  virtual void call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                    torch::jit::Stack& stack) = 0;

 protected:
  /// Runs the operator, through the hook that was installed before this one if there is one.
  void proceed(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
               torch::jit::Stack& stack) const;

 private:
  friend class BypassGuard;
  friend class HookGuard;
  std::shared_ptr<OperatorHook> outer_;
};

/// Installs a hook on this thread for its lifetime; does nothing where hooks are not available.
class HookGuard {
 public:
  explicit HookGuard(std::shared_ptr<OperatorHook> hook);

 private:
  std::optional<c10::DebugInfoGuard> info_;
  std::optional<c10::impl::IncludeDispatchKeyGuard> key_;
};

/// Takes a hook out of the way for its lifetime: what this thread dispatches goes to the hook that
/// was installed before it, or to none.
class BypassGuard {
 public:
  explicit BypassGuard(const OperatorHook& hook);

 private:
  std::optional<c10::DebugInfoGuard> info_;
  std::optional<c10::impl::ExcludeDispatchKeyGuard> key_;
};

/// Hides what this thread dispatches from all hooks for its lifetime.
class UnhookedGuard {
 public:
  UnhookedGuard();

 private:
  std::optional<c10::impl::ExcludeDispatchKeyGuard> key_;
};

}  // namespace gradgrind::detail

#include "properties/dispatch_hook.h"

#include <c10/core/DispatchKey.h>
#include <c10/util/Exception.h>

#include <type_traits>
#include <utility>

namespace gradgrind::detail {
namespace {

// The key is LibTorch's own business and may go away; found by name, its absence is a value.
template <class Key, class = void>
struct ObserverKey {
  static constexpr Key value = Key::Undefined;
};
template <class Key>
struct ObserverKey<Key, std::void_t<decltype(Key::TESTING_ONLY_GenericMode)>> {
  static constexpr Key value = Key::TESTING_ONLY_GenericMode;
};
constexpr c10::DispatchKey kKey = ObserverKey<c10::DispatchKey>::value;

// A kind that LibTorch keeps for tests: it carries the hook along with at::ThreadLocalState.
constexpr c10::DebugInfoKind kKind = c10::DebugInfoKind::TEST_INFO_2;

OperatorHook* current_hook() {
  // Nobody else installs this kind; asking for the type would cost as much as all else here.
  return static_cast<OperatorHook*>(c10::ThreadLocalDebugInfo::get(kKind));
}

void run_operator(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                  torch::jit::Stack& stack) {
  op.redispatchBoxed(keys & c10::DispatchKeySet(c10::DispatchKeySet::FULL_AFTER, kKey), &stack);
}

void on_operator(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                 torch::jit::Stack* stack) {
  if (OperatorHook* const hook = current_hook())
    hook->call(op, keys, *stack);
  else
    run_operator(op, keys, *stack);
}

std::optional<c10::RegistrationHandleRAII> register_fallback() {
  if (kKey == c10::DispatchKey::Undefined) return std::nullopt;
  try {
    return c10::Dispatcher::singleton().registerFallback(
        kKey, c10::KernelFunction::makeFromBoxedFunction<&on_operator>(), "gradgrind");
  } catch (const c10::Error&) {
    return std::nullopt;  // Somebody else has registered one: observing is optional.
  }
}

}  // namespace

bool dispatch_hook_is_available() {
  static const std::optional<c10::RegistrationHandleRAII> registration = register_fallback();
  return registration.has_value();
}

void OperatorHook::proceed(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                           torch::jit::Stack& stack) const {
  if (outer_)
    outer_->call(op, keys, stack);
  else
    run_operator(op, keys, stack);
}

HookGuard::HookGuard(std::shared_ptr<OperatorHook> hook) {
  if (!dispatch_hook_is_available()) return;
  if (OperatorHook* const outer = current_hook()) hook->outer_ = outer->shared_from_this();
  info_.emplace(kKind, std::move(hook));
  key_.emplace(kKey);
}

BypassGuard::BypassGuard(const OperatorHook& hook) {
  if (hook.outer_ != nullptr)
    info_.emplace(kKind, hook.outer_);
  else
    key_.emplace(kKey);
}

UnhookedGuard::UnhookedGuard() {
  if (dispatch_hook_is_available()) key_.emplace(kKey);
}

}  // namespace gradgrind::detail

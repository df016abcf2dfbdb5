#include "properties/forward_hook.h"

#include <utility>

namespace gradgrind {
namespace {

std::shared_ptr<ForwardHook>& current() {
  thread_local std::shared_ptr<ForwardHook> hook;
  return hook;
}

}  // namespace

ForwardHookScope::ForwardHookScope(std::shared_ptr<ForwardHook> hook)
    : outer_(std::exchange(current(), std::move(hook))) {}

ForwardHookScope::~ForwardHookScope() { current() = std::move(outer_); }

HookedForward::HookedForward(const Model& model, const Inputs& inputs) {
  if (current() == nullptr) return;
  current()->begin(model, inputs);
  guard_.emplace(current());
}

}  // namespace gradgrind

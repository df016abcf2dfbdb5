#include "properties/mutation/mutation_sites.h"

#include <execinfo.h>

#include <algorithm>
#include <array>

#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

constexpr int kMostFrames = 512;

std::vector<const void*> return_addresses() {
  std::array<void*, kMostFrames> addresses;
  const int count = backtrace(addresses.data(), kMostFrames);
  return std::vector<const void*>(addresses.begin(), addresses.begin() + count);
}

// How many of the outermost addresses are the same: those of whoever calls the forward.
std::size_t common_end(const std::vector<const void*>& a, const std::vector<const void*>& b) {
  const auto parting = std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend());
  return static_cast<std::size_t>(parting.first - a.rbegin());
}

const void* storage_of(const at::Tensor& tensor) {
  return tensor.defined() && tensor.has_storage() ? tensor.storage().unsafeGetStorageImpl()
                                                  : nullptr;
}

std::uint64_t hash_of(const std::vector<const void*>& path) {
  std::uint64_t hash = path.size();
  for (const void* address : path) hash = mix(hash ^ reinterpret_cast<std::uintptr_t>(address));
  return hash;
}

}  // namespace

void MutationSiteHook::begin(const Model& model, const Inputs& inputs) {
  way_to_subject_ = return_addresses();
  outliving_.clear();
  for (const NamedTensor& entry : model.state()) outliving_.insert(storage_of(entry.tensor));
  for (const Inputs::Slot& slot : inputs.slots()) {
    for (const at::Tensor& tensor : slot.tensors) outliving_.insert(storage_of(tensor));
  }
  outliving_.erase(nullptr);
}

void MutationSiteHook::call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                            torch::jit::Stack& stack) {
  // What the operator calls is not the subject's, and neither is what a mutation does; whoever
  // observes the subject sees both.
  const detail::BypassGuard bypass(*this);
  if (!is_of_interest(op.operator_name())) return proceed(op, keys, stack);
  Addresses path = return_addresses();
  path.resize(path.size() - common_end(path, way_to_subject_));

  const std::size_t count = op.schema().arguments().size();
  const auto first = stack.end() - static_cast<std::ptrdiff_t>(count);
  const MutatedCall called{
      op.schema(), Values(first, stack.end()),
      [&](const Values& arguments) {
        torch::jit::Stack inner = arguments;
        proceed(op, keys, inner);
        return Values(inner.begin(), inner.end());
      },
      [this](const at::Tensor& tensor) { return outliving_.count(storage_of(tensor)) > 0; }};
  Values results = on_call({op.operator_name(), hash_of(path)}, path, called);
  stack.erase(stack.end() - static_cast<std::ptrdiff_t>(count), stack.end());
  stack.insert(stack.end(), std::make_move_iterator(results.begin()),
               std::make_move_iterator(results.end()));
}

}  // namespace gradgrind

#include <algorithm>

#include "generators/case_changes.h"
#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

/// Moves one parameter to the simplest value of its domain that will do.
class Parameter {
 public:
  Parameter(Shrinker& shrinker, const std::string& name, const ParameterDomain& domain)
      : shrinker_(shrinker), name_(name), domain_(domain) {}

  void shrink() {
    while (!shrinker_.is_exhausted()) {
      const auto found = shrinker_.best().parameters.find(name_);
      if (found == shrinker_.best().parameters.end()) return;
      const std::vector<ParameterValue> simpler = domain_.simpler(found->second);
      if (!step(simpler)) return;
    }
  }

 private:
  /// A list that approaches the value in order is searched by bisection; one that does not, because
  /// even its last value is refused, item by item.
  bool step(const std::vector<ParameterValue>& simpler) {
    if (simpler.empty()) return false;
    if (offer(simpler.front())) return true;
    if (!offer(simpler.back()))
      return std::any_of(simpler.begin(), simpler.end(),
                         [this](const ParameterValue& value) { return offer(value); });
    std::size_t refused = 0;
    std::size_t reached = simpler.size() - 1;
    while (reached - refused > 1) {
      const std::size_t middle = refused + (reached - refused) / 2;
      (offer(simpler[middle]) ? reached : refused) = middle;
    }
    return true;
  }

  bool offer(const ParameterValue& value) {
    Case candidate = shrinker_.best();
    candidate.parameters[name_] = value;
    return shrinker_.offer(std::move(candidate));
  }

  Shrinker& shrinker_;
  const std::string& name_;
  const ParameterDomain& domain_;
};

template <class Visit>
void for_each_tensor(Case& a_case, Visit visit) {
  for (Input& input : a_case.inputs)
    for (TensorValue& tensor : input.tensors) visit(tensor);
}

bool offer_shared_dtype(Shrinker& shrinker, DType dtype) {
  return shrinker.offer(detail::in_dtype(shrinker.signature(), shrinker.best(), dtype));
}

bool offer_own_dtype(Shrinker& shrinker, std::size_t input, DType dtype) {
  Case candidate = shrinker.best();
  for (TensorValue& tensor : candidate.inputs[input].tensors)
    tensor.values = cast(tensor.values, dtype);
  return shrinker.offer(std::move(candidate));
}

/// Tries the dtypes of `set` that are simpler than `dtype`, simplest first, until one will do.
template <class Offer>
void simplify_dtype(std::vector<DType> set, DType dtype, Offer offer) {
  std::sort(set.begin(), set.end());
  for (const DType simpler : set) {
    if (simpler >= dtype || offer(simpler)) return;
  }
}

}  // namespace

void shrink_parameters(Shrinker& shrinker) {
  for (const auto& [name, domain] : shrinker.signature().parameters)
    Parameter(shrinker, name, domain).shrink();
}

void shrink_devices(Shrinker& shrinker) {
  const auto& devices = shrinker.signature().devices;
  if (std::find(devices.begin(), devices.end(), Device::cpu) == devices.end()) return;
  Case on_cpu = shrinker.best();
  for_each_tensor(on_cpu, [](TensorValue& tensor) { tensor.device = Device::cpu; });
  if (shrinker.offer(std::move(on_cpu))) return;
  for (std::size_t i = 0; i < shrinker.best().inputs.size(); ++i) {
    for (std::size_t j = 0; j < shrinker.best().inputs[i].tensors.size(); ++j) {
      Case candidate = shrinker.best();
      candidate.inputs[i].tensors[j].device = Device::cpu;
      shrinker.offer(std::move(candidate));
    }
  }
}

void shrink_dtypes(Shrinker& shrinker) {
  simplify_dtype(shrinker.signature().dtypes, shrinker.best().dtype,
                 [&](DType dtype) { return offer_shared_dtype(shrinker, dtype); });
  const auto& declared = shrinker.signature().inputs;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const auto& tensors = shrinker.best().inputs[i].tensors;
    if (declared[i].second.dtypes.empty() || tensors.empty()) continue;
    simplify_dtype(declared[i].second.dtypes, tensors.front().values.dtype(),
                   [&](DType dtype) { return offer_own_dtype(shrinker, i, dtype); });
  }
}

void shrink_weights(Shrinker& shrinker) {
  const auto drop = [&](std::int64_t begin, std::int64_t count) {
    Case candidate = shrinker.best();
    auto& state = candidate.weights.state;
    state.erase(state.begin() + begin, state.begin() + begin + count);
    return shrinker.offer(std::move(candidate)) ? count : std::int64_t{0};
  };
  const auto given = static_cast<std::int64_t>(shrinker.best().weights.state.size());
  if (given > 0 && drop(0, given) == 0) drop_blocks(shrinker, given, 0, drop);

  std::vector<WeightPolicy> policies = shrinker.signature().weights;
  std::sort(policies.begin(), policies.end());
  for (const WeightPolicy policy : policies) {
    if (policy >= shrinker.best().weights.policy) break;
    Case candidate = shrinker.best();
    candidate.weights.policy = policy;
    if (shrinker.offer(std::move(candidate))) break;
  }
}

void shrink_seeds(Shrinker& shrinker) {
  for (const std::uint64_t seed : {0, 1}) {
    Case candidate = shrinker.best();
    candidate.weights.seed = seed;
    if (shrinker.offer(std::move(candidate))) break;
  }
  for (const std::uint64_t seed : {0, 1}) {
    Case candidate = shrinker.best();
    candidate.seed = seed;
    if (shrinker.offer(std::move(candidate))) break;
  }
}

}  // namespace gradgrind::shrinking

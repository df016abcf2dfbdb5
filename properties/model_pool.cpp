#include "properties/model_pool.h"

#include <algorithm>

#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

constexpr std::size_t kMostModels = 64;
constexpr std::int64_t kMostBytes = 512LL << 20;
// Up to here copying the state back costs less than finding out whether it is needed.
constexpr std::int64_t kAlwaysRestoredBytes = 1LL << 20;

std::int64_t bytes_of(const std::vector<NamedTensor>& state) {
  std::int64_t bytes = 0;
  for (const NamedTensor& entry : state) {
    bytes += entry.tensor.numel() * static_cast<std::int64_t>(entry.tensor.element_size());
  }
  return bytes;
}

}  // namespace

std::string ModelPool::key_of(const Case& a_case) const {
  std::string key = std::to_string(static_cast<int>(a_case.dtype)) + "|" +
                    std::to_string(static_cast<int>(a_case.weights.policy)) + "|" +
                    std::to_string(a_case.weights.seed);
  for (const std::string& name : built_from_) {
    const auto dim = a_case.dims.sizes.find(name);
    if (dim != a_case.dims.sizes.end()) key += "|" + std::to_string(dim->second);
    const auto parameter = a_case.parameters.find(name);
    if (parameter != a_case.parameters.end()) key += "|" + to_string(parameter->second);
  }
  std::uint64_t state = 0;
  for (const NamedArray& entry : a_case.weights.state) {
    const auto* bytes = reinterpret_cast<const char*>(entry.values.data());
    state = mix(state ^ hash(entry.name) ^ hash({bytes, entry.values.size_in_bytes()}));
  }
  return key + "|" + std::to_string(state);
}

ModelPool::~ModelPool() { forget(); }

void ModelPool::forget() {
  entries_.clear();
  if (instance_ != nullptr) instance_->restore(original_);
}

void ModelPool::keep_instance(const Case& a_case) {
  if (subject_.kind != Subject::Kind::instance) return;
  if (instance_ == nullptr) {
    instance_ = std::make_unique<Model>(Model::untouched(subject_, a_case));
    original_ = instance_->snapshot();
  }
  // An instance is one object: only the model that is made next has its dtype and weights.
  forget();
}

Model& ModelPool::at(const Case& a_case) {
  const std::string key = key_of(a_case);
  auto found = std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& entry) { return entry.key == key; });
  if (found == entries_.end()) {
    keep_instance(a_case);
    Entry entry;
    entry.model = build(a_case);
    entry.snapshot = entry.model->snapshot();
    entry.bytes = 2 * bytes_of(entry.snapshot);
    built_from_.insert(entry.model->built_from().begin(), entry.model->built_from().end());
    entry.key = key_of(a_case);
    entry.version = entry.model->version();
    entries_.push_front(std::move(entry));
    evict();
    return *entries_.front().model;
  }
  entries_.splice(entries_.begin(), entries_, found);
  Entry& entry = entries_.front();
  if (entry.bytes <= kAlwaysRestoredBytes || entry.model->version() != entry.version) {
    entry.model->restore(entry.snapshot);
    entry.version = entry.model->version();
  }
  entry.model->train(false);
  return *entry.model;
}

std::unique_ptr<Model> ModelPool::build(const Case& a_case) const {
  return std::make_unique<Model>(subject_, a_case);
}

void ModelPool::evict() {
  std::int64_t bytes = 0;
  for (const Entry& entry : entries_) bytes += entry.bytes;
  while (entries_.size() > 1 && (entries_.size() > kMostModels || bytes > kMostBytes)) {
    bytes -= entries_.back().bytes;
    entries_.pop_back();
  }
}

}  // namespace gradgrind

#include "gradgrind/properties/trial.h"

#include <ATen/MemoryOverlap.h>
#include <ATen/core/grad_mode.h>

#include <exception>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/materialise.h"
#include "properties/journal.h"
#include "properties/model_pool.h"
#include "properties/watched_runs.h"

namespace gradgrind {
namespace {

AssertionInterceptor& interceptor() {
  static AssertionInterceptor installed = nullptr;
  return installed;
}

// The slots of the inputs, or of the targets behind them.
Inputs part_of(const Inputs& all, std::size_t first, std::size_t count) {
  std::vector<Inputs::Slot> slots(all.slots().begin() + static_cast<std::ptrdiff_t>(first),
                                  all.slots().begin() + static_cast<std::ptrdiff_t>(first + count));
  return Inputs(std::move(slots), all.dims(), all.parameters());
}

// For a subject that may write to its inputs: LibTorch lets nobody write to a leaf that asks for
// gradients, nor to memory that several elements share. Gradients still reach the leaf.
Inputs writable(const Inputs& inputs) {
  Inputs result = inputs;
  for (Inputs::Slot& slot : result.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (!tensor.defined()) continue;
      const bool is_protected = tensor.is_leaf() && tensor.requires_grad();
      if (is_protected || at::has_internal_overlap(tensor) == at::MemOverlap::Yes) {
        tensor = tensor.clone();
      }
    }
  }
  return result;
}

Outputs watched_forward(const Contract& contract, const Model& subject, const Inputs& inputs,
                        std::uint64_t seed) {
  const Inputs given = contract.data().writes.empty() ? inputs : writable(inputs);
  const Phase phase("forward");
  Outputs outputs;
  WatchedRuns::forward([&] { outputs = subject.forward(given, seed); },
                       [&] { return start_of(contract, given); });
  return outputs;
}

}  // namespace

Inputs converted(const Inputs& inputs, DType dtype) {
  Inputs result = inputs;
  for (Inputs::Slot& slot : result.slots()) {
    for (at::Tensor& tensor : slot.tensors) {
      if (tensor.is_floating_point()) {
        tensor = tensor.to(scalar_type(dtype));
      } else if (tensor.is_complex()) {
        tensor = tensor.to(dtype == DType::float64 ? at::kComplexDouble : at::kComplexFloat);
      }
    }
  }
  return result;
}

TwinScope::TwinScope(Trial& trial, DType dtype) : model_(trial.model()), saved_(model_.snapshot()) {
  model_.convert(dtype);
}

TwinScope::~TwinScope() { model_.restore(saved_); }

Trial::Trial(const Contract& contract, const Case& a_case, ModelPool& pool, const Probe& probe,
             double error_budget)
    : contract_(contract), case_(a_case), pool_(pool), probe_(probe), error_budget_(error_budget) {}

Inputs Trial::inputs() const {
  const std::size_t count = contract_.data().signature.inputs.size();
  return part_of(materialise(contract_.space(), case_), 0, count);
}

Inputs Trial::targets() const {
  const std::size_t count = contract_.data().signature.inputs.size();
  return part_of(materialise(contract_.space(), case_), count, contract_.data().targets.size());
}

Model& Trial::model() {
  if (model_ == nullptr) {
    const Phase phase("building the subject");
    model_ = &pool_.at(case_);
  }
  return *model_;
}

std::unique_ptr<Model> Trial::another(std::uint64_t seed_offset) const {
  if (pool_.subject().kind != Subject::Kind::module) return nullptr;
  Case other = case_;
  other.weights.seed += seed_offset;
  other.weights.state.clear();
  const Phase phase("building the subject");
  return pool_.build(other);
}

bool Trial::is_built_from(const std::string& name) {
  model();
  return pool_.built_from().count(name) > 0;
}

Outputs Trial::forward(const Inputs& inputs) {
  Model& subject = model();
  const at::NoGradGuard no_grad;
  return watched_forward(contract_, subject, inputs, case_.seed);
}

const Outputs& Trial::outputs() {
  if (outputs_ == nullptr) outputs_ = std::make_unique<Outputs>(forward(inputs()));
  return *outputs_;
}

Outputs Trial::forward_in(DType dtype, const Inputs& inputs) {
  if (dtype == case_.dtype) return forward(inputs);
  const TwinScope twin(*this, dtype);
  return forward(converted(inputs, dtype));
}

Outputs Trial::forward_with_grad(const Inputs& inputs) {
  Model& subject = model();
  const at::AutoGradMode with_grad(true);
  return watched_forward(contract_, subject, inputs, case_.seed);
}

std::string Trial::output_name(std::size_t position) const {
  const auto& declared = contract_.data().outputs;
  if (position < declared.size()) return declared[position].first;
  return declared.empty() && position == 0 ? "output" : "output " + std::to_string(position);
}

std::uint64_t Trial::seed(const std::string& purpose) const {
  return mix(case_.seed ^ hash(purpose));
}

void install_assertion_interceptor(AssertionInterceptor installed) { interceptor() = installed; }

Verdict run_with_assertions(const std::function<void()>& body) {
  if (interceptor() != nullptr) return interceptor()(body);
  body();
  return Verdict::holds();
}

}  // namespace gradgrind

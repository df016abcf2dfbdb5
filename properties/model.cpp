#include "gradgrind/properties/model.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <memory>
#include <sstream>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"
#include "properties/forward_hook.h"
#include "properties/global_state.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

bool follows_dtype(const at::Tensor& tensor) {
  return tensor.is_floating_point() || tensor.is_complex();
}

at::ScalarType twin_type(const at::Tensor& tensor, DType dtype) {
  if (!tensor.is_complex()) return scalar_type(dtype);
  return dtype == DType::float64 ? at::kComplexDouble : at::kComplexFloat;
}

// Uniform noise in [-0.1, 0.1], the same in every dtype.
void add_noise(at::Tensor& parameter, std::uint64_t seed) {
  RandomSource source(seed);
  Array noise(DType::float64, parameter.sizes().vec());
  double* values = noise.as<double>();
  for (std::int64_t i = 0; i < noise.numel(); ++i) values[i] = source.real(-0.1, 0.1);
  TensorValue dense;
  dense.values = std::move(noise);
  parameter.add_(materialise(dense).to(parameter.scalar_type()));
}

void apply_policy(const std::vector<NamedTensor>& parameters, const Weights& weights) {
  for (const NamedTensor& parameter : parameters) {
    if (!follows_dtype(parameter.tensor)) continue;
    at::Tensor values = parameter.tensor;
    if (weights.policy == WeightPolicy::noisy) {
      add_noise(values, mix(weights.seed ^ hash(parameter.name)));
    } else if (weights.policy == WeightPolicy::extreme) {
      values.mul_(100);
    }
  }
}

// Where name and shape agree; anything else keeps what seed and policy gave it.
void apply_state(const std::vector<NamedTensor>& state, const std::vector<NamedArray>& given) {
  for (const NamedArray& entry : given) {
    for (const NamedTensor& own : state) {
      if (own.name != entry.name || own.tensor.sizes().vec() != entry.values.shape()) continue;
      TensorValue dense;
      dense.values = entry.values;
      at::Tensor target = own.tensor;
      target.copy_(materialise(dense));
    }
  }
}

// A subject whose destructor runs as a phase of the journal, whoever lets go of it last.
struct Watched {
  Built built;

  explicit Watched(Built given) : built(std::move(given)) {}
  ~Watched() {
    const Phase phase(kDestroying);
    built = {};
  }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
};

Built watched(Built built) {
  const auto owner = std::make_shared<Watched>(std::move(built));
  Built face;
  face.module = std::shared_ptr<torch::nn::Module>(owner, owner->built.module.get());
  face.forward = [owner](const Inputs& inputs) { return owner->built.forward(inputs); };
  face.rebind = owner->built.rebind;
  return face;
}

}  // namespace

Model::Model(const Subject& subject, const Case& a_case) : subject_(&subject) {
  at::manual_seed(a_case.weights.seed);
  const Draw draw(a_case.dims, a_case.parameters);
  {
    const GlobalStateScope scope(build_changes_, /*watches_seed=*/false);
    built_ = watched(subject.build(draw));
  }
  built_from_ = draw.asked();
  if (built_.module == nullptr) return;
  const at::NoGradGuard no_grad;
  if (a_case.weights.policy != WeightPolicy::as_given) apply_policy(parameters(), a_case.weights);
  apply_state(state(), a_case.weights.state);
  convert(a_case.dtype);
  train(false);
}

Model Model::untouched(const Subject& subject, const Case& a_case) {
  return Model(subject, subject.build(Draw(a_case.dims, a_case.parameters)));
}

Outputs Model::forward(const Inputs& inputs, std::uint64_t seed) const {
  at::manual_seed(seed);
  const HookedForward hooked(*this, inputs);
  const GlobalStateScope scope(forward_changes_, /*watches_seed=*/true);
  if (subject_->forward != nullptr) return subject_->forward(built_.module.get(), inputs);
  return built_.forward(inputs);
}

std::vector<NamedTensor> Model::parameters() const {
  std::vector<NamedTensor> named;
  if (!has_module()) return named;
  for (const auto& item : built_.module->named_parameters()) {
    named.push_back({item.key(), item.value()});
  }
  return named;
}

std::vector<NamedTensor> Model::buffers() const {
  std::vector<NamedTensor> named;
  if (!has_module()) return named;
  for (const auto& item : built_.module->named_buffers()) {
    if (item.value().defined()) named.push_back({item.key(), item.value()});
  }
  return named;
}

std::vector<NamedTensor> Model::state() const {
  std::vector<NamedTensor> named = parameters();
  for (NamedTensor& buffer : buffers()) named.push_back(std::move(buffer));
  return named;
}

void Model::zero_grad() const {
  for (NamedTensor& parameter : parameters()) {
    if (parameter.tensor.grad().defined()) parameter.tensor.mutable_grad().reset();
  }
}

void Model::train(bool on) const {
  if (has_module()) built_.module->train(on);
}

void Model::convert(DType dtype) {
  const at::NoGradGuard no_grad;
  for (NamedTensor& entry : state()) {
    if (!follows_dtype(entry.tensor)) continue;
    const at::ScalarType wanted = twin_type(entry.tensor, dtype);
    if (entry.tensor.scalar_type() != wanted) entry.tensor.set_data(entry.tensor.to(wanted));
  }
}

std::vector<NamedTensor> Model::snapshot() const {
  const at::NoGradGuard no_grad;
  std::vector<NamedTensor> copy;
  for (const NamedTensor& entry : state()) {
    copy.push_back({entry.name, entry.tensor.detach().clone()});
    copy.back().tensor.set_requires_grad(entry.tensor.requires_grad());
  }
  return copy;
}

void Model::restore(const std::vector<NamedTensor>& snapshot) const {
  const at::NoGradGuard no_grad;
  const std::vector<NamedTensor> current = state();
  for (std::size_t i = 0; i < current.size() && i < snapshot.size(); ++i) {
    const at::Tensor& saved = snapshot[i].tensor;
    at::Tensor own = current[i].tensor;
    if (own.scalar_type() != saved.scalar_type() || own.sizes() != saved.sizes()) {
      own.set_data(saved.detach().clone());
    } else {
      own.copy_(saved);
    }
    if (own.requires_grad() && own.grad().defined()) own.mutable_grad().reset();
    if (own.requires_grad() != saved.requires_grad()) own.set_requires_grad(saved.requires_grad());
  }
}

std::uint64_t Model::version() const {
  std::uint64_t total = 0;
  for (const NamedTensor& entry : state()) {
    total = mix(total ^ entry.tensor._version()) ^
            reinterpret_cast<std::uintptr_t>(entry.tensor.unsafeGetTensorImpl());
  }
  return total;
}

Model Model::clone() const {
  return Model(*subject_, watched(built_.rebind(built_.module->clone())));
}

std::string Model::save() const {
  torch::serialize::OutputArchive archive;
  built_.module->save(archive);
  std::ostringstream stream;
  archive.save_to(stream);
  return stream.str();
}

void Model::load(const std::string& archive_bytes) const {
  std::istringstream stream(archive_bytes);
  torch::serialize::InputArchive archive;
  archive.load_from(stream);
  built_.module->load(archive);
}

}  // namespace gradgrind

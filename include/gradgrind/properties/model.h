// A subject made ready to run: built, its weights set, its dtype converted.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/properties/subject.h"
#include "gradgrind/properties/values.h"

namespace gradgrind {

struct NamedTensor {
  std::string name;
  at::Tensor tensor;
};

/// One built subject. A function has no parameters and ignores modes.
class Model {
 public:
  /// Builds the subject for `a_case`: runs the factory under the case's weight seed, applies its
  /// weight policy and given weights, converts floating parameters and buffers to its dtype, and
  /// switches to evaluation. Throws UsageError where the factory asks for unknown names, and
  /// whatever the factory throws.
  Model(const Subject& subject, const Case& a_case);

  /// The subject as its factory gives it: no weights applied, nothing converted, no mode switched.
  static Model untouched(const Subject& subject, const Case& a_case);

  /// Runs the subject with every global generator seeded with `seed`. Leaves modes as they are.
  Outputs forward(const Inputs& inputs, std::uint64_t seed) const;

  /// What the build or the last forward changed of LibTorch's global state, such as "the default
  /// dtype double (it was float)"; it was put back. Empty for nothing. A build may seed generators,
  /// a forward may not.
  const std::string& disturbance() const {
    return forward_changes_.empty() ? build_changes_ : forward_changes_;
  }

  bool has_module() const { return built_.module != nullptr; }
  /// Parameters of the module and its submodules, by name, in order of registration.
  std::vector<NamedTensor> parameters() const;
  std::vector<NamedTensor> buffers() const;
  /// Parameters, then buffers.
  std::vector<NamedTensor> state() const;
  /// Forgets the gradients of all parameters.
  void zero_grad() const;
  void train(bool on) const;

  /// Converts floating (and complex) parameters and buffers only: index buffers stay.
  void convert(DType dtype);
  /// A deep copy of the state, to be given to restore().
  std::vector<NamedTensor> snapshot() const;
  /// Copies the values, dtypes and requires_grad back. Parameters that came since are left alone.
  void restore(const std::vector<NamedTensor>& snapshot) const;
  /// Changes when an operator writes to a parameter or buffer. Writes through `.data` escape it.
  std::uint64_t version() const;

  /// A model around Module::clone(). Throws what clone() throws: it is not implemented for plain
  /// subclasses of Module.
  Model clone() const;

  /// torch::save and torch::load. load() throws what LibTorch throws.
  std::string save() const;
  void load(const std::string& archive) const;

  torch::nn::Module* module() const { return built_.module.get(); }
  /// Dims and parameters that the factory asked for.
  const std::set<std::string>& built_from() const { return built_from_; }

 private:
  Model(const Subject& subject, Built built) : subject_(&subject), built_(std::move(built)) {}

  const Subject* subject_;
  Built built_;
  std::set<std::string> built_from_;
  std::string build_changes_;
  mutable std::string forward_changes_;
};

}  // namespace gradgrind

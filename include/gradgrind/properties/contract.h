// A contract: what the code under test promises. Everything else follows from it.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/domain.h"
#include "gradgrind/generators/parameter.h"
#include "gradgrind/generators/verdict.h"
#include "gradgrind/properties/distributions.h"
#include "gradgrind/properties/laws.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/subject.h"

namespace gradgrind {

/// A place in the user's source.
struct Location {
  const char* file = "";
  int line = 0;

  static Location here(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    return {file, line};
  }
};

/// A scalar loss of what the subject gave back and the declared targets.
using Loss = std::function<at::Tensor(const Outputs& outputs, const Inputs& targets)>;

/// Trains a module on one batch, inputs and targets by their names, and gives back its loss.
using TrainingStep = std::function<at::Tensor(const Inputs& batch)>;

/// The distribution that draws follow in a case, given its dims and parameters.
using DistributionOf = std::function<Distribution(const Draw&)>;

/// What is drawn at random: an output, or what the constructor writes into a parameter or buffer.
struct DeclaredDraws {
  std::string name;
  DistributionOf distribution;
  bool is_initial = false;
};

/// A declared exception: the property is expected to fail, for a reason.
struct Exception {
  std::string property;
  std::string reason;
};

/// What one property is told apart from the rest.
struct PropertyOptions {
  std::optional<int> cases;  ///< Instead of the default in its definition; scaled all the same.
};

/// PropertyOptions with `count` cases, for Contract::configure().
PropertyOptions cases(int count);

/// Everything a finished contract says, as data.
struct ContractData {
  std::string name;
  Location location;
  Subject subject;
  Signature signature;
  std::vector<std::pair<std::string, Domain>> outputs;
  std::vector<std::pair<std::string, Domain>> targets;
  Loss loss;
  std::string batch;
  std::string sequence;
  bool causal = false;                 ///< No position of the sequence depends on a later one.
  std::vector<std::string> unordered;  ///< Dims whose members have no order.
  std::function<Outputs(const Inputs&)> reference;
  /// A reference that reads the subject's parameters.
  std::function<Outputs(torch::nn::Module*, const Inputs&)> module_reference;
  /// Another version of the subject; null: none.
  std::shared_ptr<const Subject> version;
  std::vector<Law> laws;
  std::vector<DeclaredDraws> draws;
  /// Makes the training step of a module, optimizer and all; null: none is given.
  std::function<TrainingStep(torch::nn::Module*)> training_step;
  /// Pairs of an input and the output that continues it.
  std::vector<std::pair<std::string, std::string>> states;
  std::map<std::string, std::string> cuts;  ///< Inputs without gradients, and why.
  std::vector<Exception> exceptions;
  std::vector<std::string> without;
  std::vector<std::string> only;
  std::map<std::string, PropertyOptions> options;
  std::vector<std::pair<std::string, std::function<bool(const Case&)>>> predicates;
  std::vector<Case> examples;
  std::vector<Property> own_properties;
  std::string stochastic;             ///< Reason why evaluation is random; empty: it is not.
  std::string writes;                 ///< Reason why inputs may be written to; empty: never.
  std::string aliases;                ///< Reason why outputs may share memory; empty: never.
  std::string undifferentiable;       ///< Reason why there are no gradients; empty: there are.
  std::vector<std::string> frozen;    ///< Parameters that training must not change, by prefix.
  std::vector<std::string> problems;  ///< What is wrong with the calls themselves.
  /// Where each declaration ("dim 'B'") and call ("batch(\"B\")") stands, as problems begin.
  std::vector<std::pair<std::string, Location>> locations;
};

struct CheckedContract;

/// What a module or function promises, as an immutable value: each member gives a changed copy.
///
/// Building one never throws and touches no LibTorch, so a contract may stand at namespace scope.
/// Problems are collected; problems() lists them and the suite fails with them.
class Contract {
 public:
  Contract(std::string name, Subject subject, Location location);

  // -- Cases ------------------------------------------------------------------------------------
  /// A free dim of lowest .. highest, both inclusive; 0 <= lowest.
  Contract dim(const std::string& name, std::int64_t lowest, std::int64_t highest,
               Location location = Location::here()) const;
  /// A dim derived from others: "8*H".
  Contract dim(const std::string& name, const std::string& expression,
               Location location = Location::here()) const;
  /// "*name" in shapes: lowest .. highest dims of size 1 .. 4.
  Contract variadic(const std::string& name, std::int64_t lowest, std::int64_t highest,
                    Location location = Location::here()) const;
  /// A relation that every case meets: "K <= T". Solved, never by discarding.
  Contract require(const std::string& relation, Location location = Location::here()) const;
  /// A scalar parameter that the factory reads.
  Contract param(const std::string& name, ParameterDomain domain,
                 Location location = Location::here()) const;
  /// The next tensor that the subject takes.
  Contract input(const std::string& name, Domain domain,
                 Location location = Location::here()) const;
  /// The dtypes that the subject and its floating inputs share. Default: float32, float64.
  Contract dtypes(std::vector<DType> set, Location location = Location::here()) const;
  Contract devices(std::vector<Device> set, Location location = Location::here()) const;
  /// How parameters are drawn. Default: fresh, noisy.
  Contract weights(std::vector<WeightPolicy> set, Location location = Location::here()) const;
  /// Only cases for which `predicate` holds; others are discarded, and counted as that. What dims
  /// can say belongs into dim() and require(), which discard nothing.
  Contract where(const std::string& what, std::function<bool(const Case&)> predicate,
                 Location location = Location::here()) const;
  /// A case that runs before all others, in every property.
  Contract example(Case a_case, Location location = Location::here()) const;

  // -- Promises ---------------------------------------------------------------------------------
  /// The next tensor that comes back. A Domain's bounds are a promise too.
  Contract output(const std::string& name, Domain domain,
                  Location location = Location::here()) const;
  /// What training compares the outputs with.
  Contract target(const std::string& name, Domain domain,
                  Location location = Location::here()) const;
  /// A scalar loss: a callable of (outputs, targets) as tensors where there is one of each, or as
  /// (const Outputs&, const Inputs&).
  template <class F>
  Contract loss(F loss) const;
  /// The dim along which rows are independent in evaluation.
  Contract batch(const std::string& dim, Location location = Location::here()) const;
  /// The dim along which positions follow one another.
  Contract sequence(const std::string& dim, Location location = Location::here()) const;
  /// In the sequence no position depends on a later one, and a prefix alone gives what it gives in
  /// the whole.
  Contract causal(Location location = Location::here()) const;
  /// The members along `dim` have no order: permuted, in every input that has the dim, they give
  /// the same outputs, permuted where an output has it.
  Contract unordered(const std::string& dim, Location location = Location::here()) const;
  /// The output `output` is what `input` has to be for the sequence to go on: cut anywhere, and the
  /// state handed over, a sequence gives what it gives in one piece.
  Contract carries_state(const std::string& input, const std::string& output,
                         Location location = Location::here()) const;
  /// A law that the subject keeps.
  Contract declares(Law law, Location location = Location::here()) const;
  /// The elements of `output` are drawn independently of each other, of the inputs and of earlier
  /// forwards, from `distribution`, which may depend on dims and parameters. So it is random in
  /// evaluation.
  Contract draws(const std::string& output, Distribution distribution,
                 Location location = Location::here()) const;
  Contract draws(const std::string& output, DistributionOf distribution,
                 Location location = Location::here()) const;
  /// Likewise the elements that the constructor writes into parameter or buffer `name`.
  Contract initialises(const std::string& name, Distribution distribution,
                       Location location = Location::here()) const;
  Contract initialises(const std::string& name, DistributionOf distribution,
                       Location location = Location::here()) const;
  /// How the module is trained: a callable that takes it, as the implementation by reference or as
  /// the holder, and gives back the step, a callable of `const Inputs& batch` that owns the
  /// optimizer and gives back the loss, or nothing. The batch has inputs and targets by name. Made
  /// anew for every run, and called in training mode.
  template <class F>
  Contract training_step(F factory, Location location = Location::here()) const;
  /// A function of the same inputs (as tensors or as const Inputs&) that must agree; or a callable
  /// of (module, const Inputs&) as forward() takes, where it reads the parameters.
  template <class F>
  Contract reference(F reference) const;
  /// Another version of the module, which must agree once it has the parameters and buffers of the
  /// same names. A factory, as gradgrind::module() takes.
  template <class F>
  Contract other_version(F factory) const;
  /// A forward with other arguments: a callable of (module, const Inputs&), where module is the
  /// implementation by reference or the holder.
  template <class F>
  Contract forward(F forward) const;

  // -- Declared exceptions, each with its reason ----------------------------------------------
  /// `property` is known to fail. Counted and named in every run.
  Contract except(const std::string& property, const std::string& reason,
                  Location location = Location::here()) const;
  Contract stochastic(const std::string& reason, Location location = Location::here()) const;
  Contract may_write_to_inputs(const std::string& reason,
                               Location location = Location::here()) const;
  Contract may_alias(const std::string& reason, Location location = Location::here()) const;
  Contract not_differentiable(const std::string& reason,
                              Location location = Location::here()) const;
  /// No gradient reaches input `input`, which matters all the same: a target, a cut point.
  Contract no_gradient_to(const std::string& input, const std::string& reason,
                          Location location = Location::here()) const;
  /// Parameters whose name starts with `prefix` are not trained, and buffers do not drift.
  Contract frozen(const std::string& prefix, Location location = Location::here()) const;

  // -- Suite ------------------------------------------------------------------------------------
  /// Only these properties.
  Contract only(std::vector<std::string> properties, Location location = Location::here()) const;
  /// All but this one; for one that does not concern the contract.
  Contract without(const std::string& property, Location location = Location::here()) const;
  Contract configure(const std::string& property, PropertyOptions options,
                     Location location = Location::here()) const;
  /// A property of one's own: a callable of Trial& that gives back a Verdict or a bool, or nothing
  /// and uses EXPECT_* and ASSERT_* (with gradgrind/gtest.h).
  template <class F>
  Contract property(const std::string& name, F check, Location location = Location::here()) const;

  // -- Reading it -------------------------------------------------------------------------------
  const ContractData& data() const { return *data_; }
  const std::string& name() const { return data_->name; }
  /// The cases, checked. Throws one UsageError with all problems where there are any.
  const CaseSpace& space() const;
  /// Every problem, each with file and line; empty for a possible contract.
  std::vector<std::string> problems() const;

 private:
  explicit Contract(std::shared_ptr<const ContractData> data);
  Contract changed(const std::function<void(ContractData&)>& change) const;
  Contract declared(const std::string& what, Location location,
                    const std::function<void(ContractData&)>& change) const;
  Contract with_loss(Loss loss) const;
  Contract with_reference(std::function<Outputs(const Inputs&)> reference) const;
  Contract with_module_reference(
      std::function<Outputs(torch::nn::Module*, const Inputs&)> reference) const;
  Contract with_version(Subject version) const;
  Contract with_forward(std::function<Outputs(torch::nn::Module*, const Inputs&)> forward) const;
  Contract with_draws(const std::string& call, DeclaredDraws draws, Location location) const;
  Contract with_training_step(std::function<TrainingStep(torch::nn::Module*)> factory,
                              Location location) const;
  Contract with_property(Property property, Location location) const;

  const CheckedContract& checked() const;

  std::shared_ptr<const ContractData> data_;
  mutable std::shared_ptr<const CheckedContract> checked_;
};

}  // namespace gradgrind

#include "gradgrind/properties/contract_templates.h"

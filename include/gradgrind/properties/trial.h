// A trial: one property judging one case. What the body of a property works with.
//
// Layer 3, properties.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/verdict.h"
#include "gradgrind/properties/model.h"
#include "gradgrind/properties/values.h"

namespace gradgrind {

class Contract;
class ModelPool;

/// What probing found out about a subject, on its first cases.
struct Probe {
  bool random_in_training = false;    ///< Another seed gives other bits in training mode.
  bool random_in_evaluation = false;  ///< Likewise in evaluation.
  bool differentiable = true;         ///< Some output is floating.
  bool dtype_pure = true;             ///< With another dtype going in another comes out.
  bool refuses_float64 = false;       ///< The twin of the other precision does not run.
  double forward_seconds = 0;         ///< Slowest forward in evaluation.
  double float64_seconds = 0;         ///< Likewise of the twin in float64; 0 where it does not run.
};

/// One property judging one case: gives out fresh inputs and a subject whose weights are those of
/// the case, however often they were written to before.
class Trial {
 public:
  Trial(const Contract& contract, const Case& a_case, ModelPool& pool, const Probe& probe,
        double error_budget = 1e-6);

  const Contract& contract() const { return contract_; }
  const Case& tested() const { return case_; }
  const Probe& probe() const { return probe_; }
  /// Settings::error_budget: of the whole run, so that a check may take a share of it.
  double error_budget() const { return error_budget_; }

  /// Inputs as the case says, made afresh: values, layouts, aliases, device.
  Inputs inputs() const;
  /// The declared targets for the case, drawn from its seed.
  Inputs targets() const;

  /// The subject with the weights of the case, in evaluation mode.
  Model& model();
  /// A subject built anew under another weight seed; null for an instance or a function.
  std::unique_ptr<Model> another(std::uint64_t seed_offset) const;

  /// Whether the subject is built from dim `name`, and so serves one size of it.
  bool is_built_from(const std::string& name);

  /// Evaluation without gradients on `inputs`, seeded as the case says.
  Outputs forward(const Inputs& inputs);
  /// forward(inputs()), computed once a trial; shared, so not to be written to.
  const Outputs& outputs();
  /// forward() in `dtype`: weights and `inputs` are converted, the weights back afterwards.
  Outputs forward_in(DType dtype, const Inputs& inputs);
  /// Evaluation with gradients.
  Outputs forward_with_grad(const Inputs& inputs);

  /// Name of the output at `position`: as declared, else "output" and its path.
  std::string output_name(std::size_t position) const;

  /// A seed for choices inside a property: pure in the case and `purpose`.
  std::uint64_t seed(const std::string& purpose) const;

 private:
  const Contract& contract_;
  const Case& case_;
  ModelPool& pool_;
  const Probe& probe_;
  double error_budget_;
  Model* model_ = nullptr;
  std::unique_ptr<Outputs> outputs_;
};

/// `inputs` with floating and complex tensors converted to `dtype` and its complex counterpart.
Inputs converted(const Inputs& inputs, DType dtype);

/// While it lives, the subject of a trial has floating parameters and buffers of another dtype.
class TwinScope {
 public:
  TwinScope(Trial& trial, DType dtype);
  ~TwinScope();
  TwinScope(const TwinScope&) = delete;
  TwinScope& operator=(const TwinScope&) = delete;

 private:
  Model& model_;
  std::vector<NamedTensor> saved_;
};

/// Runs `body`, which judges by assertions: of GoogleTest where gradgrind/gtest.h installed its
/// interceptor, else by exceptions alone. A failed assertion is a failed verdict with its text,
/// file and line.
Verdict run_with_assertions(const std::function<void()>& body);

/// Installed by the GoogleTest face.
using AssertionInterceptor = Verdict (*)(const std::function<void()>& body);
void install_assertion_interceptor(AssertionInterceptor interceptor);

}  // namespace gradgrind

// What the bodies of several properties share.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

// -- Why a property says nothing about a contract; empty when it does -----------------------------
std::string without_module(const Contract& contract);
std::string without_batch(const Contract& contract);
std::string without_outputs(const Contract& contract);
std::string without_gradients(const Contract& contract);
std::string without_trainable_module(const Contract& contract);
std::string without_mask(const Contract& contract);

/// Appends a property to the list of its group and gives it back for further settings. `ruled_out`
/// may be null.
Property& add(Suite& group, const char* name, const char* claim, ToleranceClass tolerance,
              std::string (*ruled_out)(const Contract&), Verdict (*check)(Trial&));
/// The finished list, each property labelled with the group's name.
Suite labelled(const char* group, Suite properties);

/// The first non-empty reason.
std::string first_reason(std::initializer_list<std::string> reasons);

/// Not applicable where evaluation is random, as declared or as probed; else nothing.
std::optional<Verdict> unless_deterministic(const Trial& trial);

/// A failure in words.
Verdict failure(const std::string& kind, const std::string& output, const std::string& message,
                const std::string& worst = {});

/// Fails where two results are not the same bits: "y WHEN_B is not the same bits as WHEN_A".
std::optional<Verdict> bits_differ(const Trial& trial, const Outputs& a, const std::string& when_a,
                                   const Outputs& b, const std::string& when_b);

/// Position of dim `name` among the axes of `shape`, expanded variadic dims counted; -1 where it is
/// not an axis of its own.
std::int64_t axis_of(const ShapeExpr& shape, const Dims& dims, const std::string& name);

/// The axis of the batch dim in each input and output; -1 where there is none.
std::vector<std::int64_t> input_batch_axes(const Trial& trial);
std::vector<std::int64_t> output_batch_axes(const Trial& trial);
/// Rows of the batch in this case.
std::int64_t batch_size(const Trial& trial);

/// `inputs` with the rows at `rows` of each tensor that has the batch dim, in that order.
Inputs rows_of(const Trial& trial, const Inputs& inputs, const std::vector<std::int64_t>& rows);
/// Likewise for outputs.
Outputs rows_of(const Trial& trial, const Outputs& outputs, const std::vector<std::int64_t>& rows);

/// Other contents for input `position`, of its domain, dtype and shape; pure in the case and
/// `seed`.
Array redrawn(const Trial& trial, std::size_t position, std::size_t tensor, std::uint64_t seed);
/// Fresh inputs of which input `position` holds other contents.
Inputs inputs_with_redrawn(const Trial& trial, std::size_t position, std::uint64_t seed);

/// The loss of the contract, or the mean squared error to `targets` of the outputs' shapes.
at::Tensor loss_of(const Trial& trial, const Outputs& outputs, const Inputs& declared_targets,
                   const std::vector<at::Tensor>& teacher);
/// What the mean squared error compares with: outputs of the same architecture under other weights,
/// so that the target can be reached. Empty where the contract declares a loss.
std::vector<at::Tensor> teacher_outputs(Trial& trial);
/// "mean squared error to the outputs of a twin with other weights (no loss is declared)", or
/// empty.
std::string loss_note(const Contract& contract);

/// Fresh inputs whose floating tensors ask for gradients.
Inputs differentiable_inputs(const Trial& trial);

/// A scalar that depends on all floating outputs: their sum weighted by fixed pseudo-random numbers
/// in [0.5, 1.5], so that nothing cancels behind a softmax.
at::Tensor weighted_sum(const Outputs& outputs);

/// Runs loss.backward() as a phase of the journal.
void run_backward(const at::Tensor& loss);

/// Whether parameter `name` is declared as frozen.
bool is_frozen(const Contract& contract, const std::string& name);

}  // namespace gradgrind

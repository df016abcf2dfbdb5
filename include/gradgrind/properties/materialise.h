// Tensors of cases, and cases of tensors.
//
// Layer 3, properties.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/case_space.h"
#include "gradgrind/properties/values.h"

namespace gradgrind {

at::ScalarType scalar_type(DType dtype);
/// Throws UsageError for a dtype that cases do not have (quantised, complex32).
DType dtype_of(at::ScalarType type);

/// A tensor with the values and the layout of `value`, in memory of its own. Gaps of a strided
/// layout are filled with NaN, or the largest integer: reading them shows.
at::Tensor materialise(const TensorValue& value);

/// Fresh tensors for all inputs of a case; aliases share memory. Lists and absent inputs by
/// `space`.
Inputs materialise(const CaseSpace& space, const Case& a_case);

/// The logical values of a tensor of any layout and device. O(numel).
Array array_of(const at::Tensor& tensor);

/// Writes the inputs of a live failure to a case file, so that it becomes a case:
///
///   catch (const std::exception&) { gg::save_case("failure.safetensors", {{"x", x}, {"pad",
///   pad}}); }
///
/// In any order; targets and weights are added when a contract replays it. Dims are read off the
/// shapes when a contract replays it. Where values lie outside its domains
/// the failure is judged all the same, and the report says so: a contract that promises ordinary
/// values says nothing about 1e30. Throws UsageError as write_case_file() does, and for an
/// undefined tensor or a dtype that cases do not have.
void save_case(const std::string& path,
               const std::vector<std::pair<std::string, at::Tensor>>& inputs);

}  // namespace gradgrind

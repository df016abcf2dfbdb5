// Relations between two forwards that must agree up to rounding, and faults that break them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/trial.h"

namespace bench {

/// What is planted into the outputs of each forward.
enum class Fault {
  none,
  leak,  ///< A millionth of a mean over the batch, of the kind that the relation must notice.
};

/// Two ways to the same outputs.
struct Relation {
  std::string name;
  /// Both, computed in a dtype. No outputs where the case says nothing.
  std::pair<gradgrind::Outputs, gradgrind::Outputs> (*in)(gradgrind::Trial& trial,
                                                          gradgrind::DType dtype, Fault fault);
};

/// A row in its batch and alone, with the batch's mean leaking; a batch and its permutation, with a
/// mean weighted by position leaking; contiguous and transposed inputs, with the mean leaking where
/// they are transposed.
std::vector<Relation> relations();

}  // namespace bench

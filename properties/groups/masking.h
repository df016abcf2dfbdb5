// Which positions of which input a mask hides.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// The positions of one input that one mask hides from every query.
struct HiddenPositions {
  std::size_t input = 0;  ///< The input that is masked.
  std::string by;         ///< Name of the mask.
  at::Tensor mask;        ///< bool, of the masked input's shape; true: hidden.
  bool any = false;       ///< Whether it hides anything.
  /// bool over the mask's own dims, and their names, for outputs that share them.
  at::Tensor marks;
  std::vector<std::string> dims;
};

/// One entry for each input with .of("x"). A mask's axes are matched to those of x by the names of
/// their dims, from the last; an axis that x does not have is one of queries, and a position counts
/// as hidden when it is so from all of them. Lengths hide what lies behind them along the declared
/// sequence dim.
std::vector<HiddenPositions> hidden_positions(const Trial& trial);

/// Where output `position` shares all dims of the mask: its hidden positions, of its shape.
std::optional<at::Tensor> hidden_in_output(const Trial& trial, const HiddenPositions& hidden,
                                           std::size_t position, const at::Tensor& output);

/// Fresh inputs in which the first row of some mask hides everything, or nothing where no mask's
/// domain has such a member.
std::optional<Inputs> inputs_with_a_fully_masked_row(const Trial& trial);

}  // namespace gradgrind

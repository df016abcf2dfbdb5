// Which positions of which input a mask hides.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"
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

/// The dim along which lengths count: the one that bounds them, else the declared sequence dim;
/// empty where there is neither.
std::string counted_dim(const ContractData& data, const Domain& lengths);

/// One entry for each input with .of("x"). A mask's axes are matched to those of x by the names of
/// their dims, from the last; an axis that x does not have is one of queries, and a position counts
/// as hidden when it is so from all of them. Lengths hide what lies behind them along their dim.
std::vector<HiddenPositions> hidden_positions(const Trial& trial);

/// For each axis of `from` the axis of `to` of the same name, matched from the last, each once; -1
/// for none.
std::vector<std::int64_t> matched_axes(const std::vector<std::string>& from,
                                       const std::vector<std::string>& to);

/// `marks` over axes `from`, seen over axes `to`, of the shape of `like`. Axes of `from` that are
/// not in `to` are reduced: hidden means hidden from all of them. Nothing where no axis matches.
std::optional<at::Tensor> seen_over(at::Tensor marks, const std::vector<std::string>& from,
                                    const std::vector<std::string>& to, const at::Tensor& like);

/// Where output `position` shares all dims of the mask: its hidden positions, of its shape.
std::optional<at::Tensor> hidden_in_output(const Trial& trial, const HiddenPositions& hidden,
                                           std::size_t position, const at::Tensor& output);

/// Outputs with what lies at hidden positions set to 0: there a subject may give back what it
/// likes.
Outputs visible(const Trial& trial, const HiddenPositions& hidden, const Outputs& outputs);

/// `tensor`, the value of input `input`, with other contents where `where` is true. A small domain
/// often draws what stood there already, which would prove nothing: then it draws again.
at::Tensor with_other_contents(const Trial& trial, std::size_t input, const at::Tensor& where,
                               const at::Tensor& tensor);

/// Fresh inputs in which the first row of some mask hides everything, or nothing where no mask's
/// domain has such a member.
std::optional<Inputs> inputs_with_a_fully_masked_row(const Trial& trial);

}  // namespace gradgrind

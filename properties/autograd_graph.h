// The autograd graph behind a result: which leaves would receive a gradient.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace gradgrind {

/// The leaf tensors that backward() from `results` would give a gradient to. Walks the graph, runs
/// nothing: no numeric threshold is involved.
std::vector<at::Tensor> reachable_leaves(const std::vector<at::Tensor>& results);

}  // namespace gradgrind

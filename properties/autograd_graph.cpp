#include "properties/autograd_graph.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/variable.h>

#include <unordered_set>

namespace gradgrind {

std::vector<at::Tensor> reachable_leaves(const std::vector<at::Tensor>& results) {
  std::vector<at::Tensor> leaves;
  std::vector<torch::autograd::Node*> pending;
  std::unordered_set<torch::autograd::Node*> seen;
  for (const at::Tensor& result : results) {
    if (!result.defined() || !result.requires_grad()) continue;
    pending.push_back(torch::autograd::impl::gradient_edge(result).function.get());
  }
  while (!pending.empty()) {
    torch::autograd::Node* node = pending.back();
    pending.pop_back();
    if (node == nullptr || !seen.insert(node).second) continue;
    if (auto* leaf = dynamic_cast<torch::autograd::AccumulateGrad*>(node)) {
      leaves.push_back(leaf->variable);
    }
    for (const torch::autograd::Edge& edge : node->next_edges()) {
      pending.push_back(edge.function.get());
    }
  }
  return leaves;
}

}  // namespace gradgrind

// A mask over queries and keys: what it hides from one query.
#include <ATen/TensorOperators.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/ones_like.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <vector>

#include "properties/compare.h"
#include "properties/groups/axes.h"
#include "properties/groups/masking.h"
#include "properties/groups/support.h"
#include "properties/groups/visibility.h"

namespace gradgrind {
namespace {

constexpr std::int64_t kMostQueries = 4;  // looked at in one case

std::vector<std::string> words(const std::string& shape) {
  std::istringstream text(shape);
  return {std::istream_iterator<std::string>(text), {}};
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Where a mask has an axis of queries: one that the masked input does not have, or has already.
struct QueryAxis {
  std::int64_t axis = -1;  // in the mask; -1 for none
  std::string dim;
  bool reads_itself = false;  // queries and keys are positions of one input
};

QueryAxis query_axis(const Trial& trial, const HiddenPositions& hidden) {
  const std::vector<std::string> own = input_axes(trial, hidden.input);
  const std::vector<std::int64_t> matched = matched_axes(hidden.dims, own);
  for (std::size_t i = matched.size(); i-- > 0;) {
    const std::string& dim = hidden.dims[i];
    if (matched[i] >= 0 || !has_output_axis(trial, dim)) continue;
    return {static_cast<std::int64_t>(i), dim, contains(own, dim)};
  }
  return {};
}

// What stays hidden when a query sees what those see that it sees: several layers may lie between.
// Itself it always sees. `marks` ends in axes of queries and keys.
at::Tensor hidden_for_good(const at::Tensor& marks) {
  const std::int64_t length = marks.size(-1);
  at::Tensor seen = marks.logical_not().logical_or(at::eye(length).gt(0));
  for (std::int64_t reached = 1; reached < length; reached *= 2) {
    seen = at::matmul(seen.to(at::kFloat), seen.to(at::kFloat)).gt(0);
  }
  return seen.logical_not();
}

// The marks of one query, over the mask's other dims.
at::Tensor marks_of_query(const HiddenPositions& hidden, const QueryAxis& queries,
                          std::int64_t query) {
  if (!queries.reads_itself) return hidden.marks.select(queries.axis, query);
  const auto last = static_cast<std::int64_t>(hidden.dims.size()) - 1;
  const at::Tensor pairs = hidden.marks.movedim({queries.axis, last}, {-2, -1});
  return hidden_for_good(pairs).select(-2, query);
}

Outputs of_query(const Trial& trial, const Outputs& outputs, const std::string& dim,
                 std::int64_t query) {
  Outputs result = outputs;
  for (std::size_t i = 0; i < outputs.count(); ++i) {
    const std::vector<std::string> axes = output_axes(trial, i);
    const auto found = std::find(axes.begin(), axes.end(), dim);
    const std::int64_t axis = found == axes.end() ? -1 : found - axes.begin();
    result.tensors[i] = axis < 0 || axis >= outputs[i].dim() ? outputs[i].new_zeros({})
                                                             : outputs[i].select(axis, query);
  }
  return result;
}

// Whether queries read one another, through which what is hidden from one may reach it.
bool reads_other_queries(Trial& trial, const std::string& dim, std::int64_t query) {
  const auto& declared = trial.contract().data().signature.inputs;
  Inputs inputs = trial.inputs();
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const std::vector<std::string> axes = input_axes(trial, i);
    const auto found = std::find(axes.begin(), axes.end(), dim);
    std::vector<at::Tensor>& tensors = inputs.slots()[i].tensors;
    if (found == axes.end() || !declared[i].second.masking.of.empty() || tensors.size() != 1) {
      continue;
    }
    at::Tensor others = at::ones_like(tensors[0], at::kBool);
    others.select(found - axes.begin(), query).fill_(false);
    tensors[0] = with_other_contents(trial, i, others, tensors[0]);
  }
  return bits_differ(trial, of_query(trial, trial.outputs(), dim, query), "",
                     of_query(trial, trial.forward(inputs), dim, query), "")
      .has_value();
}

std::optional<Verdict> query_fails(Trial& trial, const HiddenPositions& hidden,
                                   const QueryAxis& queries, std::int64_t query,
                                   const at::Tensor& where) {
  Inputs changed = trial.inputs();
  at::Tensor& tensor = changed.slots()[hidden.input].tensors.at(0);
  tensor = with_other_contents(trial, hidden.input, where, tensor);
  auto verdict = bits_differ(
      trial, of_query(trial, trial.outputs(), queries.dim, query), "with its own keys",
      of_query(trial, trial.forward(changed), queries.dim, query), "with other contents there");
  if (!verdict.has_value()) return std::nullopt;
  if (!queries.reads_itself && reads_other_queries(trial, queries.dim, query)) {
    return Verdict::discarded("queries read one another");
  }
  verdict->evidence.message = "what " + hidden.by + " hides from query " + std::to_string(query) +
                              " in " + trial.tested().inputs[hidden.input].name + " changes " +
                              verdict->evidence.output + " there";
  return verdict;
}

}  // namespace

std::string without_mask_over_queries(const Contract& contract) {
  const ContractData& data = contract.data();
  for (const auto& [name, domain] : data.signature.inputs) {
    if (domain.masking.of.empty()) continue;
    const auto masked =
        std::find_if(data.signature.inputs.begin(), data.signature.inputs.end(),
                     [&of = domain.masking.of](const auto& input) { return input.first == of; });
    if (masked == data.signature.inputs.end()) continue;
    const std::vector<std::string> dims = words(domain.shape);
    const std::vector<std::int64_t> matched = matched_axes(dims, words(masked->second.shape));
    for (std::size_t i = 0; i < dims.size(); ++i) {
      for (const auto& [output, declared] : data.outputs) {
        if (matched[i] < 0 && matched.back() >= 0 && contains(words(declared.shape), dims[i])) {
          return {};
        }
      }
    }
  }
  return "no mask has an axis of queries, and an output with it";
}

Verdict check_queries(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  bool any = false;
  for (const HiddenPositions& hidden : hidden_positions(trial)) {
    const QueryAxis queries = query_axis(trial, hidden);
    if (queries.axis < 0) continue;
    if (queries.reads_itself && hidden.dims.back() != queries.dim) continue;
    const std::int64_t count = hidden.marks.size(queries.axis);
    for (std::int64_t i = 0; i < std::min(count, kMostQueries); ++i) {
      const std::int64_t query = count <= kMostQueries ? i : i * (count - 1) / (kMostQueries - 1);
      std::vector<std::string> dims = hidden.dims;
      dims.erase(dims.begin() + queries.axis);
      const at::Tensor marks = marks_of_query(hidden, queries, query);
      const std::optional<at::Tensor> where =
          seen_over(marks, dims, input_axes(trial, hidden.input), hidden.mask);
      if (!where.has_value() || !where->any().item<bool>()) continue;
      any = true;
      if (auto verdict = query_fails(trial, hidden, queries, query, *where)) return *verdict;
    }
  }
  return any ? Verdict::holds() : Verdict::discarded("nothing is hidden from a single query");
}

}  // namespace gradgrind

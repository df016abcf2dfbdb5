#include "properties/groups/batch_relations.h"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>
#include <string>

#include "gradgrind/generators/source.h"
#include "properties/groups/support.h"
#include "properties/tolerance.h"

namespace gradgrind {
namespace {

std::vector<std::int64_t> range(std::int64_t first, std::int64_t last) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(std::max<std::int64_t>(0, last - first)));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

bool has_batch_output(const Trial& trial) {
  const std::vector<std::int64_t> axes = output_batch_axes(trial);
  return std::any_of(axes.begin(), axes.end(), [](std::int64_t axis) { return axis >= 0; });
}

Verdict agree_after(Trial& trial, const std::string& expected_when, const std::string& actual_when,
                    const std::function<Outputs(DType)>& expected,
                    const std::function<Outputs(DType)>& actual) {
  return agree(trial, {expected_when, actual_when, [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(expected(dtype), actual(dtype));
                       }});
}

Outputs whole(Trial& trial, DType dtype) { return trial.forward_in(dtype, trial.inputs()); }

Outputs forward_of_rows(Trial& trial, DType dtype, const std::vector<std::int64_t>& rows) {
  const Inputs all = trial.inputs();
  Inputs selected = rows_of(trial, all, rows);
  return trial.forward_in(dtype, selected);
}

Outputs joined(const Trial& trial, const std::vector<Outputs>& parts) {
  const std::vector<std::int64_t> axes = output_batch_axes(trial);
  Outputs result = parts.front();
  for (const Outputs& part : parts) {
    if (part.count() == result.count()) continue;
    const auto [fewest, most] = std::minmax({part.count(), result.count()});
    throw std::runtime_error("how many tensors come back depends on the rows of the batch: " +
                             std::to_string(fewest) + " or " + std::to_string(most));
  }
  for (std::size_t i = 0; i < result.count(); ++i) {
    if (i >= axes.size() || axes[i] < 0) continue;
    std::vector<at::Tensor> pieces;
    for (const Outputs& part : parts) pieces.push_back(part[i]);
    result.tensors[i] = at::cat(pieces, axes[i]);
  }
  return result;
}

}  // namespace

std::optional<Verdict> unless_rows(const Trial& trial, std::int64_t at_least) {
  if (auto verdict = unless_deterministic(trial)) return verdict;
  if (!has_batch_output(trial)) return Verdict::not_applicable("no output has the batch dim");
  if (batch_size(trial) < at_least) {
    return Verdict::discarded("fewer than " + std::to_string(at_least) + " rows");
  }
  return std::nullopt;
}

Outputs batched(const Trial& trial, const Outputs& outputs) {
  const std::vector<std::int64_t> axes = output_batch_axes(trial);
  Outputs kept;
  for (std::size_t i = 0; i < outputs.count() && i < axes.size(); ++i) {
    if (axes[i] < 0) continue;
    kept.tensors.push_back(outputs[i]);
    kept.paths.push_back(outputs.paths[i]);
  }
  return kept;
}

Verdict check_permutation(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  std::vector<std::int64_t> order = range(0, batch_size(trial));
  RandomSource source(trial.seed("permutation"));
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[source.below(i)]);
  if (std::is_sorted(order.begin(), order.end())) {
    std::rotate(order.begin(), order.begin() + 1, order.end());
  }
  return agree_after(
      trial, "when rows are permuted afterwards", "when they are permuted before",
      [&](DType dtype) { return rows_of(trial, whole(trial, dtype), order); },
      [&](DType dtype) { return batched(trial, forward_of_rows(trial, dtype, order)); });
}

Verdict check_split(Trial& trial) {
  if (auto verdict = unless_rows(trial, 2)) return *verdict;
  const std::int64_t rows = batch_size(trial);
  const std::int64_t cut =
      1 + static_cast<std::int64_t>(trial.seed("cut") % static_cast<std::uint64_t>(rows - 1));
  return agree_after(
      trial, "in one batch",
      "in two parts, of " + std::to_string(cut) + " and " + std::to_string(rows - cut) + " rows",
      [&](DType dtype) { return batched(trial, whole(trial, dtype)); },
      [&](DType dtype) {
        return batched(trial, joined(trial, {forward_of_rows(trial, dtype, range(0, cut)),
                                             forward_of_rows(trial, dtype, range(cut, rows))}));
      });
}

Verdict check_single(Trial& trial) {
  if (auto verdict = unless_rows(trial, 1)) return *verdict;
  const std::int64_t row = static_cast<std::int64_t>(trial.seed("single") %
                                                     static_cast<std::uint64_t>(batch_size(trial)));
  return agree_after(
      trial, "in the batch", "alone",
      [&](DType dtype) { return rows_of(trial, whole(trial, dtype), {row}); },
      [&](DType dtype) { return batched(trial, forward_of_rows(trial, dtype, {row})); });
}

Verdict check_duplicates(Trial& trial) {
  if (auto verdict = unless_rows(trial, 1)) return *verdict;
  const std::vector<std::int64_t> once = range(0, batch_size(trial));
  std::vector<std::int64_t> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  const auto half = [&](DType dtype, std::int64_t first) {
    const std::int64_t rows = batch_size(trial);
    return rows_of(trial, forward_of_rows(trial, dtype, twice), range(first, first + rows));
  };
  return agree_after(
      trial, "in the first copy of its row", "in the second",
      [&](DType dtype) { return half(dtype, 0); },
      [&](DType dtype) { return half(dtype, batch_size(trial)); });
}

}  // namespace gradgrind

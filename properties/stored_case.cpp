#include "properties/stored_case.h"

#include <fmt/format.h>
#include <torch/version.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

// The dims with the derived ones computed. A derivation may use another: each round knows more.
Dims with_derived(const CaseSpace& space, Dims dims) {
  for (std::size_t round = 0; round < space.dims().dims().size(); ++round) {
    for (const Dim& dim : space.dims().dims()) {
      if (dim.kind != Dim::Kind::derived) continue;
      const auto size = DimExpr::parse(dim.expression).try_evaluate(dims);
      if (size.has_value()) dims.sizes[dim.name] = *size;
    }
  }
  return dims;
}

// Calls `visit(expression, size)` for each axis of each input that is one dim expression.
template <class Visit>
void for_each_axis(const CaseSpace& space, const Case& a_case, const Visit& visit) {
  const std::size_t declared = space.signature().inputs.size();
  for (std::size_t i = 0; i < a_case.inputs.size() && i < declared; ++i) {
    if (a_case.inputs[i].tensors.empty()) continue;
    const Shape& shape = a_case.inputs[i].tensors.front().values.shape();
    const auto& entries = space.shape_of(i).entries();
    if (entries.size() != shape.size()) continue;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (entries[axis].dim.has_value()) visit(*entries[axis].dim, shape[axis]);
    }
  }
}

int matching_axes(const CaseSpace& space, const Case& a_case, const Dims& dims) {
  int matching = 0;
  for_each_axis(space, a_case, [&](const DimExpr& axis, std::int64_t size) {
    matching += axis.try_evaluate(dims) == size ? 1 : 0;
  });
  return matching;
}

// Binds each dim that stands alone on an axis to the size found there, and each other one to the
// size with which most axes come out right.
void read_dims_off_shapes(const CaseSpace& space, Case& a_case) {
  Dims& dims = a_case.dims;
  for_each_axis(space, a_case, [&](const DimExpr& axis, std::int64_t size) {
    if (space.dims().is_free(axis.text())) dims.sizes[axis.text()] = size;
  });
  for (const Dim& dim : space.dims().dims()) {
    if (dim.kind != Dim::Kind::free || dims.sizes.count(dim.name) != 0) continue;
    int most = -1;
    std::int64_t best = dim.lowest;
    for (std::int64_t size = dim.lowest; size <= dim.highest; ++size) {
      Dims tried = dims;
      tried.sizes[dim.name] = size;
      const int matching = matching_axes(space, a_case, with_derived(space, std::move(tried)));
      if (matching <= most) continue;
      most = matching;
      best = size;
    }
    dims.sizes[dim.name] = best;
  }
  dims = with_derived(space, dims);
}

// The simplest target of place `place` in the signature, for dims that are known.
Input simplest_target(const CaseSpace& space, std::size_t place, const Case& a_case) {
  const auto& [name, domain] = space.signature().inputs[place];
  TensorValue value;
  value.values = Array(domain.dtypes.empty() ? a_case.dtype : domain.dtypes.front(),
                       space.shape_of(place).evaluate(a_case.dims));
  if (domain.content.repair) {
    std::vector<std::int64_t> bounds;
    for (const std::string& bound : domain.content.bounds) {
      bounds.push_back(DimExpr::parse(bound).evaluate(a_case.dims));
    }
    domain.content.repair(bounds, value.values);
  }
  return {name, {std::move(value)}};
}

// What save_case() knows is inputs alone, by name: puts them into the order of their declaration,
// and adds targets and weights that the contract knows.
void complete_from_production(const Contract& contract, Case& a_case) {
  const CaseSpace& space = contract.space();
  const auto& declared = space.signature().inputs;
  const auto place = [&](const Input& input) {
    return std::find_if(declared.begin(), declared.end(),
                        [&](const auto& entry) { return entry.first == input.name; }) -
           declared.begin();
  };
  std::stable_sort(a_case.inputs.begin(), a_case.inputs.end(),
                   [&](const Input& a, const Input& b) { return place(a) < place(b); });
  read_dims_off_shapes(space, a_case);
  const std::size_t targets = contract.data().targets.size();
  if (a_case.inputs.size() == declared.size() - targets) {
    for (std::size_t i = a_case.inputs.size(); i < declared.size(); ++i) {
      a_case.inputs.push_back(simplest_target(space, i, a_case));
    }
  }
  const std::vector<WeightPolicy>& weights = space.signature().weights;
  if (std::find(weights.begin(), weights.end(), a_case.weights.policy) == weights.end()) {
    a_case.weights.policy = weights.front();
  }
}

void complete(const Contract& contract, Case& a_case) {
  const CaseSpace& space = contract.space();
  ByteSource simplest(nullptr, 0);
  for (const auto& [name, domain] : space.signature().parameters) {
    auto given = a_case.parameters.find(name);
    if (given == a_case.parameters.end()) {
      a_case.parameters[name] = domain.draw(name, simplest);
      continue;
    }
    OpaqueValue* opaque = std::get_if<OpaqueValue>(&given->second);
    if (opaque != nullptr && opaque->value == nullptr && domain.restore != nullptr) {
      given->second = domain.restore(opaque->seed, opaque->path);
    }
  }
}

}  // namespace

CaseFile stored_case(const Contract& contract, const std::string& path) {
  CaseFile file = read_case_file(path);
  if (!file.contract.empty() && file.contract != contract.name()) {
    throw UsageError(path + ": a case of the contract " + file.contract + ", not of " +
                     contract.name());
  }
  if (file.contract.empty()) complete_from_production(contract, file.content);
  complete(contract, file.content);
  const std::string mismatch = contract.space().structural_mismatch(file.content);
  if (!mismatch.empty()) {
    throw UsageError(path + ": the case no longer fits the contract " + contract.name() + ": " +
                     mismatch + "; delete the file if the contract was changed on purpose");
  }
  return file;
}

std::string store(Finding& finding, const std::string& folder) {
  CaseFile file;
  file.contract = finding.contract;
  file.identity = finding.identity;
  file.message = finding.evidence.message;
  file.stream_seed = finding.seed;
  file.stream_index = finding.index;
  file.versions["gradgrind"] = GRADGRIND_VERSION;
  file.versions["libtorch"] = TORCH_VERSION;
  file.content = finding.smallest;
  const std::uint64_t identity =
      hash(finding.identity.kind + "|" + finding.identity.output + "|" + finding.identity.site);
  const std::filesystem::path path =
      std::filesystem::path(folder) / finding.contract /
      fmt::format("{}-{:08x}.safetensors", finding.identity.property, identity & 0xffffffffU);
  try {
    write_case_file(path.string(), file);
  } catch (const UsageError& error) {
    return error.what();
  }
  finding.path = path.string();
  return {};
}

}  // namespace gradgrind

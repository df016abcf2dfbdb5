#include "properties/stored_case.h"

#include <fmt/format.h>
#include <torch/version.h>

#include <filesystem>

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

void complete(const Contract& contract, Case& a_case) {
  const CaseSpace& space = contract.space();
  if (a_case.dims.sizes.empty()) read_dims_off_shapes(space, a_case);
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
  complete(contract, file.content);
  const std::string mismatch = contract.space().structural_mismatch(file.content);
  if (!mismatch.empty()) {
    throw UsageError(path + ": the case no longer fits the contract " + contract.name() + ": " +
                     mismatch + "; remove the file, or mend it");
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

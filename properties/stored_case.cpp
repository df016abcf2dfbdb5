#include "properties/stored_case.h"

#include <fmt/format.h>
#include <torch/version.h>

#include <filesystem>

#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

// Binds each plain dim that stands alone on an axis to the size found there; the rest follows.
void read_dims_off_shapes(const CaseSpace& space, Case& a_case) {
  for (std::size_t i = 0; i < a_case.inputs.size(); ++i) {
    if (a_case.inputs[i].tensors.empty()) continue;
    const Shape& shape = a_case.inputs[i].tensors.front().values.shape();
    const auto& entries = space.shape_of(i).entries();
    if (entries.size() != shape.size()) continue;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) {
      if (!entries[axis].dim.has_value()) continue;
      const std::string& text = entries[axis].dim->text();
      if (space.dims().is_free(text)) a_case.dims.sizes[text] = shape[axis];
    }
  }
  for (const Dim& dim : space.dims().dims()) {
    if (dim.kind == Dim::Kind::free && a_case.dims.sizes.count(dim.name) == 0) {
      a_case.dims.sizes[dim.name] = dim.lowest;
    }
  }
  for (const Dim& dim : space.dims().dims()) {
    if (dim.kind != Dim::Kind::derived) continue;
    a_case.dims.sizes[dim.name] = DimExpr::parse(dim.expression).evaluate(a_case.dims);
  }
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
  const std::string mismatch = contract.space().mismatch(file.content);
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

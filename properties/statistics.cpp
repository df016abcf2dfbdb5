#include "properties/statistics.h"

#include <fmt/format.h>

namespace gradgrind {
namespace {

std::string numel_bucket(std::int64_t numel) {
  if (numel <= 1) return std::to_string(numel);
  if (numel <= 16) return "2 to 16";
  if (numel <= 256) return "17 to 256";
  return numel <= 4096 ? "257 to 4096" : "above 4096";
}

}  // namespace

void count_facets(const Contract& contract, const Case& a_case,
                  std::map<std::string, int>& counts) {
  ++counts["dtype " + std::string(name(a_case.dtype))];
  if (contract.data().subject.kind == Subject::Kind::module) {
    ++counts["weights " + std::string(name(a_case.weights.policy))];
  }
  for (const Input& input : a_case.inputs) {
    if (input.tensors.empty()) ++counts[input.name + " absent or empty"];
    for (const TensorValue& tensor : input.tensors) {
      ++counts[input.name + ".values " + tensor.value_class];
      ++counts[input.name + ".layout " + std::string(name(tensor.layout.kind))];
      ++counts[input.name + ".numel " + numel_bucket(tensor.values.numel())];
    }
  }
}

std::string statistics_text(const std::map<std::string, int>& counts, int cases) {
  std::string text;
  for (const auto& [facet, count] : counts) {
    text += fmt::format("  {:>5.1f} %  {}\n", cases > 0 ? 100.0 * count / cases : 0.0, facet);
  }
  return text;
}

}  // namespace gradgrind

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "generators/mismatch.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

std::string dims_mismatch(const ParsedSignature& space, const Dims& dims) {
  std::vector<std::string> plain;
  std::vector<std::string> variadic;
  for (const Dim& dim : space.table.dims()) {
    (dim.kind == Dim::Kind::variadic ? variadic : plain).push_back(dim.name);
  }
  for (const auto& [name, size] : dims.sizes) {
    if (!contains(plain, name)) return unknown_name("dim", name, plain);
  }
  for (const auto& [name, sizes] : dims.variadic) {
    if (!contains(variadic, name)) return unknown_name("variadic dim", name, variadic);
  }
  for (const Dim& dim : space.table.dims()) {
    if (dim.kind == Dim::Kind::variadic) {
      const auto found = dims.variadic.find(dim.name);
      if (found == dims.variadic.end()) {
        return fmt::format("variadic dim '{}' has no sizes; give them with variadic(\"{}\", ...)",
                           dim.name, dim.name);
      }
      const Shape& sizes = found->second;
      const auto rank = static_cast<std::int64_t>(sizes.size());
      if (rank < dim.lowest || rank > dim.highest) {
        return fmt::format("variadic dim '{}' is {}, {} dims, outside {} to {} dims", dim.name,
                           to_string(sizes), rank, dim.lowest, dim.highest);
      }
      for (const std::int64_t size : sizes) {
        if (dim.lowest_size <= size && size <= dim.highest_size) continue;
        return fmt::format("variadic dim '{}' is {}, with the size {} outside {} to {}", dim.name,
                           to_string(sizes), size, dim.lowest_size, dim.highest_size);
      }
      continue;
    }
    const auto found = dims.sizes.find(dim.name);
    if (found == dims.sizes.end()) {
      return fmt::format("dim '{}' has no size; give it with dim(\"{}\", ...)", dim.name, dim.name);
    }
    if (dim.kind == Dim::Kind::free &&
        (found->second < dim.lowest || found->second > dim.highest)) {
      return fmt::format("dim '{}' is {}, outside {} to {}", dim.name, found->second, dim.lowest,
                         dim.highest);
    }
  }
  for (const Dim& dim : space.table.dims()) {
    if (dim.kind != Dim::Kind::derived) continue;
    const DimExpr derivation = DimExpr::parse(dim.expression);
    const auto value = derivation.try_evaluate(dims);
    if (value && *value != dims[dim.name]) {
      return fmt::format("dim '{}' is {} but \"{}\" is {}{}", dim.name, dims[dim.name],
                         dim.expression, *value, bindings(dims, derivation.names()));
    }
  }
  for (const DimExpr& expression : space.expressions) {
    const auto value = expression.try_evaluate(dims);
    if (value && *value >= 0) continue;
    return fmt::format("\"{}\" {}{}", expression.text(),
                       value ? fmt::format("is {}", *value) : "does not divide",
                       bindings(dims, expression.names()));
  }
  if (space.table.is_legal(dims)) return {};
  return fmt::format("a relation is broken ({}){}", fmt::join(space.signature.relations, ", "),
                     bindings(dims, plain));
}

std::string settings_mismatch(const ParsedSignature& space, const Case& a_case) {
  const Signature& signature = space.signature;
  std::vector<std::string> known;
  for (const auto& [name, domain] : signature.parameters) {
    known.push_back(name);
    const auto found = a_case.parameters.find(name);
    if (found == a_case.parameters.end()) {
      return fmt::format("parameter '{}' has no value; give it with parameter(\"{}\", ...)", name,
                         name);
    }
    if (domain.contains && !domain.contains(found->second)) {
      return fmt::format("parameter '{}' is {}, which is no value of {}", name,
                         to_string(found->second), domain.text);
    }
  }
  for (const auto& [name, value] : a_case.parameters) {
    if (!contains(known, name)) return unknown_name("parameter", name, known);
  }
  if (!contains(signature.dtypes, a_case.dtype)) {
    return fmt::format("the shared dtype is {}, which is none of {}; give one with of_dtype()",
                       name(a_case.dtype), listed(signature.dtypes));
  }
  if (!contains(signature.weights, a_case.weights.policy)) {
    return fmt::format("the weights are {}, which is none of {}; give them with weights_from()",
                       name(a_case.weights.policy), listed(signature.weights));
  }
  return {};
}

/// Inputs that are missing, unknown or out of order.
std::string inputs_mismatch(const ParsedSignature& space, const Case& a_case) {
  std::vector<std::string> declared;
  for (const ParsedInput& input : space.inputs) declared.push_back(input.name);
  std::vector<std::string> given;
  for (const Input& input : a_case.inputs) {
    if (!contains(declared, input.name)) return unknown_name("input", input.name, declared);
    if (contains(given, input.name)) {
      return fmt::format("input '{}' stands there twice; give all of its tensors in one entry",
                         input.name);
    }
    given.push_back(input.name);
  }
  for (const std::string& name : declared) {
    if (contains(given, name)) continue;
    return fmt::format("input '{}' is missing; give it with tensor(\"{}\", ...) or absent(\"{}\")",
                       name, name, name);
  }
  if (given == declared) return {};
  return fmt::format("the inputs are in the order {}; give them in that of their declaration: {}",
                     fmt::join(given, ", "), fmt::join(declared, ", "));
}

}  // namespace

std::string bindings(const Dims& dims, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    const auto plain = dims.sizes.find(name);
    text += text.empty() ? " with " : ", ";
    text += plain != dims.sizes.end()
                ? fmt::format("{}={}", name, plain->second)
                : fmt::format("{}={}", name, to_string(dims.variadic.at(name)));
  }
  return text;
}

std::string structural_mismatch(const ParsedSignature& space, const Case& a_case) {
  for (std::string text : {dims_mismatch(space, a_case.dims), settings_mismatch(space, a_case),
                           inputs_mismatch(space, a_case)}) {
    if (!text.empty()) return text;
  }
  for (std::size_t i = 0; i < space.inputs.size(); ++i) {
    std::string text = input_mismatch(space, i, a_case);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace gradgrind::detail

// Signatures that between them use everything a contract can say of its cases.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case_space.h"

namespace gradgrind::testing_signatures {

inline Dim free_dim(std::string name, std::int64_t lowest, std::int64_t highest) {
  Dim dim;
  dim.name = std::move(name);
  dim.lowest = lowest;
  dim.highest = highest;
  return dim;
}

inline Dim derived_dim(std::string name, std::string expression) {
  Dim dim;
  dim.kind = Dim::Kind::derived;
  dim.name = std::move(name);
  dim.expression = std::move(expression);
  return dim;
}

inline Dim variadic_dim(std::string name, std::int64_t least, std::int64_t most,
                        std::int64_t lowest_size, std::int64_t highest_size) {
  Dim dim = free_dim(std::move(name), least, most);
  dim.kind = Dim::Kind::variadic;
  dim.lowest_size = lowest_size;
  dim.highest_size = highest_size;
  return dim;
}

inline Signature attention() {
  Signature signature;
  signature.dims = {free_dim("B", 1, 4), free_dim("T", 1, 8), free_dim("H", 1, 3),
                    derived_dim("E", "8*H"), free_dim("C", 2, 5)};
  signature.parameters = {{"dropout", real(0.0, 0.5)}};
  signature.inputs = {{"x", floats("B T E")},
                      {"pad", padding_mask("B T", marks_padding).of("x")},
                      {"label", labels("B T", "C")}};
  return signature;
}

inline Signature any_rank() {
  Signature signature;
  signature.dims = {variadic_dim("batch", 0, 4, 0, 3), free_dim("D", 1, 5)};
  signature.inputs = {{"x", floats("*batch D", special()).with_layouts(all_layouts())}};
  signature.dtypes = all_floats();
  return signature;
}

inline Signature optional_and_lists() {
  Signature signature;
  signature.dims = {free_dim("B", 0, 3), free_dim("D", 1, 4)};
  signature.inputs = {{"x", floats("B D")},
                      {"bias", floats("D").optional().of_dtypes({DType::float64, DType::float32})},
                      {"xs", floats("B D").list(0, 3).with_layouts(all_layouts())},
                      {"ids", ids("B", "D").optional().list(2, 3)}};
  return signature;
}

inline Signature broadcasting() {
  Signature signature;
  signature.dims = {free_dim("B", 0, 4), free_dim("T", 1, 4), free_dim("D", 1, 4)};
  signature.inputs = {{"x", floats("B T D").optional()},
                      {"y", broadcastable("x").optional()},
                      {"z", broadcastable("y", extremes())}};
  return signature;
}

inline Signature aliases() {
  Signature signature;
  signature.dims = {free_dim("B", 1, 3), free_dim("D", 1, 3)};
  signature.inputs = {
      {"x", floats("B D").with_layouts(all_layouts())},
      {"y", floats("D B").with_layouts({LayoutKind::contiguous}).maybe_alias_of("x")},
      {"z", sorted("B D").maybe_alias_of("x")},
      {"w", floats("B D").of_dtypes(common_floats()).maybe_alias_of("z").optional()}};
  return signature;
}

inline Signature relations() {
  Signature signature;
  signature.dims = {free_dim("T", 1, 12), free_dim("K", 1, 12), free_dim("S", 1, 8)};
  signature.relations = {"K <= T", "S != 3"};
  signature.inputs = {{"x", floats("T T/2")}, {"kernel", floats("K S")}};
  signature.further_shapes = {"T-K+1 S"};
  return signature;
}

inline Signature scalars_and_devices() {
  Signature signature;
  signature.inputs = {{"a", floats("").of_dtypes(all_floats())},
                      {"b", complexes("3").with_layouts(all_layouts())},
                      {"c", integers("2 2", -3, 3).of_dtypes(all_integers())},
                      {"d", booleans("0")}};
  signature.devices = {Device::cpu, Device::meta};
  signature.weights = {WeightPolicy::as_given};
  return signature;
}

inline Signature row_contents() {
  Signature signature;
  signature.dims = {free_dim("B", 1, 3), free_dim("N", 1, 6)};
  const auto layouts = all_layouts();
  signature.inputs = {{"order", permutations("B N").with_layouts(layouts)},
                      {"slices", slices("B 3", "N").with_layouts(layouts)},
                      {"weights", simplices("B N").with_layouts(layouts)},
                      {"at", indices("B N", "N").with_layouts(layouts)},
                      {"rising", sorted("B N").with_layouts(layouts)},
                      {"chance", probabilities("B N")}};
  return signature;
}

inline Signature masks() {
  Signature signature;
  signature.dims = {free_dim("B", 1, 3), free_dim("T", 1, 5), free_dim("S", 1, 5)};
  signature.inputs = {{"pad", padding_mask_or_empty("B T", marks_valid).of("q")},
                      {"q", floats("B T 4")},
                      {"causal", causal_mask("T S", marks_padding)},
                      {"any", mask("B T S", marks_valid).with_layouts(all_layouts())},
                      {"bias", additive_mask("T S")},
                      {"length", lengths("B", "T")}};
  return signature;
}

inline Signature parameters_only() {
  Signature signature;
  signature.dims = {free_dim("hidden", 1, 128)};
  signature.parameters = {{"rate", real(-1, 1)},
                          {"count", integer(0, 9)},
                          {"act", choice({"relu", "gelu", "tanh"})},
                          {"bias", flag()}};
  signature.weights = {WeightPolicy::fresh, WeightPolicy::noisy, WeightPolicy::extreme};
  return signature;
}

inline std::vector<std::pair<std::string, Signature>> all() {
  return {{"attention", attention()},
          {"any_rank", any_rank()},
          {"optional_and_lists", optional_and_lists()},
          {"broadcasting", broadcasting()},
          {"aliases", aliases()},
          {"relations", relations()},
          {"scalars_and_devices", scalars_and_devices()},
          {"row_contents", row_contents()},
          {"masks", masks()},
          {"parameters_only", parameters_only()}};
}

}  // namespace gradgrind::testing_signatures

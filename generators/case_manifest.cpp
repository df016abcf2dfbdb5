#include "generators/case_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "generators/manifest_parts.h"
#include "generators/strict_json.h"

namespace gradgrind::detail {
namespace {

using Json = nlohmann::ordered_json;

std::string input_name(const Input& input, std::size_t index) {
  if (input.tensors.size() == 1) return "input/" + input.name;
  return fmt::format("input/{}/{}", input.name, index);
}

std::string weight_name(const NamedArray& weight) { return "weight/" + weight.name; }

Json input_json(const Input& input) {
  Json tensors = Json::array();
  for (std::size_t i = 0; i < input.tensors.size(); ++i) {
    const TensorValue& tensor = input.tensors[i];
    tensors.push_back({{"tensor", input_name(input, i)},
                       {"dtype", name(tensor.values.dtype())},
                       {"layout", layout_json(tensor.layout)},
                       {"device", name(tensor.device)},
                       {"value_class", text_json(tensor.value_class)}});
  }
  return {{"name", input.name}, {"tensors", tensors}};
}

Json weights_json(const Weights& weights) {
  Json state = Json::array();
  for (const NamedArray& weight : weights.state) {
    state.push_back({{"name", weight.name},
                     {"tensor", weight_name(weight)},
                     {"dtype", name(weight.values.dtype())}});
  }
  return {
      {"seed", std::to_string(weights.seed)}, {"policy", name(weights.policy)}, {"state", state}};
}

Json case_json(const Case& a_case) {
  Json parameters = Json::object();
  for (const auto& [name, value] : a_case.parameters) parameters[name] = parameter_json(value);
  Json inputs = Json::array();
  for (const Input& input : a_case.inputs) inputs.push_back(input_json(input));
  return {{"dims", {{"sizes", a_case.dims.sizes}, {"variadic", a_case.dims.variadic}}},
          {"parameters", parameters},
          {"dtype", name(a_case.dtype)},
          {"inputs", inputs},
          {"weights", weights_json(a_case.weights)},
          {"seed", std::to_string(a_case.seed)}};
}

Dims read_dims(const JsonCursor& json) {
  Dims dims;
  for (const auto& [name, size] : json["sizes"].members()) {
    dims.sizes[name] = size.integer_from(0);
  }
  for (const auto& [name, sizes] : json["variadic"].members()) {
    Shape& shape = dims.variadic[name];
    for (const JsonCursor& size : sizes.items()) shape.push_back(size.integer_from(0));
  }
  return dims;
}

TensorValue read_tensor(const JsonCursor& json, const LoadArray& load) {
  TensorValue tensor;
  tensor.values = load(json["tensor"].text(), dtype_named(json["dtype"].text()));
  tensor.layout = read_layout(json["layout"], tensor.values);
  tensor.device = device_named(json["device"].text());
  tensor.value_class = read_text(json["value_class"]);
  return tensor;
}

std::vector<Input> read_inputs(const JsonCursor& json, const LoadArray& load) {
  std::vector<Input> inputs;
  for (const JsonCursor& input : json.items()) {
    inputs.push_back({input["name"].text(), {}});
    for (const JsonCursor& tensor : input["tensors"].items()) {
      inputs.back().tensors.push_back(read_tensor(tensor, load));
    }
  }
  return inputs;
}

/// Throws where an alias has no partner among the inputs.
void require_partners(const std::vector<Input>& inputs) {
  for (const Input& input : inputs) {
    for (const TensorValue& tensor : input.tensors) {
      const std::string& partner = tensor.layout.alias_of;
      const auto is_partner = [&](const Input& other) {
        return other.name == partner && other.name != input.name && !other.tensors.empty();
      };
      if (partner.empty() || std::any_of(inputs.begin(), inputs.end(), is_partner)) continue;
      throw Malformed(
          fmt::format("input '{}' is an alias of '{}', which is no other input with a tensor",
                      input.name, partner));
    }
  }
}

Weights read_weights(const JsonCursor& json, const LoadArray& load) {
  Weights weights;
  weights.seed = json["seed"].digits();
  weights.policy = weight_policy_named(json["policy"].text());
  for (const JsonCursor& weight : json["state"].items()) {
    weights.state.push_back({weight["name"].text(),
                             load(weight["tensor"].text(), dtype_named(weight["dtype"].text()))});
  }
  return weights;
}

Case read_case(const JsonCursor& json, const LoadArray& load) {
  Case result;
  result.dims = read_dims(json["dims"]);
  for (const auto& [name, value] : json["parameters"].members()) {
    result.parameters[name] = read_parameter(value);
  }
  result.dtype = dtype_named(json["dtype"].text());
  result.inputs = read_inputs(json["inputs"], load);
  require_partners(result.inputs);
  result.weights = read_weights(json["weights"], load);
  result.seed = json["seed"].digits();
  return result;
}

Identity read_identity(const JsonCursor& json) {
  return {read_text(json["property"]), read_text(json["kind"]), read_text(json["output"]),
          read_text(json["site"])};
}

}  // namespace

std::vector<StoredArray> stored_arrays(const Case& a_case) {
  std::vector<StoredArray> result;
  for (const Input& input : a_case.inputs) {
    for (std::size_t i = 0; i < input.tensors.size(); ++i) {
      result.push_back({input_name(input, i), &input.tensors[i].values});
    }
  }
  for (const NamedArray& weight : a_case.weights.state) {
    result.push_back({weight_name(weight), &weight.values});
  }
  return result;
}

std::string manifest_of(const CaseFile& file) {
  Json versions = Json::object();
  for (const auto& [name, version] : file.versions) versions[name] = text_json(version);
  const Json json = {
      {"format", kCaseFileFormat},
      {"contract", text_json(file.contract)},
      {"identity",
       {{"property", text_json(file.identity.property)},
        {"kind", text_json(file.identity.kind)},
        {"output", text_json(file.identity.output)},
        {"site", text_json(file.identity.site)}}},
      {"message", text_json(file.message)},
      {"stream",
       {{"seed", std::to_string(file.stream_seed)}, {"index", std::to_string(file.stream_index)}}},
      {"versions", versions},
      {"case", case_json(file.content)}};
  return dump(json);
}

CaseFile parse_manifest(const std::string& manifest, const LoadArray& load) {
  const nlohmann::json parsed = parse_strictly(manifest, "its manifest");
  const JsonCursor json(parsed, "manifest");
  const std::int64_t format = json["format"].integer_from(1);
  if (format > kCaseFileFormat) {
    throw Malformed(
        fmt::format("it was written by a newer Gradgrind: its format is {}, and this version reads "
                    "up to {}; update Gradgrind",
                    format, kCaseFileFormat));
  }
  CaseFile file;
  file.contract = read_text(json["contract"]);
  file.identity = read_identity(json["identity"]);
  file.message = read_text(json["message"]);
  file.stream_seed = json["stream"]["seed"].digits();
  file.stream_index = json["stream"]["index"].digits();
  for (const auto& [name, version] : json["versions"].members()) {
    file.versions[name] = read_text(version);
  }
  file.content = read_case(json["case"], load);
  return file;
}

}  // namespace gradgrind::detail

#include "generators/manifest_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>

#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

using Json = nlohmann::ordered_json;

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

std::string shortest_exact(double value) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

struct ToJson {
  Json operator()(bool value) const { return {{"type", "bool"}, {"value", value}}; }
  Json operator()(std::int64_t value) const { return {{"type", "int"}, {"value", value}}; }
  Json operator()(double value) const {
    return {{"type", "float"}, {"value", shortest_exact(value)}};
  }
  Json operator()(const std::string& value) const {
    return {{"type", "text"}, {"value", text_json(value)}};
  }
  Json operator()(const OpaqueValue& value) const {
    return {{"type", "opaque"},
            {"of", text_json(value.type)},
            {"text", text_json(value.text)},
            {"seed", std::to_string(value.seed)},
            {"path", value.path}};
  }
};

OpaqueValue read_opaque(const JsonCursor& json) {
  OpaqueValue value;
  value.type = read_text(json["of"]);
  value.text = read_text(json["text"]);
  value.seed = json["seed"].digits();
  for (const JsonCursor& step : json["path"].items()) {
    const std::int64_t taken = step.integer_from(0);
    if (taken > std::numeric_limits<std::uint32_t>::max()) step.fail("at most 4294967295");
    value.path.push_back(static_cast<std::uint32_t>(taken));
  }
  return value;
}

/// The numbers of a layout's field, one for each dim, or none where it is left out.
std::vector<std::int64_t> read_field(const JsonCursor& layout, const std::string& key,
                                     std::int64_t lowest, std::int64_t rank) {
  std::vector<std::int64_t> result;
  const std::optional<JsonCursor> field = layout.find(key);
  if (!field) return result;
  for (const JsonCursor& item : field->items()) result.push_back(item.integer_from(lowest));
  if (static_cast<std::int64_t>(result.size()) != rank) {
    field->fail(fmt::format("{} entries, one for each dim", rank));
  }
  return result;
}

bool is_permutation_of_dims(std::vector<std::int64_t> order) {
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

/// Whether the storage that `layout` needs can be counted in 63 bits of bytes.
bool has_addressable_storage(const Layout& layout, const Array& values) {
  auto left = std::numeric_limits<std::int64_t>::max() /
              static_cast<std::int64_t>(element_size(values.dtype()));
  for (std::size_t dim = 0; dim < values.shape().size(); ++dim) {
    const std::int64_t size = std::max<std::int64_t>(values.shape()[dim], 1);
    const std::int64_t step = layout.step.empty() ? 1 : layout.step[dim];
    const std::int64_t start = layout.start.empty() ? 0 : layout.start[dim];
    if (step > left / size || start > left - step * size) return false;
    left /= start + step * size;
  }
  return true;
}

}  // namespace

Json text_json(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string hex;
  for (const char byte : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return {{"hex", hex}};
}

std::string read_text(const JsonCursor& json) {
  if (json.is_text()) return json.text();
  const JsonCursor field = json["hex"];
  const std::string hex = field.text();
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = hex.data() + std::min(i + 2, hex.size());
    const auto [rest, error] = std::from_chars(hex.data() + i, end, byte, 16);
    if (error != std::errc() || rest != hex.data() + i + 2) field.fail("pairs of hex digits");
    text.push_back(static_cast<char>(byte));
  }
  return text;
}

Json parameter_json(const ParameterValue& value) { return std::visit(ToJson{}, value); }

ParameterValue read_parameter(const JsonCursor& json) {
  const JsonCursor type = json["type"];
  if (type.text() == "opaque") return read_opaque(json);
  const JsonCursor value = json["value"];
  if (type.text() == "bool") return value.flag();
  if (type.text() == "int") return value.integer();
  if (type.text() == "float") return value.exact_real();
  if (type.text() == "text") return read_text(value);
  type.fail("bool, int, float, text or opaque");
}

Json layout_json(const Layout& layout) {
  Json json = {{"kind", name(layout.kind)}};
  if (!layout.order.empty()) json["order"] = layout.order;
  if (!layout.step.empty()) json["step"] = layout.step;
  if (!layout.start.empty()) json["start"] = layout.start;
  if (!layout.expanded.empty()) json["expanded"] = layout.expanded;
  if (!layout.alias_of.empty()) json["alias_of"] = layout.alias_of;
  return json;
}

Layout read_layout(const JsonCursor& json, const Array& values) {
  const std::int64_t rank = values.rank();
  Layout layout;
  layout.kind = layout_kind_named(json["kind"].text());
  layout.order = read_field(json, "order", 0, rank);
  if (!is_permutation_of_dims(layout.order)) json["order"].fail("each dim once");
  layout.step = read_field(json, "step", 1, rank);
  layout.start = read_field(json, "start", 0, rank);
  if (const auto expanded = json.find("expanded")) {
    for (const JsonCursor& dim : expanded->items()) layout.expanded.push_back(dim.flag());
    if (static_cast<std::int64_t>(layout.expanded.size()) != rank) {
      expanded->fail(fmt::format("{} entries, one for each dim", rank));
    }
    Array held = values;
    make_representable(layout, held);
    if (held != values) expanded->fail("equal slices along each of these dims");
  }
  if (const auto partner = json.find("alias_of")) layout.alias_of = partner->text();
  if (!has_addressable_storage(layout, values)) json.fail("steps and starts that memory can hold");
  return layout;
}

std::string dump(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::type_error&) {
    throw UsageError("a name of a dim, an input, a parameter or a weight is not UTF-8; rename it");
  }
}

}  // namespace gradgrind::detail

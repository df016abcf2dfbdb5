#include "gradgrind/generators/shape.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generators/dim_expr.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

template <class Map>
const typename Map::mapped_type& look_up(const Map& map, const std::string& name,
                                         const std::string& what) {
  const auto found = map.find(name);
  if (found != map.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& entry : map) known.push_back(entry.first);
  throw UsageError(unknown_name(what, name, known));
}

ShapeExpr::Entry parse_entry(std::string_view text) {
  ShapeExpr::Entry entry;
  if (text.front() != '*') {
    entry.dim = DimExpr::parse(text);
    return entry;
  }
  if (!is_dim_name(text.substr(1))) {
    throw UsageError(fmt::format("variadic dim '{}': expected one name after '*'", text));
  }
  entry.variadic = std::string(text.substr(1));
  return entry;
}

}  // namespace

std::int64_t Dims::operator[](const std::string& name) const { return look_up(sizes, name, "dim"); }

ShapeExpr ShapeExpr::parse(std::string_view text) {
  ShapeExpr shape;
  shape.text_ = std::string(text);
  std::size_t at = 0;
  while ((at = text.find_first_not_of(' ', at)) != std::string_view::npos) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    try {
      shape.entries_.push_back(parse_entry(text.substr(at, end - at)));
    } catch (const UsageError& error) {
      throw UsageError(
          fmt::format("shape '{}': {} (dims are separated by spaces, an expression has none)", text,
                      error.what()));
    }
    at = end;
  }
  return shape;
}

Shape ShapeExpr::evaluate(const Dims& dims) const {
  Shape shape;
  for (const Entry& entry : entries_) {
    if (!entry.dim) {
      const Shape& sizes = look_up(dims.variadic, entry.variadic, "variadic dim");
      shape.insert(shape.end(), sizes.begin(), sizes.end());
      continue;
    }
    const std::int64_t size = entry.dim->evaluate(dims);
    if (size < 0) {
      throw UsageError(fmt::format("shape '{}': '{}' is {} {}; a size is at least 0", text_,
                                   entry.dim->text(), size, describe_bindings(*entry.dim, dims)));
    }
    shape.push_back(size);
  }
  return shape;
}

}  // namespace gradgrind

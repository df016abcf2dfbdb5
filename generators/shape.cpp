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
[[noreturn]] void throw_unknown(const std::string& where, const std::string& what,
                                const std::string& name, const Map& map) {
  std::vector<std::string> known;
  for (const auto& entry : map) known.push_back(entry.first);
  throw UsageError(fmt::format("{}: {}", where, unknown_name(what, name, known)));
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

std::int64_t Dims::operator[](const std::string& name) const {
  const auto found = sizes.find(name);
  if (found == sizes.end()) throw_unknown(fmt::format("Dims[\"{}\"]", name), "dim", name, sizes);
  return found->second;
}

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
      const auto found = dims.variadic.find(entry.variadic);
      if (found == dims.variadic.end()) {
        throw_unknown(fmt::format("shape '{}'", text_), "variadic dim", entry.variadic,
                      dims.variadic);
      }
      const Shape& sizes = found->second;
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

#include "generators/dim_table_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

struct NamedComparison {
  std::string_view symbol;
  Comparison comparison;
};

// The longer symbols first: "<" begins "<=".
constexpr std::array<NamedComparison, 6> kComparisons = {{
    {"<=", Comparison::less_or_equal},
    {">=", Comparison::greater_or_equal},
    {"==", Comparison::equal},
    {"!=", Comparison::not_equal},
    {"<", Comparison::less},
    {">", Comparison::greater},
}};

constexpr std::string_view kSymbols = "<>=!";

const NamedComparison* comparison_at(std::string_view text, std::size_t at) {
  for (const NamedComparison& entry : kComparisons) {
    if (text.substr(at, entry.symbol.size()) == entry.symbol) return &entry;
  }
  return nullptr;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

const char* rule_for(const DimExpr& size) {
  return size.text().find('/') == std::string::npos ? "at least 0" : "whole, at least 0";
}

}  // namespace

DimTableReader::DimTableReader(const std::vector<Dim>& dims)
    : dims_(dims), expressions_(dims.size()) {
  for (std::size_t i = 0; i < dims.size(); ++i) read_declaration(i);
  order_derivations();
}

void DimTableReader::read_declaration(std::size_t position) {
  const Dim& dim = dims_[position];
  if (!is_dim_name(dim.name)) {
    problems_.push_back(
        fmt::format("dim '{}': not a name; a name is a letter or underscore, then letters, digits "
                    "and underscores",
                    dim.name));
  } else if (*position_of(dim.name) != position) {
    problems_.push_back(fmt::format("dim '{}': declared twice; drop one", dim.name));
  }
  if (dim.kind == Dim::Kind::derived) {
    expressions_[position] = read(fmt::format("dim '{}': ", dim.name), dim.expression);
  } else {
    read_bounds(dim);
  }
}

void DimTableReader::read_bounds(const Dim& dim) {
  const auto check = [&](const char* what, std::int64_t lowest, std::int64_t highest,
                         const char* instead) {
    const std::int64_t least = std::max<std::int64_t>(0, std::min(lowest, highest));
    const std::int64_t most = std::max(least, std::max(lowest, highest));
    const char* wrong = lowest > highest ? "reversed" : "negative, and the least is 0";
    if (least == lowest && most == highest) return;
    problems_.push_back(
        fmt::format("dim '{}': {} {}..{} are {}; write ", dim.name, what, lowest, highest, wrong) +
        fmt::format(fmt::runtime(instead), dim.name, least, most));
  };
  const bool is_variadic = dim.kind == Dim::Kind::variadic;
  check("bounds", dim.lowest, dim.highest,
        is_variadic ? ".variadic(\"{}\", {}, {})" : ".dim(\"{}\", {}, {})");
  if (is_variadic) check("sizes", dim.lowest_size, dim.highest_size, "{1}..{2}");
}

void DimTableReader::order_derivations() {
  std::vector<Progress> progress(dims_.size(), Progress::unseen);
  std::vector<std::size_t> path;
  for (std::size_t i = 0; i < dims_.size(); ++i) derive(i, progress, path);
}

/// Depth-first over the sources; a dim that is met while it is entered derives from itself.
void DimTableReader::derive(std::size_t position, std::vector<Progress>& progress,
                            std::vector<std::size_t>& path) {
  if (!expressions_[position] || progress[position] == Progress::done) return;
  if (progress[position] == Progress::entered) {
    std::vector<std::string> circle;
    for (auto at = std::find(path.begin(), path.end(), position); at != path.end(); ++at) {
      circle.push_back(fmt::format("{} = {}", dims_[*at].name, dims_[*at].expression));
    }
    problems_.push_back(
        fmt::format("dim '{0}': derives from itself: {1}; give one of them bounds, such as "
                    ".dim(\"{0}\", 1, 8)",
                    dims_[position].name, fmt::join(circle, ", ")));
    return;
  }
  progress[position] = Progress::entered;
  path.push_back(position);
  const DimExpr& expression = *expressions_[position];
  for (const std::string& name : expression.names()) {
    if (const auto source = position_of(name)) derive(*source, progress, path);
  }
  path.pop_back();
  progress[position] = Progress::done;
  const std::string& name = dims_[position].name;
  if (!is_dim_name(name)) return;
  derivations_.push_back(
      {position,
       constraint(fmt::format("'{} = {}' ({})", name, expression.text(), rule_for(expression)),
                  DimExpr::parse(name), Comparison::equal, expression)});
}

void DimTableReader::add_expressions(const std::vector<std::string>& texts) {
  const DimExpr zero = DimExpr::parse("0");
  for (auto text = texts.begin(); text != texts.end(); ++text) {
    if (std::find(texts.begin(), text, *text) != text) continue;
    if (!text->empty() && text->front() == '*') {
      check_variadic(*text);
    } else if (const auto expression = read("", *text)) {
      conditions_.push_back(constraint(fmt::format("'{}' ({})", *text, rule_for(*expression)),
                                       *expression, Comparison::greater_or_equal, zero));
    }
  }
}

void DimTableReader::add_relations(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) read_relation(text);
}

void DimTableReader::read_relation(const std::string& text) {
  const std::string prefix = fmt::format("relation '{}': ", text);
  const std::size_t at = text.find_first_of(kSymbols);
  const NamedComparison* found = at == std::string::npos ? nullptr : comparison_at(text, at);
  if (found == nullptr) {
    problems_.push_back(prefix + "expected one of <= < >= > == != between two dim expressions");
    return;
  }
  const std::size_t after = at + found->symbol.size();
  if (text.find_first_of(kSymbols, after) != std::string::npos) {
    problems_.push_back(prefix + "has two comparisons; write two relations");
    return;
  }
  const auto left = read(prefix, trimmed(std::string_view(text).substr(0, at)));
  const auto right = read(prefix, trimmed(std::string_view(text).substr(after)));
  if (left && right) {
    conditions_.push_back(
        constraint(fmt::format("'{}'", trimmed(text)), *left, found->comparison, *right));
  }
}

std::optional<DimExpr> DimTableReader::read(const std::string& prefix, const std::string& text) {
  std::optional<DimExpr> expression;
  try {
    expression = DimExpr::parse(text);
  } catch (const UsageError& error) {
    problems_.push_back(prefix + error.what());
    return std::nullopt;
  }
  const std::size_t problems_before = problems_.size();
  for (const std::string& name : expression->names()) {
    const auto position = position_of(name);
    const std::string where = prefix + fmt::format("dim expression '{}': ", text);
    if (!position) {
      problems_.push_back(where + unknown_name("dim", name, names(false)));
    } else if (dims_[*position].kind == Dim::Kind::variadic) {
      problems_.push_back(
          where +
          fmt::format("'{0}' is variadic; it can only be an entry '*{0}' of a shape", name));
    }
  }
  if (problems_.size() != problems_before) return std::nullopt;
  return expression;
}

void DimTableReader::check_variadic(const std::string& text) {
  const std::string name = text.substr(1);
  const auto position = position_of(name);
  if (!position) {
    problems_.push_back(
        fmt::format("'{}': {}", text, unknown_name("variadic dim", name, names(true))));
  } else if (dims_[*position].kind != Dim::Kind::variadic) {
    problems_.push_back(fmt::format("'{0}': '{1}' is not variadic; write '{1}'", text, name));
  }
}

std::optional<std::size_t> DimTableReader::position_of(const std::string& name) const {
  for (std::size_t i = 0; i < dims_.size(); ++i) {
    if (dims_[i].name == name) return i;
  }
  return std::nullopt;
}

std::vector<std::string> DimTableReader::names(bool are_variadic) const {
  std::vector<std::string> result;
  for (const Dim& dim : dims_) {
    if ((dim.kind == Dim::Kind::variadic) == are_variadic) result.push_back(dim.name);
  }
  return result;
}

DimConstraint DimTableReader::constraint(std::string text, const DimExpr& left,
                                         Comparison comparison, const DimExpr& right) const {
  return DimConstraint(std::move(text), left, comparison, right,
                       [this](const std::string& name) { return *position_of(name); });
}

}  // namespace gradgrind

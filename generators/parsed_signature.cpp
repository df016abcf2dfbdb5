#include "generators/parsed_signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "generators/dim_expr.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The names of the dims, with and without a star.
struct DimNames {
  explicit DimNames(const std::vector<Dim>& dims) {
    for (const Dim& dim : dims) {
      (dim.kind == Dim::Kind::variadic ? variadic : plain).push_back(dim.name);
    }
  }

  void check(const std::string& where, const DimExpr& expression,
             std::vector<std::string>& problems) const {
    for (const std::string& name : expression.names()) {
      if (contains(plain, name)) continue;
      problems.push_back(
          fmt::format("{}: {}", where,
                      contains(variadic, name)
                          ? fmt::format("{} stands for any number of dims; write '*{}'", name, name)
                          : unknown_name("dim", name, plain)));
    }
  }

  void check_variadic(const std::string& where, const std::string& name,
                      std::vector<std::string>& problems) const {
    if (contains(variadic, name)) return;
    problems.push_back(fmt::format(
        "{}: {}", where,
        contains(plain, name)
            ? fmt::format("'*{}' stands for any number of dims but {} is a single one; drop the "
                          "star",
                          name, name)
            : unknown_name("variadic dim", name, variadic)));
  }

  std::vector<std::string> plain;
  std::vector<std::string> variadic;
};

/// Parses and resolves, and collects what is wrong on the way.
class SignatureParser {
 public:
  explicit SignatureParser(Signature signature) : signature_(std::move(signature)) {
    for (const auto& [name, domain] : signature_.inputs) input_names_.push_back(name);
  }

  ParsedSignature parsed() {
    check_sets();
    check_parameters();
    check_input_names();
    std::vector<ParsedInput> inputs;
    for (std::size_t i = 0; i < signature_.inputs.size(); ++i) inputs.push_back(parsed_input(i));
    for (const std::string& text : signature_.further_shapes) {
      parsed_shape(fmt::format("shape \"{}\"", text), text);
    }
    std::optional<DimTable> table = checked_table();
    if (!problems_.empty()) throw UsageError(problems_);
    return {std::move(signature_), std::move(*table), std::move(expressions_), std::move(inputs)};
  }

 private:
  template <class... Arguments>
  void problem(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    problems_.push_back(fmt::format(format, std::forward<Arguments>(arguments)...));
  }

  void check_sets() {
    if (signature_.dtypes.empty()) {
      problem("dtypes: the set of shared dtypes is empty; name at least one, such as float32");
    }
    for (const DType dtype : signature_.dtypes) {
      if (is_floating(dtype) || is_complex(dtype)) continue;
      problem(
          "dtypes: {} cannot be the shared dtype, which is floating or complex; give the input "
          "concerned of_dtypes({{...}})",
          name(dtype));
    }
    if (signature_.devices.empty()) {
      problem("devices: the set of devices is empty; name at least one, such as cpu");
    }
    if (signature_.weights.empty()) {
      problem("weights: the set of weight policies is empty; name at least one, such as fresh");
    }
  }

  void check_name(const char* what, const std::string& name, std::set<std::string>& seen) {
    if (!is_dim_name(name)) {
      problem("{} '{}': a name is a letter or underscore, then letters, digits and underscores",
              what, name);
    }
    if (!seen.insert(name).second) {
      problem("{} '{}' is declared twice; rename or drop one", what, name);
    }
  }

  void check_parameters() {
    std::set<std::string> seen;
    for (const auto& [name, domain] : signature_.parameters) {
      check_name("parameter", name, seen);
      if (!domain.draw) problem("parameter '{}': {}", name, domain.text);
    }
  }

  void check_input_names() {
    std::set<std::string> seen;
    for (const std::string& name : input_names_) check_name("input", name, seen);
  }

  ParsedInput parsed_input(std::size_t place) {
    const auto& [name, domain] = signature_.inputs[place];
    for (std::string& text : problems_of(name, domain)) problems_.push_back(std::move(text));
    const std::string where = fmt::format("input '{}'", name);
    ParsedInput input{name, domain, {}, {}, {}, {}};
    if (domain.broadcasts_to.empty()) {
      input.shape =
          parsed_shape(fmt::format("{}: shape \"{}\"", where, domain.shape), domain.shape);
    } else {
      input.broadcasts_to = earlier_input(where, "broadcasts_to", domain.broadcasts_to, place);
    }
    for (const std::string& text : domain.content.bounds) {
      const auto bound = parsed_bound(fmt::format("{}: bound \"{}\"", where, text), text);
      if (bound) input.bounds.push_back(*bound);
    }
    if (!domain.alias_of.empty()) {
      input.alias_of = earlier_input(where, "alias_of", domain.alias_of, place);
      if (input.alias_of && signature_.inputs[*input.alias_of].second.is_list) {
        problem("{}: alias_of '{}': that input is a list, which has no memory of its own", where,
                domain.alias_of);
      }
    }
    check_masked(where, name, domain.masking.of);
    return input;
  }

  void check_masked(const std::string& where, const std::string& name, const std::string& masked) {
    if (masked.empty()) return;
    if (masked == name) {
      problem("{}: of(\"{}\"): an input cannot mask itself", where, masked);
    } else if (!contains(input_names_, masked)) {
      problem("{}: of(\"{}\"): {}", where, masked, unknown_name("input", masked, input_names_));
    }
  }

  /// The place of input `name`, which must stand before `place`.
  std::optional<std::size_t> earlier_input(const std::string& where, const char* argument,
                                           const std::string& name, std::size_t place) {
    const auto found = std::find(input_names_.begin(), input_names_.end(), name);
    const auto found_place = static_cast<std::size_t>(found - input_names_.begin());
    if (found_place < place) return found_place;
    if (found == input_names_.end()) {
      problem("{}: {} '{}': {}", where, argument, name, unknown_name("input", name, input_names_));
    } else {
      problem("{}: {} '{}': a partner is declared earlier; declare '{}' first", where, argument,
              name, name);
    }
    return std::nullopt;
  }

  ShapeExpr parsed_shape(const std::string& where, const std::string& text) {
    if (add_problems(shape_problems(signature_.dims, where, text))) return {};
    ShapeExpr shape = ShapeExpr::parse(text);
    for (const ShapeExpr::Entry& entry : shape.entries()) {
      if (entry.dim) expressions_.push_back(*entry.dim);
    }
    return shape;
  }

  std::optional<DimExpr> parsed_bound(const std::string& where, const std::string& text) {
    if (add_problems(expression_problems(signature_.dims, where, text))) return std::nullopt;
    expressions_.push_back(DimExpr::parse(text));
    return expressions_.back();
  }

  /// Whether there are any.
  bool add_problems(const std::vector<std::string>& found) {
    problems_.insert(problems_.end(), found.begin(), found.end());
    return !found.empty();
  }

  std::optional<DimTable> checked_table() {
    std::vector<std::string> texts;
    for (const DimExpr& expression : expressions_) texts.push_back(expression.text());
    try {
      return DimTable(signature_.dims, texts, signature_.relations);
    } catch (const UsageError& error) {
      problems_.push_back(error.what());
      return std::nullopt;
    }
  }

  Signature signature_;
  std::vector<std::string> input_names_;
  std::vector<DimExpr> expressions_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::int64_t> ParsedInput::bounds_in(const Dims& dims) const {
  std::vector<std::int64_t> values;
  for (const DimExpr& bound : bounds) values.push_back(bound.evaluate(dims));
  return values;
}

ParsedSignature parse(Signature signature) {
  return SignatureParser(std::move(signature)).parsed();
}

std::vector<std::string> shape_problems(const std::vector<Dim>& dims, const std::string& where,
                                        const std::string& text) {
  const DimNames names(dims);
  std::vector<std::string> problems;
  try {
    const ShapeExpr shape = ShapeExpr::parse(text);
    for (const ShapeExpr::Entry& entry : shape.entries()) {
      if (entry.dim) {
        names.check(where, *entry.dim, problems);
      } else {
        names.check_variadic(where, entry.variadic, problems);
      }
    }
  } catch (const UsageError& error) {
    problems.push_back(fmt::format("{}: {}", where, error.what()));
  }
  return problems;
}

std::vector<std::string> expression_problems(const std::vector<Dim>& dims, const std::string& where,
                                             const std::string& text) {
  std::vector<std::string> problems;
  try {
    DimNames(dims).check(where, DimExpr::parse(text), problems);
  } catch (const UsageError& error) {
    problems.push_back(fmt::format("{}: {}", where, error.what()));
  }
  return problems;
}

std::vector<std::string> problems_of(const std::string& name, const Domain& domain) {
  std::vector<std::string> problems;
  const auto add = [&](const std::string& text) {
    problems.push_back(fmt::format("input '{}': {}", name, text));
  };
  for (const std::string& text : domain.problems) add(text);
  if (!domain.broadcasts_to.empty() && !domain.shape.empty()) {
    add(
        fmt::format("shape \"{}\": a partner that broadcasts to '{}' takes its shape from there; "
                    "leave the shape empty",
                    domain.shape, domain.broadcasts_to));
  }
  // A policy without classes is among the problems of building already.
  if (domain.content.classes.empty() && domain.problems.empty()) {
    add("content.classes is empty; name at least one class of contents");
  }
  if (!domain.content.fill) add("content.fill is missing; give a function that writes the values");
  if (domain.layouts.empty())
    add("the set of layouts is empty; name at least one kind, such as contiguous");
  const bool may_alias = std::find(domain.layouts.begin(), domain.layouts.end(),
                                   LayoutKind::alias) != domain.layouts.end();
  if (may_alias && domain.alias_of.empty()) {
    add("the layouts hold alias, which names no partner; use maybe_alias_of(\"...\")");
  }
  if (domain.is_list && (domain.shortest_list < 0 || domain.longest_list < domain.shortest_list)) {
    add(fmt::format("list({}, {}): lengths must be 0 <= shortest <= longest", domain.shortest_list,
                    domain.longest_list));
  }
  return problems;
}

}  // namespace gradgrind::detail

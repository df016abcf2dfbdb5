#include <fmt/format.h>

#include <string>
#include <utility>

#include "generators/cpp_literals.h"
#include "generators/text_lines.h"
#include "gradgrind/generators/case_text.h"

namespace gradgrind {
namespace {

constexpr std::size_t kIndent = 4;

/// Collects statements. Calls of `repro` share a line while they fit.
class Statements {
 public:
  /// Adds `.function(arguments)`, where further arguments follow a break.
  template <class... Arguments>
  void call(const char* function, const std::string& first, const Arguments&... others) {
    std::string text = fmt::format(".{}({}", function, first);
    ((text += fmt::format(",{}{}", detail::kBreak, others)), ...);
    text += ')';
    if (calls_.size() + text.size() + sizeof("repro;") - 1 > detail::kColumns) end_line();
    calls_ += text;
  }

  void statement(const std::string& text) {
    end_line();
    text_ += detail::in_lines(text, detail::kBreak, kIndent) + '\n';
  }

  void end_line() {
    if (calls_.empty()) return;
    text_ += detail::in_lines("repro" + calls_ + ";", detail::kBreak, kIndent) + '\n';
    calls_.clear();
  }

  std::string text() {
    end_line();
    return text_;
  }

 private:
  std::string text_;
  std::string calls_;
};

/// Declares a variable for `layout` and returns its name.
std::string declare_layout(const Layout& layout, int number, Statements& out) {
  const std::string variable = fmt::format("layout{}", number);
  out.statement(fmt::format("gg::Layout {};", variable));
  const auto set = [&](const char* field, const std::string& value) {
    out.statement(fmt::format("{}.{} = {};", variable, field, value));
  };
  set("kind", fmt::format("gg::LayoutKind::{}", name(layout.kind)));
  if (!layout.order.empty()) set("order", detail::list_literal(layout.order));
  if (!layout.step.empty()) set("step", detail::list_literal(layout.step));
  if (!layout.start.empty()) set("start", detail::list_literal(layout.start));
  if (!layout.expanded.empty()) {
    set("expanded",
        detail::listed(layout.expanded, [](bool dim) { return dim ? "true" : "false"; }));
  }
  if (!layout.alias_of.empty()) set("alias_of", detail::string_literal(layout.alias_of));
  return variable;
}

void print_settings(const Case& a_case, Statements& out) {
  for (const auto& [name, size] : a_case.dims.sizes) {
    out.call("dim", detail::string_literal(name), detail::integer_literal(size));
  }
  for (const auto& [name, sizes] : a_case.dims.variadic) {
    out.call("variadic", detail::string_literal(name), detail::list_literal(sizes));
  }
  for (const auto& [name, value] : a_case.parameters) {
    if (std::holds_alternative<OpaqueValue>(value)) {
      out.statement("// The contract makes this value again from its seed.");
    }
    out.call("parameter", detail::string_literal(name), detail::parameter_literal(value));
  }
  if (a_case.dtype != DType::float32) out.call("of_dtype", detail::dtype_literal(a_case.dtype));
  out.end_line();
}

void print_inputs(const Case& a_case, Statements& out) {
  int layouts = 0;
  for (const Input& input : a_case.inputs) {
    if (input.tensors.empty()) out.call("absent", detail::string_literal(input.name));
    for (const TensorValue& tensor : input.tensors) {
      const bool is_plain = tensor.layout == Layout{};
      std::string layout;
      if (!is_plain) layout = declare_layout(tensor.layout, ++layouts, out);
      const std::string name_text = detail::string_literal(input.name);
      const std::string values = detail::array_literal(tensor.values);
      out.end_line();
      if (tensor.device != Device::cpu) {
        out.call("tensor", name_text, values, is_plain ? "gg::Layout{}" : layout,
                 fmt::format("gg::Device::{}", name(tensor.device)));
      } else if (!is_plain) {
        out.call("tensor", name_text, values, layout);
      } else {
        out.call("tensor", name_text, values);
      }
      out.end_line();
    }
  }
}

void print_weights(const Weights& weights, Statements& out) {
  if (weights.seed != 0 || weights.policy != WeightPolicy::fresh) {
    out.call("weights_from", detail::seed_literal(weights.seed),
             fmt::format("gg::WeightPolicy::{}", name(weights.policy)));
  }
  for (const NamedArray& weight : weights.state) {
    out.call("weight", detail::string_literal(weight.name), detail::array_literal(weight.values));
    out.end_line();
  }
}

/// Whether `code` names `identifier` outside of string literals.
bool names(const std::string& code, const std::string& identifier) {
  bool is_in_string = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (is_in_string && code[i] == '\\') {
      ++i;
    } else if (code[i] == '"') {
      is_in_string = !is_in_string;
    } else if (!is_in_string && code.compare(i, identifier.size(), identifier) == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::string as_cpp(const Case& a_case) {
  Statements body;
  print_settings(a_case, body);
  print_inputs(a_case, body);
  print_weights(a_case.weights, body);
  if (a_case.seed != 0) body.call("seeded", detail::seed_literal(a_case.seed));
  const std::string statements = body.text();

  std::string text;
  for (const auto& [constant, member] : {std::pair("kInf", "infinity"), {"kNaN", "quiet_NaN"}}) {
    if (!names(statements, constant)) continue;
    text +=
        fmt::format("constexpr double {} = std::numeric_limits<double>::{}();\n", constant, member);
  }
  return text + "gg::Case repro;\n" + statements;
}

}  // namespace gradgrind

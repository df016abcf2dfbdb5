#include "gradgrind/generators/case_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "generators/array_text.h"
#include "generators/text_lines.h"

namespace gradgrind {
namespace {

using Rows = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kNarrowestLabel = 10;
constexpr std::size_t kWidestLabel = 30;

std::string dims_text(const Dims& dims) {
  std::vector<std::string> parts;
  for (const auto& [name, size] : dims.sizes) parts.push_back(fmt::format("{}={}", name, size));
  for (const auto& [name, sizes] : dims.variadic) {
    parts.push_back(fmt::format("*{}={}", name, to_string(sizes)));
  }
  return fmt::format("{}", fmt::join(parts, " "));
}

std::string weights_text(const Weights& weights) {
  std::string text = fmt::format("seed {}, {}", weights.seed, name(weights.policy));
  if (!weights.state.empty()) text += fmt::format(", {} given by value", weights.state.size());
  return text;
}

void add_input(const Input& input, Rows& rows) {
  if (input.tensors.empty()) rows.emplace_back(input.name, "absent");
  if (input.tensors.size() == 1) rows.emplace_back(input.name, describe(input.tensors[0]));
  if (input.tensors.size() < 2) return;
  for (std::size_t i = 0; i < input.tensors.size(); ++i) {
    rows.emplace_back(fmt::format("{}[{}]", input.name, i), describe(input.tensors[i]));
  }
}

Rows rows_of(const Case& a_case) {
  Rows rows;
  if (!(a_case.dims == Dims{})) rows.emplace_back("dims", dims_text(a_case.dims));
  if (a_case.dtype != DType::float32) rows.emplace_back("dtype", name(a_case.dtype));
  for (const Input& input : a_case.inputs) add_input(input, rows);
  for (const auto& [name, value] : a_case.parameters) rows.emplace_back(name, to_string(value));
  rows.emplace_back("weights", weights_text(a_case.weights));
  if (a_case.seed != 0) rows.emplace_back("seed", std::to_string(a_case.seed));
  return rows;
}

/// `text` with control characters escaped: texts of users must not move a terminal's cursor.
std::string printable(const std::string& text) {
  std::string result;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '\n') {
      result += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += character;
    }
  }
  return result;
}

}  // namespace

std::string describe(const TensorValue& tensor) {
  std::string text = fmt::format("{} {} {}", name(tensor.values.dtype()),
                                 to_string(tensor.values.shape()), to_string(tensor.layout));
  if (tensor.device != Device::cpu) text += fmt::format(" on {}", name(tensor.device));
  return text + ": " + detail::describe_values(tensor.values);
}

std::string describe(const Case& a_case, int columns) {
  const auto widest = static_cast<std::size_t>(std::max(columns, 40));
  Rows rows = rows_of(a_case);
  std::size_t width = kNarrowestLabel;
  for (auto& [label, text] : rows) {
    label = printable(label);
    width = std::max(width, detail::columns(label) + 2);
  }
  width = std::min(width, kWidestLabel);
  std::vector<std::string> lines;
  for (const auto& [label, text] : rows) {
    std::string line = detail::in_lines(label, ' ', 0, 0, widest);
    // A label that is too wide for its column has lines of its own.
    if (detail::columns(label) + 2 > width) lines.push_back(std::exchange(line, ""));
    line.resize(line.size() + width - detail::columns(line), ' ');
    lines.push_back(line + detail::in_lines(printable(text), ' ', width, width, widest));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace gradgrind

#include "generators/dim_expr.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using Node = DimExpr::Node;
using NodePtr = std::shared_ptr<const Node>;

// Bounds the depth of the tree, and with it every recursion over one.
constexpr std::size_t kLongestText = 1000;

constexpr const char* kOperand = "a name, a number or '('";

// The C library's tests depend on the locale.
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

/// Recursive descent over one text.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodePtr parse() {
    NodePtr root = sum();
    if (!at_end()) fail("an operator or the end");
    return root;
  }

  std::vector<std::string> take_names() { return std::move(names_); }

 private:
  NodePtr sum() {
    NodePtr left = product();
    while (next_is('+') || next_is('-')) {
      const Node::Kind kind = text_[at_++] == '+' ? Node::Kind::sum : Node::Kind::difference;
      NodePtr right = product();
      left = join(kind, std::move(left), std::move(right));
    }
    return left;
  }

  NodePtr product() {
    NodePtr left = operand();
    while (next_is('*') || next_is('/')) {
      const Node::Kind kind = text_[at_++] == '*' ? Node::Kind::product : Node::Kind::quotient;
      NodePtr right = operand();
      left = join(kind, std::move(left), std::move(right));
    }
    return left;
  }

  NodePtr operand() {
    if (at_end()) fail(kOperand);
    if (is_digit(text_[at_])) return number();
    if (is_name_start(text_[at_])) return name();
    if (!next_is('(')) fail(kOperand);
    ++at_;
    NodePtr inner = sum();
    if (!next_is(')')) fail("an operator or ')'");
    ++at_;
    return inner;
  }

  NodePtr number() {
    const std::size_t start = at_;
    std::int64_t value = 0;
    for (; !at_end() && is_digit(text_[at_]); ++at_) {
      if (__builtin_mul_overflow(value, 10, &value) ||
          __builtin_add_overflow(value, text_[at_] - '0', &value)) {
        at_ = start;
        fail(fmt::format("a number of at most {}", std::numeric_limits<std::int64_t>::max()));
      }
    }
    auto node = std::make_shared<Node>();
    node->literal = value;
    return node;
  }

  NodePtr name() {
    const std::size_t start = at_;
    while (!at_end() && is_name_char(text_[at_])) ++at_;
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::name;
    node->name = std::string(text_.substr(start, at_ - start));
    if (std::find(names_.begin(), names_.end(), node->name) == names_.end()) {
      names_.push_back(node->name);
    }
    return node;
  }

  static NodePtr join(Node::Kind kind, NodePtr left, NodePtr right) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  bool at_end() const { return at_ == text_.size(); }
  bool next_is(char c) const { return !at_end() && text_[at_] == c; }

  /// The word at the cursor: all digits of a number, else one character.
  std::string found() const {
    if (at_end()) return "the end";
    if (text_[at_] == ' ') return "a space; an expression has none";
    std::size_t end = at_ + 1;
    if (is_digit(text_[at_])) {
      while (end < text_.size() && is_digit(text_[end])) ++end;
    }
    return fmt::format("'{}'", text_.substr(at_, end - at_));
  }

  [[noreturn]] void fail(std::string_view expected) const {
    throw UsageError(fmt::format("dim expression '{}', column {}: expected {}, found {}", text_,
                                 at_ + 1, expected, found()));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> names_;
};

char symbol(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::sum:
      return '+';
    case Node::Kind::difference:
      return '-';
    case Node::Kind::product:
      return '*';
    default:
      return '/';
  }
}

/// Why the innermost part of `node` that has no value has none. All its names are bound.
std::string why_no_value(const Node& node, const Dims& dims) {
  const std::optional<std::int64_t> left = gradgrind::evaluate(*node.left, dims);
  if (!left) return why_no_value(*node.left, dims);
  const std::optional<std::int64_t> right = gradgrind::evaluate(*node.right, dims);
  if (!right) return why_no_value(*node.right, dims);
  const std::string step = fmt::format("{} {} {}", *left, symbol(node.kind), *right);
  if (node.kind != Node::Kind::quotient) return step + " exceeds 64 bits";
  if (*right == 0) return step + " divides by zero";
  if (*right == -1) return step + " exceeds 64 bits";
  return step + " does not divide";
}

}  // namespace

bool is_dim_name(std::string_view text) {
  return !text.empty() && is_name_start(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_char);
}

std::optional<std::int64_t> combine(Node::Kind kind, std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  switch (kind) {
    case Node::Kind::sum:
      if (__builtin_add_overflow(left, right, &result)) return std::nullopt;
      return result;
    case Node::Kind::difference:
      if (__builtin_sub_overflow(left, right, &result)) return std::nullopt;
      return result;
    case Node::Kind::product:
      if (__builtin_mul_overflow(left, right, &result)) return std::nullopt;
      return result;
    case Node::Kind::quotient:
      if (right == 0) return std::nullopt;
      // The smallest integer divided by -1 overflows, which traps.
      if (right == -1) return combine(Node::Kind::difference, 0, left);
      if (left % right != 0) return std::nullopt;
      return left / right;
    default:
      throw InternalError("a literal or a name does not combine two values");
  }
}

std::optional<std::int64_t> evaluate(const Node& node, const Dims& dims) {
  if (node.kind == Node::Kind::literal) return node.literal;
  if (node.kind == Node::Kind::name) {
    const auto found = dims.sizes.find(node.name);
    if (found == dims.sizes.end()) return std::nullopt;
    return found->second;
  }
  const std::optional<std::int64_t> left = evaluate(*node.left, dims);
  const std::optional<std::int64_t> right = evaluate(*node.right, dims);
  if (!left || !right) return std::nullopt;
  return combine(node.kind, *left, *right);
}

std::string describe_bindings(const DimExpr& expr, const Dims& dims) {
  std::vector<std::string> bindings;
  for (const std::string& name : expr.names()) {
    const auto found = dims.sizes.find(name);
    if (found != dims.sizes.end()) bindings.push_back(fmt::format("{}={}", name, found->second));
  }
  return bindings.empty() ? "" : fmt::format("with {}", fmt::join(bindings, ", "));
}

DimExpr DimExpr::parse(std::string_view text) {
  if (text.size() > kLongestText) {
    throw UsageError(
        fmt::format("dim expression '{}...' has {} characters; at most {} are possible",
                    text.substr(0, 20), text.size(), kLongestText));
  }
  Parser parser(text);
  DimExpr result;
  result.root_ = parser.parse();
  result.names_ = parser.take_names();
  result.text_ = std::string(text);
  return result;
}

std::optional<std::int64_t> DimExpr::try_evaluate(const Dims& dims) const {
  return gradgrind::evaluate(*root_, dims);
}

std::int64_t DimExpr::evaluate(const Dims& dims) const {
  if (const std::optional<std::int64_t> value = try_evaluate(dims)) return *value;
  for (const std::string& name : names_) {
    if (dims.sizes.count(name) != 0) continue;
    std::vector<std::string> known;
    for (const auto& [bound, size] : dims.sizes) known.push_back(bound);
    throw UsageError(
        fmt::format("dim expression '{}': {}", text_, unknown_name("dim", name, known)));
  }
  const std::string bindings = describe_bindings(*this, dims);
  throw UsageError(fmt::format("dim expression '{}'{}{}: {}", text_, bindings.empty() ? "" : " ",
                               bindings, why_no_value(*root_, dims)));
}

}  // namespace gradgrind

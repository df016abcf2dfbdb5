// JSON from files of unknown origin: nothing is taken on trust.
//
// Layer 2, generators.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gradgrind::detail {

/// A file is not what it should be. The text says where and what was expected, without the path.
class Malformed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Parses `text`. Throws Malformed when it is no JSON in UTF-8, names a key twice in one object or
/// nests deeper than 32 levels; `what` names the text in the message ("the header").
nlohmann::json parse_strictly(std::string_view text, const std::string& what);

/// A JSON value and where it stands, so that each complaint can name the place. Refers to the
/// value, which must outlive it.
class JsonCursor {
 public:
  JsonCursor(const nlohmann::json& value, std::string path)
      : value_(&value), path_(std::move(path)) {}

  /// A member of an object. Throws Malformed when there is none of that name.
  JsonCursor operator[](const std::string& key) const;
  /// A member that may be missing.
  std::optional<JsonCursor> find(const std::string& key) const;
  /// The elements of an array.
  std::vector<JsonCursor> items() const;
  /// The members of an object, by name.
  std::vector<std::pair<std::string, JsonCursor>> members() const;

  bool is_text() const;
  std::string text() const;
  bool flag() const;
  std::int64_t integer() const;
  /// An integer of at least `lowest`.
  std::int64_t integer_from(std::int64_t lowest) const;
  /// An integer of 64 bits without sign, written as a text of digits: JavaScript and other readers
  /// round larger numbers than 2^53.
  std::uint64_t digits() const;
  double real() const;
  /// A double, written as a text that reads back exactly; "inf", "-inf" and "nan" included.
  double exact_real() const;

  const std::string& path() const { return path_; }
  /// Throws Malformed: "case.seed is 3, expected " and `expected`.
  [[noreturn]] void fail(const std::string& expected) const;

 private:
  const nlohmann::json* value_;
  std::string path_;
};

}  // namespace gradgrind::detail

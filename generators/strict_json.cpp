#include "generators/strict_json.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

namespace gradgrind::detail {
namespace {

using nlohmann::json;

constexpr int kDeepest = 32;

/// What a value looks like in a message. Never dumps a container: that could be of any size.
std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  const std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  return text.size() <= 60 ? text : text.substr(0, 60) + "...";
}

template <class Number>
bool reads_whole(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && rest == end;
}

}  // namespace

json parse_strictly(std::string_view text, const std::string& what) {
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDeepest) {
      throw Malformed(fmt::format("{} nests deeper than {} levels", what, kDeepest));
    }
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key) {
      if (!keys.back().insert(parsed.get<std::string>()).second) {
        throw Malformed(fmt::format("{} names {} twice", what, shown(parsed)));
      }
    }
    return true;
  };
  try {
    return json::parse(text.begin(), text.end(), check);
  } catch (const json::parse_error& error) {
    throw Malformed(
        fmt::format("{} is not valid JSON in UTF-8 (at its byte {})", what, error.byte));
  } catch (const json::out_of_range&) {
    throw Malformed(fmt::format("{} has a number that no double holds", what));
  }
}

JsonCursor JsonCursor::operator[](const std::string& key) const {
  if (auto member = find(key)) return *member;
  throw Malformed(fmt::format("{} has no \"{}\"", path_, key));
}

std::optional<JsonCursor> JsonCursor::find(const std::string& key) const {
  if (!value_->is_object()) fail("an object");
  const auto member = value_->find(key);
  if (member == value_->end()) return std::nullopt;
  return JsonCursor(*member, fmt::format("{}.{}", path_, key));
}

std::vector<JsonCursor> JsonCursor::items() const {
  if (!value_->is_array()) fail("a list");
  std::vector<JsonCursor> result;
  result.reserve(value_->size());
  for (const json& item : *value_) {
    result.emplace_back(item, fmt::format("{}[{}]", path_, result.size()));
  }
  return result;
}

std::vector<std::pair<std::string, JsonCursor>> JsonCursor::members() const {
  if (!value_->is_object()) fail("an object");
  std::vector<std::pair<std::string, JsonCursor>> result;
  for (const auto& member : value_->items()) {
    result.emplace_back(member.key(),
                        JsonCursor(member.value(), fmt::format("{}.{}", path_, member.key())));
  }
  return result;
}

bool JsonCursor::is_text() const { return value_->is_string(); }

std::string JsonCursor::text() const {
  if (!value_->is_string()) fail("a string");
  return value_->get<std::string>();
}

bool JsonCursor::flag() const {
  if (!value_->is_boolean()) fail("true or false");
  return value_->get<bool>();
}

std::int64_t JsonCursor::integer() const {
  const bool fits = value_->is_number_integer() &&
                    (!value_->is_number_unsigned() || value_->get<std::uint64_t>() <= INT64_MAX);
  if (!fits) fail("an integer of 64 bits");
  return value_->get<std::int64_t>();
}

std::int64_t JsonCursor::integer_from(std::int64_t lowest) const {
  const std::int64_t result = integer();
  if (result < lowest) fail(fmt::format("at least {}", lowest));
  return result;
}

std::uint64_t JsonCursor::digits() const {
  std::uint64_t result = 0;
  if (!is_text() || !reads_whole(text(), result)) fail("the digits of a 64-bit number in quotes");
  return result;
}

double JsonCursor::real() const {
  if (!value_->is_number()) fail("a number");
  return value_->get<double>();
}

double JsonCursor::exact_real() const {
  double result = 0;
  if (!is_text() || !reads_whole(text(), result)) fail("a real number in quotes");
  return result;
}

void JsonCursor::fail(const std::string& expected) const {
  throw Malformed(fmt::format("{} is {}, expected {}", path_, shown(*value_), expected));
}

}  // namespace gradgrind::detail

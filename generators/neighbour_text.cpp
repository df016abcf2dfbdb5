// A neighbourhood in words.
#include <fmt/format.h>

#include <algorithm>

#include "gradgrind/generators/neighbours.h"

namespace gradgrind {
namespace {

using Kind = ChangedPart::Kind;

/// Changes that are named before the others are counted.
constexpr std::size_t kNamed = 5;
/// Parts that matter and are told of in full.
constexpr std::size_t kTold = 6;

std::string joined(const std::vector<std::string>& texts, const char* separator) {
  return fmt::format("{}", fmt::join(texts, separator));
}

std::string listed(const std::vector<std::string>& changes) {
  if (changes.size() <= kNamed) return joined(changes, ", ");
  return fmt::format("{} and {} more", joined({changes.begin(), changes.begin() + kNamed}, ", "),
                     changes.size() - kNamed);
}

/// What the others of a kind are called.
const char* noun_of(Kind kind) {
  switch (kind) {
    case Kind::contents:
      return "contents";
    case Kind::layout:
      return "layouts";
    case Kind::dtype:
      return "dtypes";
    case Kind::size:
      return "sizes";
    case Kind::parameter:
      return "values";
    case Kind::weights:
      return "weights";
    case Kind::seed:
      return "seeds";
  }
  return "";
}

/// "8 of 8 other contents of x, 8 of 8 of label", of the irrelevant parts of one kind.
std::string irrelevant_text(const Neighbourhood& seen, Kind kind) {
  std::vector<std::string> texts;
  for (const ChangedPart& part : seen.parts) {
    if (part.kind != kind || !part.is_irrelevant()) continue;
    std::string text = fmt::format("{0} of {0}", part.alike.size());
    if (texts.empty()) text += fmt::format(" other {}", noun_of(kind));
    if (!part.name.empty()) text += " of " + part.name;
    texts.push_back(std::move(text));
  }
  return joined(texts, ", ");
}

/// Whether the changes of a kind have no names that tell a reader anything.
bool is_counted(Kind kind) {
  return kind == Kind::contents || kind == Kind::weights || kind == Kind::seed;
}

std::string subject_of(const ChangedPart& part) {
  switch (part.kind) {
    case Kind::contents:
      return "contents of " + part.name;
    case Kind::layout:
      return "layout of " + part.name;
    case Kind::dtype:
      return part.name.empty() ? "dtype" : "dtype of " + part.name;
    case Kind::weights:
      return "weights";
    case Kind::seed:
      return "seed";
    case Kind::size:
    case Kind::parameter:
      return part.name;
  }
  return {};
}

std::string counted_text(const ChangedPart& part) {
  const auto total = part.holding.size() + part.alike.size() + part.otherwise.size();
  std::vector<std::string> texts;
  const auto add = [&](const std::vector<std::string>& changes, const char* one,
                       const char* several) {
    if (changes.empty()) return;
    texts.push_back(fmt::format("{} {}", changes.size(), changes.size() == 1 ? one : several));
  };
  add(part.holding, "holds", "hold");
  add(part.alike, "fails alike", "fail alike");
  add(part.otherwise, "fails otherwise", "fail otherwise");
  return fmt::format("of {} other{} {}", total, total == 1 ? "" : "s", joined(texts, ", "));
}

std::string named_text(const ChangedPart& part) {
  std::vector<std::string> texts;
  if (!part.holding.empty()) texts.push_back("holds with " + listed(part.holding));
  if (!part.alike.empty()) texts.push_back("fails alike with " + listed(part.alike));
  if (!part.otherwise.empty()) texts.push_back("fails otherwise with " + listed(part.otherwise));
  return joined(texts, "; ");
}

}  // namespace

std::string any_text(const Neighbourhood& seen) {
  if (!seen.same_as.empty()) return "as in the report of " + seen.same_as + ", of the same case";
  std::vector<std::string> lines;
  for (const Kind kind : {Kind::contents, Kind::size}) {
    lines.push_back(irrelevant_text(seen, kind));
  }
  std::vector<std::string> rest;
  for (const Kind kind : {Kind::dtype, Kind::layout, Kind::parameter, Kind::weights, Kind::seed}) {
    rest.push_back(irrelevant_text(seen, kind));
  }
  const auto drop_empty = [](std::vector<std::string>& texts) {
    texts.erase(std::remove(texts.begin(), texts.end(), ""), texts.end());
  };
  drop_empty(rest);
  lines.push_back(joined(rest, ", "));
  drop_empty(lines);
  for (std::string& line : lines) line = "fails alike for " + line;
  if (seen.together > 0) {
    lines.push_back(fmt::format("{} for {} of {} cases with all of that changed at once",
                                seen.together_alike == seen.together ? "fails alike" : "but only",
                                seen.together_alike, seen.together));
  }
  return joined(lines, "\n");
}

std::string matters_text(const Neighbourhood& seen) {
  std::vector<std::string> lines;
  for (const ChangedPart& part : seen.parts) {
    if (part.is_irrelevant()) continue;
    lines.push_back(subject_of(part) + ": " +
                    (is_counted(part.kind) ? counted_text(part) : named_text(part)));
  }
  if (lines.size() > kTold) {
    const std::size_t more = lines.size() - kTold + 1;
    lines.resize(kTold - 1);
    lines.push_back(fmt::format("and {} more parts", more));
  }
  return joined(lines, "\n");
}

std::string holds_text(const Neighbourhood& seen) {
  std::string text;
  if (!seen.nearest.empty()) {
    text = "with " + seen.nearest;
  } else if (seen.runs > 0) {
    text = fmt::format("none of {} changed case{}", seen.runs, seen.runs == 1 ? "" : "s");
  }
  if (!seen.is_complete && seen.runs > 0) text += "; the budget ended the search";
  return text;
}

}  // namespace gradgrind

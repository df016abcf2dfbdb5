#include "fuzz/nightly/night_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/plain_text.h"
#include "generators/strict_json.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

using detail::JsonCursor;
using detail::Malformed;
using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "gradgrind-night";
constexpr int kVersion = 1;

// -- Texts and numbers ----------------------------------------------------------------------------

Json text_json(const std::string& text) {
  if (is_utf8(text)) return text;
  std::string hex;
  hex.reserve(2 * text.size());
  for (const char c : text) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return {{"hex", hex}};
}

std::string text_from(const JsonCursor& json) {
  if (json.is_text()) return json.text();
  const JsonCursor member = json["hex"];
  const std::string hex = member.text();
  std::string text;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const char* const end = hex.data() + i + 2;
    if (hex.size() - i < 2 || std::from_chars(hex.data() + i, end, byte, 16).ptr != end) {
      member.fail("pairs of hexadecimal digits");
    }
    text += static_cast<char>(byte);
  }
  return text;
}

Json real_json(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

double real_from(const JsonCursor& json) {
  return json.is_text() ? json.exact_real() : json.real();
}

int int_from(const JsonCursor& json) {
  const std::int64_t value = json.integer();
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    json.fail("an integer of 32 bits");
  }
  return static_cast<int>(value);
}

template <class Value>
Json list_json(const std::vector<Value>& values, Json (*one_json)(const Value&)) {
  Json list = Json::array();
  for (const Value& value : values) list.push_back(one_json(value));
  return list;
}

template <class Value>
std::vector<Value> list_from(const JsonCursor& json, Value (*one_from)(const JsonCursor&)) {
  std::vector<Value> values;
  for (const JsonCursor& item : json.items()) values.push_back(one_from(item));
  return values;
}

// -- Names of states and kinds --------------------------------------------------------------------

FindingState state_from(const JsonCursor& json) {
  const std::string text = json.text();
  for (const auto state : {FindingState::fresh, FindingState::known, FindingState::fixed}) {
    if (text == name(state)) return state;
  }
  json.fail("\"new\", \"known\" or \"fixed\"");
}

TargetKind kind_from(const JsonCursor& json) {
  const std::string text = json.text();
  for (const auto kind : {TargetKind::fuzzer, TargetKind::suite}) {
    if (text == name(kind)) return kind;
  }
  json.fail("\"fuzzer\" or \"suite\"");
}

// -- Curves: column by column, a fifth of the size of a list of objects ---------------------------

Json curve_json(const std::vector<Sample>& curve) {
  Json seconds = Json::array(), executions = Json::array();
  Json features = Json::array(), findings = Json::array();
  for (const Sample& sample : curve) {
    seconds.push_back(real_json(sample.seconds));
    executions.push_back(sample.executions);
    features.push_back(sample.features);
    findings.push_back(sample.findings);
  }
  return {{"seconds", seconds},
          {"executions", executions},
          {"features", features},
          {"findings", findings}};
}

std::vector<Sample> curve_from(const JsonCursor& json) {
  const std::vector<JsonCursor> seconds = json["seconds"].items();
  std::vector<Sample> curve(seconds.size());
  for (std::size_t i = 0; i < curve.size(); ++i) curve[i].seconds = real_from(seconds[i]);

  const auto read = [&](const char* column, std::int64_t Sample::*member) {
    const JsonCursor list = json[column];
    const std::vector<JsonCursor> items = list.items();
    if (items.size() != curve.size()) {
      list.fail(fmt::format("{} as in {}.seconds",
                            counted(static_cast<int>(curve.size()), "number"), json.path()));
    }
    for (std::size_t i = 0; i < curve.size(); ++i) curve[i].*member = items[i].integer();
  };
  read("executions", &Sample::executions);
  read("features", &Sample::features);
  read("findings", &Sample::findings);
  return curve;
}

// -- Targets --------------------------------------------------------------------------------------

Json damage_json(const DamageTally& tally) {
  return {{"name", text_json(tally.name)},
          {"inputs", tally.inputs},
          {"accepted", tally.accepted},
          {"refused", tally.refused}};
}

DamageTally damage_from(const JsonCursor& json) {
  DamageTally tally;
  tally.name = text_from(json["name"]);
  tally.inputs = json["inputs"].integer();
  tally.accepted = json["accepted"].integer();
  tally.refused = json["refused"].integer();
  return tally;
}

Json target_json(const TargetNight& target) {
  return {{"name", text_json(target.name)},
          {"kind", name(target.kind)},
          {"seconds", real_json(target.seconds)},
          {"executions", target.executions},
          {"executions_per_second", real_json(target.executions_per_second)},
          {"corpus", target.corpus},
          {"deaths", target.deaths},
          {"problem", text_json(target.problem)},
          {"curve", curve_json(target.curve)},
          {"damage", list_json(target.damage, damage_json)}};
}

TargetNight target_from(const JsonCursor& json) {
  TargetNight target;
  target.name = text_from(json["name"]);
  target.kind = kind_from(json["kind"]);
  target.seconds = real_from(json["seconds"]);
  target.executions = json["executions"].integer();
  target.executions_per_second = real_from(json["executions_per_second"]);
  target.corpus = json["corpus"].integer();
  target.deaths = int_from(json["deaths"]);
  target.problem = text_from(json["problem"]);
  target.curve = curve_from(json["curve"]);
  target.damage = list_from(json["damage"], damage_from);
  return target;
}

// -- Findings -------------------------------------------------------------------------------------

Json finding_json(const NightFinding& finding) {
  return {{"target", text_json(finding.target)},
          {"verdict", text_json(finding.verdict)},
          {"signature", text_json(finding.signature)},
          {"state", name(finding.state)},
          {"is_from_this_night", finding.is_from_this_night},
          {"reason", text_json(finding.reason)},
          {"summary", text_json(finding.summary)},
          {"report", text_json(finding.report)},
          {"input", text_json(finding.input)},
          {"input_bytes", finding.input_bytes},
          {"replay", text_json(finding.replay)},
          {"times_met", finding.times_met},
          {"seconds_to_first", real_json(finding.seconds_to_first)},
          {"first_seen", text_json(finding.first_seen)},
          {"source", text_json(finding.source)}};
}

NightFinding finding_from(const JsonCursor& json) {
  NightFinding finding;
  finding.target = text_from(json["target"]);
  finding.verdict = text_from(json["verdict"]);
  finding.signature = text_from(json["signature"]);
  finding.state = state_from(json["state"]);
  finding.is_from_this_night = json["is_from_this_night"].flag();
  finding.reason = text_from(json["reason"]);
  finding.summary = text_from(json["summary"]);
  finding.report = text_from(json["report"]);
  finding.input = text_from(json["input"]);
  finding.input_bytes = static_cast<std::uint64_t>(json["input_bytes"].integer_from(0));
  finding.replay = text_from(json["replay"]);
  finding.times_met = json["times_met"].integer();
  finding.seconds_to_first = real_from(json["seconds_to_first"]);
  finding.first_seen = text_from(json["first_seen"]);
  finding.source = text_from(json["source"]);
  return finding;
}

/// `json` with each list of numbers on one line: a night has thousands.
std::string with_short_lists(const std::string& json) {
  std::string result;
  result.reserve(json.size());
  bool is_in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    result += c;
    if (is_in_text && c == '\\') result += json[++i];
    if (c == '"') is_in_text = !is_in_text;
    if (is_in_text || c != '[') continue;
    const std::size_t end = json.find_first_not_of("0123456789+-.e, \n", i + 1);
    if (end == std::string::npos || json[end] != ']') continue;
    for (++i; i < end; ++i) {
      if (json[i] == ',') result += ", ";
      if (json[i] != ',' && json[i] != ' ' && json[i] != '\n') result += json[i];
    }
    result += ']';
  }
  return result;
}

Night night_from(const JsonCursor& json) {
  const JsonCursor format = json["format"];
  if (format.text() != kFormat) format.fail(fmt::format("\"{}\"", kFormat));
  const JsonCursor version = json["version"];
  if (version.integer() != kVersion) version.fail(fmt::format("{}", kVersion));
  Night night;
  night.started = text_from(json["started"]);
  night.seconds = real_from(json["seconds"]);
  night.budget = real_from(json["budget"]);
  night.cores = int_from(json["cores"]);
  night.starts = int_from(json["starts"]);
  night.versions = list_from(json["versions"], text_from);
  night.problems = list_from(json["problems"], text_from);
  night.findings = list_from(json["findings"], finding_from);
  night.targets = list_from(json["targets"], target_from);
  night.curve = curve_from(json["curve"]);
  return night;
}

}  // namespace

std::string to_json(const Night& night) {
  const NightFacts facts = facts_of(night);
  const Json json = {{"format", kFormat},
                     {"version", kVersion},
                     {"started", text_json(night.started)},
                     {"seconds", real_json(night.seconds)},
                     {"budget", real_json(night.budget)},
                     {"cores", night.cores},
                     {"starts", night.starts},
                     {"versions", list_json(night.versions, text_json)},
                     {"problems", list_json(night.problems, text_json)},
                     {"inputs", facts.inputs},
                     {"small_inputs", facts.small_inputs},
                     {"findings", list_json(night.findings, finding_json)},
                     {"targets", list_json(night.targets, target_json)},
                     {"curve", curve_json(night.curve)}};
  return with_short_lists(json.dump(1)) + '\n';
}

Night night_from_json(const std::string& text, const std::string& name) {
  try {
    const nlohmann::json json = detail::parse_strictly(text, "the text");
    return night_from(JsonCursor(json, "night"));
  } catch (const Malformed& error) {
    throw UsageError(
        fmt::format("{}: {}. It has to be a night's report.json.", name, error.what()));
  }
}

}  // namespace gradgrind::nightly

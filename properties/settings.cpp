#include "gradgrind/properties/settings.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

struct Entry {
  const char* name;
  const char* help;
  const char* rule;
  const char* placeholder;  // Of the value, in messages; empty where a flag alone stands for true.
  std::function<bool(Settings&, const std::string&)> apply;
  std::function<std::string(const Settings&)> text;
};

template <class T>
bool parse(const std::string& text, T& value) {
  T parsed{};
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, parsed);
  if (error != std::errc() || next != end) return false;
  value = parsed;
  return true;
}

std::string number_text(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

template <class T>
Entry number(const char* name, const char* help, const char* rule, T Settings::*member, T lowest) {
  return {name,
          help,
          rule,
          "N",
          [member, lowest](Settings& settings, const std::string& text) {
            T value{};
            if (!parse(text, value) || !(value >= lowest)) return false;
            if (!std::isfinite(static_cast<double>(value))) return false;
            settings.*member = value;
            return true;
          },
          [member](const Settings& settings) {
            return number_text(static_cast<double>(settings.*member));
          }};
}

Entry flag(const char* name, const char* help, bool Settings::*member) {
  return {name,
          help,
          "true or false",
          "",
          [member](Settings& settings, const std::string& text) {
            const bool on = text == "true" || text == "1";
            if (!on && text != "false" && text != "0") return false;
            settings.*member = on;
            return true;
          },
          [member](const Settings& settings) { return settings.*member ? "true" : "false"; }};
}

Entry path(const char* name, const char* help, const char* placeholder,
           std::string Settings::*member) {
  return {name,
          help,
          "a path",
          placeholder,
          [member](Settings& settings, const std::string& value) {
            settings.*member = value;
            return true;
          },
          [member](const Settings& settings) { return settings.*member; }};
}

const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      number("scale", "multiplies every property's number of cases", "a number above 0",
             &Settings::scale, 1e-9),
      number("seed", "seed of the case stream", "an integer from 0", &Settings::seed,
             std::uint64_t{0}),
      number("seconds", "budget of a contract in seconds; 0: none", "a number from 0",
             &Settings::seconds, 0.0),
      number("error_budget", "probability that chance fails a statistical check of a run",
             "a number above 0", &Settings::error_budget, 1e-30),
      number("findings", "distinct findings of a property before it stops looking",
             "an integer from 1", &Settings::findings, 1),
      number("shrink_runs", "runs that shrinking a finding may take", "an integer from 0",
             &Settings::shrink_runs, 0),
      number("shrink_seconds", "seconds that shrinking a finding may take", "a number from 0",
             &Settings::shrink_seconds, 0.0),
      number("explain_runs", "runs that finding out what matters in a finding may take",
             "an integer from 0", &Settings::explain_runs, 0),
      number("explain_seconds", "seconds that finding out what matters in a finding may take",
             "a number from 0", &Settings::explain_seconds, 0.0),
      flag("isolate", "run in a child process, so that a death of the subject is a finding",
           &Settings::isolate),
      number("hang_seconds",
             "seconds of one forward, backward or build before it counts as endless",
             "a number above 0", &Settings::hang_seconds, 1e-3),
      number("memory_gb", "GiB that the subject may allocate", "a number above 0",
             &Settings::memory_gb, 1e-3),
      path("folder", "where findings are stored", "FOLDER", &Settings::folder),
      path("regressions", "folder of case files that run before all others", "FOLDER",
           &Settings::regressions),
      path("replay", "a case file to replay, in this process", "FILE", &Settings::replay),
      flag("statistics", "print what was generated", &Settings::statistics),
      number("slowest", "print this many of the slowest properties", "an integer from 0",
             &Settings::slowest, 0),
      flag("progress", "a progress line on a terminal when a property takes long",
           &Settings::progress),
  };
  return table;
}

std::vector<std::string> names() {
  std::vector<std::string> list;
  for (const Entry& entry : entries()) list.emplace_back(entry.name);
  return list;
}

const Entry* find_entry(const std::string& name) {
  for (const Entry& entry : entries()) {
    if (name == entry.name) return &entry;
  }
  return nullptr;
}

// Applies one, with `source` (a variable or a flag) at the start of what is wrong.
void apply_from(const std::string& source, Settings& settings, const std::string& name,
                const std::string& value) {
  try {
    apply_setting(settings, name, value);
  } catch (const UsageError& error) {
    throw UsageError(source + ": " + error.what());
  }
}

constexpr char kVariablePrefix[] = "GRADGRIND_";
// Names the LibTorch to build with, and may still be set when the tests run.
constexpr char kBuildVariable[] = "GRADGRIND_TORCH=";
constexpr char kFlagPrefix[] = "--gradgrind_";

std::optional<Settings>& installed() {
  static std::optional<Settings> settings;
  return settings;
}

}  // namespace

std::vector<SettingInfo> known_settings() {
  std::vector<SettingInfo> list;
  for (const Entry& entry : entries()) list.push_back({entry.name, entry.help, entry.text({})});
  return list;
}

void apply_setting(Settings& settings, const std::string& name, const std::string& value) {
  const Entry* entry = find_entry(name);
  if (entry == nullptr) throw UsageError(unknown_name("setting", name, names()));
  if (entry->apply(settings, value)) return;
  throw UsageError("setting '" + name + "' is '" + value + "'; it must be " + entry->rule);
}

Settings settings_from_environment() {
  Settings settings;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    if (text.rfind(kVariablePrefix, 0) != 0) continue;
    if (text.rfind(kBuildVariable, 0) == 0) continue;
    const std::size_t equals = text.find('=');
    std::string name =
        text.substr(sizeof(kVariablePrefix) - 1, equals - sizeof(kVariablePrefix) + 1);
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const std::string source = "environment variable " + text.substr(0, equals);
    if (find_entry(name) == nullptr) {
      const std::string unknown = unknown_name("setting", name, names());
      throw UsageError(source + ": " + unknown +
                       (unknown.back() == '?' ? " Else unset it" : "; unset it"));
    }
    apply_from(source, settings, name, text.substr(equals + 1));
  }
  return settings;
}

void apply_flags(Settings& settings, int* argc, char** argv) {
  int kept = 1;
  for (int i = 1; i < *argc; ++i) {
    const std::string text = argv[i];
    if (text.rfind(kFlagPrefix, 0) != 0) {
      argv[kept++] = argv[i];
      continue;
    }
    const std::size_t start = std::strlen(kFlagPrefix);
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(start, equals - start);
    const std::string flag = text.substr(0, equals);
    const Entry* entry = find_entry(name);
    if (equals == std::string::npos && entry != nullptr && entry->placeholder[0] != '\0') {
      throw UsageError(flag + " needs " + entry->rule + ": " + flag + "=" + entry->placeholder);
    }
    apply_from(flag, settings, name,
               equals == std::string::npos ? "true" : text.substr(equals + 1));
  }
  *argc = kept;
  argv[kept] = nullptr;
}

const Settings& process_settings() {
  if (!installed().has_value()) installed() = settings_from_environment();
  return *installed();
}

void set_settings(const Settings& settings) { installed() = settings; }

}  // namespace gradgrind

#include "gradgrind/fuzz/levers.h"

#include <charconv>
#include <cstring>
#include <variant>

#include "gradgrind/generators/error.h"

namespace gradgrind::fuzz {
namespace {

struct Entry {
  const char* name;
  const char* help;
  std::variant<bool Levers::*, int Levers::*> member;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      {"operators", "pairs of dispatched operators are coverage", &Levers::operators},
      {"values", "magnitudes and non-finite values are coverage", &Levers::values},
      {"results", "dtype, rank, size and strides of results are coverage", &Levers::results},
      {"exceptions", "types and texts of exceptions are coverage", &Levers::exceptions},
      {"allocations", "orders of magnitude of allocations are coverage", &Levers::allocations},
      {"cheap_errors", "a c10::Error symbolises no backtrace", &Levers::cheap_errors},
      {"mutator", "files are changed field by field, cases drawn anew now and then",
       &Levers::mutator},
      {"damage", "files of a described format are damaged; off: all are valid", &Levers::damage},
      {"hostile_memory", "each n-th input runs on hostile memory; 0: none",
       &Levers::hostile_memory},
      {"isolate", "inputs run in a child first, so that a death is one finding more",
       &Levers::isolate},
      {"all_properties", "a case is judged by every property in place of one",
       &Levers::all_properties},
  };
  return table;
}

bool apply(Levers& levers, bool Levers::*member, const std::string& value) {
  levers.*member = value == "on";
  return value == "on" || value == "off";
}

bool apply(Levers& levers, int Levers::*member, const std::string& value) {
  int number = -1;
  const char* end = value.data() + value.size();
  const auto [next, error] = std::from_chars(value.data(), end, number);
  levers.*member = number;
  return error == std::errc() && next == end && number >= 0;
}

constexpr char kFlag[] = "--gradgrind_lever_";

Levers& current() {
  static Levers levers;
  return levers;
}

}  // namespace

std::vector<LeverInfo> known_levers() {
  const Levers defaults;
  std::vector<LeverInfo> list;
  for (const Entry& entry : entries()) {
    const bool is_switch = std::holds_alternative<bool Levers::*>(entry.member);
    std::string value;
    if (is_switch) {
      value = defaults.*std::get<bool Levers::*>(entry.member) ? "on" : "off";
    } else {
      value = std::to_string(defaults.*std::get<int Levers::*>(entry.member));
    }
    list.push_back({entry.name, entry.help, value});
  }
  return list;
}

void apply_lever(Levers& levers, const std::string& name, const std::string& value) {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) {
    names.emplace_back(entry.name);
    if (name != entry.name) continue;
    Levers changed = levers;
    if (!std::visit([&](auto member) { return apply(changed, member, value); }, entry.member)) {
      const bool is_switch = std::holds_alternative<bool Levers::*>(entry.member);
      throw UsageError("lever '" + name + "' is '" + value + "'; it must be " +
                       (is_switch ? "on or off" : "an integer from 0"));
    }
    levers = changed;
    return;
  }
  throw UsageError(unknown_name("lever", name, names));
}

void apply_lever_flags(Levers& levers, int* argc, char** argv) {
  int kept = 0;
  for (int i = 0; i < *argc; ++i) {
    const std::string argument = argv[i];
    if (argument.rfind(kFlag, 0) != 0) {
      argv[kept++] = argv[i];
      continue;
    }
    const std::string setting = argument.substr(std::strlen(kFlag));
    const std::size_t equals = setting.find('=');
    const std::string value = equals == std::string::npos ? "on" : setting.substr(equals + 1);
    apply_lever(levers, setting.substr(0, equals), value);
  }
  *argc = kept;
  argv[kept] = nullptr;
}

const Levers& levers() { return current(); }
void set_levers(const Levers& levers) { current() = levers; }

}  // namespace gradgrind::fuzz

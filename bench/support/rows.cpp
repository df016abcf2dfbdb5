#include "bench/support/rows.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace bench {

Rows::Rows(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  if (words.size() == 2 && words[0] == "--json") {
    file_ = words[1];
  } else if (!words.empty()) {
    fmt::print(stderr, "usage: {} [--json FILE]\n", arguments[0]);
    std::exit(2);
  }
}

void Rows::add(const std::string& name, double value, const std::string& unit) {
  add(Row{name, value, unit});
}

void Rows::at_most(double goal, const std::string& name, double value, const std::string& unit) {
  add(Row{name, value, unit, fmt::format("<= {:g}", goal), value <= goal});
}

void Rows::at_least(double goal, const std::string& name, double value, const std::string& unit) {
  add(Row{name, value, unit, fmt::format(">= {:g}", goal), value >= goal});
}

void Rows::add(Row row) {
  fmt::print("{:<62}{:>12.4g} {:<18}{:<10}{}\n", row.name, row.value, row.unit, row.goal,
             row.is_met ? "" : "MISSED");
  std::fflush(stdout);
  rows_.push_back(std::move(row));
}

int Rows::finish() const {
  if (file_.empty()) return 0;
  nlohmann::json list = nlohmann::json::array();
  for (const Row& row : rows_) {
    nlohmann::json entry{{"name", row.name}, {"value", row.value}, {"unit", row.unit}};
    entry["goal"] = row.goal.empty() ? nlohmann::json() : nlohmann::json(row.goal);
    entry["met"] = row.goal.empty() ? nlohmann::json() : nlohmann::json(row.is_met);
    list.push_back(std::move(entry));
  }
  std::ofstream file(file_);
  file << list.dump(2) << '\n';
  return file ? 0 : 1;
}

}  // namespace bench

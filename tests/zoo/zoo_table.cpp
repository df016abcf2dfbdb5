// zoo_table: judges all pairs of the zoo and prints the table of docs/zoo.md.
//
// usage: zoo_table [--update PAGE | --check PAGE] [PAIR ...]
//
// Runs in the root of the repository, whose history it reads. --update replaces the table in a
// page; --check fails where the page has other catches than were found. With names of pairs only
// these are judged, and their false alarms are printed in full. Settings are taken as by every
// program: GRADGRIND_SCALE, --gradgrind_seed=7.
#include <algorithm>
#include <exception>
#include <iostream>

#include "tests/zoo/table.h"

namespace {

bool matches(const std::vector<zoo::Row>& rows, const std::string& path) {
  const std::map<std::string, zoo::Catch> known = zoo::read_table(path);
  bool all = known.size() == rows.size();
  if (!all) std::cout << path << " has " << known.size() << " pairs, not " << rows.size() << "\n";
  for (const zoo::Row& row : rows) {
    const auto entry = known.find(row.pair);
    const bool was_caught = entry != known.end() && !entry->second.property.empty();
    if (entry != known.end() && was_caught == !row.judged.catches.empty()) continue;
    std::cout << path << ": " << row.pair << " is " << (was_caught ? "not " : "") << "caught\n";
    all = false;
  }
  return all;
}

int run(int argc, char** argv) {
  gradgrind::Settings settings = zoo::judging_settings();
  gradgrind::apply_flags(settings, &argc, argv);
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::string option;
  std::string page;
  if (arguments.size() == 2 && (arguments[0] == "--update" || arguments[0] == "--check")) {
    option = arguments[0];
    page = arguments[1];
    arguments.clear();
  }
  std::vector<zoo::Row> rows;
  bool is_clean = true;
  for (const zoo::Family& family : zoo::families()) {
    for (const zoo::Pair& pair : family.pairs) {
      const bool is_wanted = arguments.empty() || std::find(arguments.begin(), arguments.end(),
                                                            pair.name) != arguments.end();
      if (!is_wanted) continue;
      rows.push_back({family.name, family.file, pair.name, pair.pattern, pair.bug,
                      zoo::judge(pair, settings)});
      const zoo::Judged& judged = rows.back().judged;
      std::cerr << pair.name << ": "
                << (judged.catches.empty() ? "not caught" : judged.catches[0].property) << "\n";
      for (const std::string& problem : judged.problems) std::cout << problem << "\n";
      for (const std::string& alarm : judged.alarms) std::cout << alarm << "\n";
      is_clean = is_clean && judged.problems.empty() && judged.alarms.empty();
    }
  }
  if (rows.empty()) throw std::runtime_error("no such pair");
  if (option == "--update") {
    zoo::write_table(page, zoo::table_of(rows));
  } else if (option == "--check") {
    is_clean = matches(rows, page) && is_clean;
  } else {
    std::cout << zoo::table_of(rows);
  }
  return is_clean ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "zoo_table: " << error.what() << "\n";
    return 2;
  }
}

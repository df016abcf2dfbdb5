#include "tests/zoo/table.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "gradgrind/properties/property.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

constexpr const char* kBegin = "<!-- zoo_table -->\n";
constexpr const char* kEnd = "<!-- end of zoo_table -->\n";
constexpr int kFew = 10;  // cases within which half of the catches are to be made

std::string percent(std::size_t part, std::size_t whole) {
  if (whole == 0) throw std::runtime_error("a share of nothing");
  char text[64];
  std::snprintf(text, sizeof text, "%zu of %zu (%.1f %%)", part, whole,
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

// The first commit of `arguments` to git log, run in the current folder; "-" where there is none.
std::string first_commit(const std::string& arguments) {
  const std::string command = "git log --reverse --format=%h " + arguments + " 2>/dev/null";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  char line[64] = "";
  if (pipe == nullptr || std::fgets(line, sizeof line, pipe.get()) == nullptr) return "-";
  const std::string commit(line);
  return commit.substr(0, commit.find('\n'));
}

std::string totals(const std::vector<Row>& rows) {
  std::size_t caught = 0;
  std::size_t early = 0;
  std::size_t alarms = 0;
  for (const Row& row : rows) {
    if (!row.judged.catches.empty()) ++caught;
    if (!row.judged.catches.empty() && row.judged.catches[0].cases <= kFew) ++early;
    if (!row.judged.alarms.empty()) ++alarms;
  }
  std::ostringstream out;
  out << "Caught: " << percent(caught, rows.size()) << ". Within " << kFew
      << " cases: " << percent(early, std::max<std::size_t>(caught, 1))
      << " of the catches. Correct twins in which something is found: " << alarms << " of "
      << rows.size() << ".\n";
  return out.str();
}

void append_pairs(const std::vector<Row>& rows, std::ostringstream& out) {
  std::string family;
  for (const Row& row : rows) {
    if (row.family != family) {
      family = row.family;
      out << "\n### " << family << "\n\nIn `tests/zoo/" << row.file << "`, since "
          << first_commit("--diff-filter=A -- tests/zoo/" + row.file)
          << ".\n\n| pair | pattern | bug | cases | caught by |\n|---|---|---|---|---|\n";
    }
    out << "| " << row.pair << " | " << row.pattern << " | " << row.bug << " | ";
    if (row.judged.catches.empty()) {
      out << "| not caught |\n";
      continue;
    }
    out << row.judged.catches[0].cases << " | ";
    std::string separator;
    for (const Catch& caught : row.judged.catches) {
      out << separator << "`" << caught.property << "`";
      if (!separator.empty()) out << " " << caught.cases;
      separator = ", ";
    }
    out << " |\n";
  }
}

void append_properties(const std::vector<Row>& rows, std::ostringstream& out) {
  std::map<std::string, int> catches;
  std::map<std::string, int> alone;
  for (const Row& row : rows) {
    for (const Catch& caught : row.judged.catches) ++catches[caught.property];
    if (row.judged.catches.size() == 1) ++alone[row.judged.catches[0].property];
  }
  out << "\n## By property\n\n*Alone*: pairs that no other property catches.\n\n"
         "| property | group | since | catches | alone |\n|---|---|---|---|---|\n";
  std::string none;
  for (const gg::Property& property : gg::default_suite()) {
    const std::string& name = property.name;
    out << "| `" << name << "` | " << property.group << " | "
        << first_commit("-S'\"" + name + "\"' -- properties") << " | " << catches[name] << " | "
        << alone[name] << " |\n";
    if (alone[name] == 0) none += (none.empty() ? "`" : ", `") + name + "`";
  }
  out << "\nCatch nothing here that others do not: " << (none.empty() ? "none" : none) << ".\n";
}

std::string text_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Where the table begins and ends in a page.
std::pair<std::size_t, std::size_t> table_in(const std::string& page, const std::string& path) {
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos) {
    throw std::runtime_error(path + " has no table between " + kBegin + " and " + kEnd);
  }
  return {begin + std::string(kBegin).size(), end};
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream in(line);
  for (std::string cell; std::getline(in, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' ');
    const std::size_t last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

}  // namespace

std::string table_of(const std::vector<Row>& rows) {
  std::ostringstream out;
  out << totals(rows) << "\n## By pair\n";
  append_pairs(rows, out);
  append_properties(rows, out);
  return out.str();
}

std::map<std::string, Catch> read_table(const std::string& path) {
  const std::string page = text_of(path);
  const auto [begin, end] = table_in(page, path);
  std::istringstream in(page.substr(begin, end - begin));
  std::map<std::string, Catch> catches;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> cells = cells_of(line);  // the first is empty
    const bool is_pair = cells.size() >= 6 &&
                         cells[2].find_first_not_of("0123456789") == std::string::npos &&
                         !cells[2].empty();
    if (!is_pair) continue;
    Catch& caught = catches[cells[1]];
    if (cells[4].empty()) continue;
    caught.cases = std::stoi(cells[4]);
    caught.property = cells[5].substr(1, cells[5].find('`', 1) - 1);
  }
  return catches;
}

void write_table(const std::string& path, const std::string& table) {
  const std::string page = text_of(path);
  const auto [begin, end] = table_in(page, path);
  std::ofstream out(path, std::ios::binary);
  out << page.substr(0, begin) << table << page.substr(end);
}

}  // namespace zoo

// The table of docs/zoo.md: written from what was judged, and read again.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/zoo/judging.h"

namespace zoo {

/// A pair with what came of it.
struct Row {
  std::string family;
  std::string file;
  std::string pair;
  int pattern = 0;
  std::string bug;
  Judged judged;
};

/// Markdown: the totals, the pairs by family, what each property catches, and the commits of both.
std::string table_of(const std::vector<Row>& rows);

/// The quickest catch of each pair, as the page at `path` has it; without a property where it says
/// "not caught". Throws std::runtime_error where there is no table.
std::map<std::string, Catch> read_table(const std::string& path);

/// Replaces the table in the page at `path`. Throws std::runtime_error where it has none.
void write_table(const std::string& path, const std::string& table);

}  // namespace zoo

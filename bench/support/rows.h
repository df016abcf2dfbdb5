// The figures of a bench: printed as they come, and written as JSON at the end.
#pragma once

#include <string>
#include <vector>

namespace bench {

/// One figure; without a goal it is there to be read.
struct Row {
  std::string name;
  double value = 0;
  std::string unit;
  std::string goal = {};  ///< ">= 0.5"; empty for none.
  bool is_met = true;
};

class Rows {
 public:
  /// Takes the bench's arguments: none, or `--json FILE`. Anything else prints the usage and exits.
  Rows(int count, char** arguments);

  void add(const std::string& name, double value, const std::string& unit);
  void at_most(double goal, const std::string& name, double value, const std::string& unit);
  void at_least(double goal, const std::string& name, double value, const std::string& unit);

  /// Writes the file. The status of the process: a goal that is missed is a figure, not an error.
  int finish() const;

 private:
  void add(Row row);

  std::string file_;
  std::vector<Row> rows_;
};

}  // namespace bench

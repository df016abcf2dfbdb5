#include "loaders/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace examples {
namespace {

// The next line, without its end; moves `text` behind it.
std::string_view next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

float number_in(std::string_view cell, std::size_t line) {
  float number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size() || !std::isfinite(number)) {
    throw CsvError("line " + std::to_string(line) +
                   ": no finite number: " + std::string(cell.substr(0, 20)));
  }
  return number;
}

torch::Tensor matrix(const std::vector<float>& values, std::size_t columns) {
  const auto rows = static_cast<std::int64_t>(values.size() / columns);
  torch::Tensor table = torch::empty({rows, static_cast<std::int64_t>(columns)});
  std::copy(values.begin(), values.end(), table.data_ptr<float>());
  return table;
}

}  // namespace

torch::Tensor load_csv(std::string_view text) {
  const std::string_view names = next_line(text);
  if (names.empty()) throw CsvError("line 1: no names");
  const auto columns = static_cast<std::size_t>(std::count(names.begin(), names.end(), ',')) + 1;
  std::vector<float> values;
  for (std::size_t line = 2; !text.empty(); ++line) {
    std::string_view row = next_line(text);
    for (std::size_t column = 0; column < columns; ++column) {
      const std::size_t comma = row.find(',');
      const bool is_last = column + 1 == columns;
      if (is_last != (comma == std::string_view::npos)) {
        throw CsvError("line " + std::to_string(line) + ": not " + std::to_string(columns) +
                       " cells");
      }
      values.push_back(number_in(row.substr(0, comma), line));
      if (!is_last) row.remove_prefix(comma + 1);
    }
  }
  return matrix(values, columns);
}

torch::Tensor load_csv_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw CsvError(path + " cannot be opened");
  // Not by istreambuf_iterator, which throws over a folder.
  std::string text;
  for (char part[4096]; file.read(part, sizeof(part)) || file.gcount() > 0;) {
    text.append(part, static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw CsvError(path + " cannot be read");
  return load_csv(text);
}

torch::Tensor load_csv_carelessly(std::string_view text) {
  const std::string_view names = next_line(text);
  const auto columns = static_cast<std::size_t>(std::count(names.begin(), names.end(), ',')) + 1;
  std::vector<float> values;
  while (!text.empty()) {
    const std::string row(next_line(text));
    std::size_t at = 0;
    for (std::size_t column = 0; column < columns; ++column) {
      values.push_back(std::strtof(row.c_str() + std::min(at, row.size()), nullptr));
      const std::size_t comma = row.find(',', at);
      at = comma == std::string::npos ? row.size() : comma + 1;
    }
  }
  return matrix(values, columns);
}

}  // namespace examples

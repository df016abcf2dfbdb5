// Reading tables of numbers: as one should, and with the classic mistakes.
#pragma once

#include <torch/types.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace examples {

/// A text is no table of numbers. The text says where.
class CsvError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A float32 matrix of the rows below a line of names, with a dot in numbers, whatever the locale.
/// Lines may end with CRLF. Throws CsvError for a row of another length than the names, and for a
/// cell that is no finite number.
torch::Tensor load_csv(std::string_view text);
torch::Tensor load_csv_file(const std::string& path);

/// The same for neat tables: a cell that is no number counts as 0, and so does one that is missing.
torch::Tensor load_csv_carelessly(std::string_view text);

}  // namespace examples

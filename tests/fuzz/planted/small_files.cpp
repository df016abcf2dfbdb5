// Files with little of a header, or none.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/fuzz/planted/file_parts.h"

namespace planted {
namespace {

float number_in(const std::string& cell, Fault fault) {
  std::size_t used = 0;
  float number = 0;
  try {
    number = std::stof(cell, &used);
  } catch (const std::invalid_argument&) {
    throw FileError("a cell is no number");
  } catch (const std::out_of_range&) {
    if (fault == Fault::lets_range_errors_out) throw;
    throw FileError("a number is out of range");
  }
  if (used != cell.size()) throw FileError("something follows a number");
  return number;
}

}  // namespace

torch::Tensor read_csv(std::string_view text, Fault fault) {
  const auto next_line = [&] {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    return line;
  };
  const std::string_view names = next_line();
  const std::ptrdiff_t columns = std::count(names.begin(), names.end(), ',') + 1;
  std::vector<float> values;
  std::int64_t rows = 0;
  for (; !text.empty(); ++rows) {
    std::string_view row = next_line();
    if (std::count(row.begin(), row.end(), ',') + 1 != columns) throw FileError("a ragged row");
    for (std::ptrdiff_t column = 0; column < columns; ++column) {
      const std::size_t end = std::min(row.find(','), row.size());
      values.push_back(number_in(std::string(row.substr(0, end)), fault));
      row.remove_prefix(std::min(row.size(), end + 1));
    }
  }
  torch::Tensor table = torch::empty({rows, columns});
  std::copy(values.begin(), values.end(), table.data_ptr<float>());
  return table;
}

torch::Tensor read_raw(std::string_view bytes, Fault fault) {
  constexpr std::size_t kRow = kRawColumns * sizeof(float);
  if (bytes.size() % kRow != 0) throw FileError("the file ends within a row");
  torch::Tensor array = torch::empty({static_cast<std::int64_t>(bytes.size() / kRow), kRawColumns});
  const std::size_t left = bytes.size() % (4 * sizeof(float));
  const std::size_t size = fault == Fault::forgets_the_rest ? bytes.size() - left : bytes.size();
  if (size > 0) std::memcpy(array.data_ptr(), bytes.data(), size);
  return array;
}

std::uint64_t block_checksum(std::string_view bytes) {
  std::uint32_t sum = 1;
  for (const char byte : bytes) sum = sum * 31 + static_cast<unsigned char>(byte);
  return sum;
}

torch::Tensor read_block(std::string_view bytes, Fault fault) {
  if (bytes.substr(0, 4) != "BLK1") throw FileError("no block");
  const std::uint64_t rank = number_at(bytes, 4, 1, false);
  std::vector<std::int64_t> sizes;
  for (std::uint64_t i = 0; i < rank; ++i) {
    sizes.push_back(static_cast<std::int64_t>(number_at(bytes, 5 + 4 * i, 4, false)));
  }
  const std::string_view rest = bytes.substr(5 + 4 * rank);
  const std::uint64_t size = bytes_of(sizes, sizeof(float));
  if (rest.size() != size + 4) throw FileError("the sizes do not fit the file");
  const std::string_view data = rest.substr(0, size);
  const std::uint64_t checksum = number_at(rest, size, 4, false);
  if (checksum != block_checksum(data) && fault != Fault::ignores_checksum) {
    throw FileError("the checksum is another");
  }
  torch::Tensor array = torch::empty(sizes);
  if (size > 0) std::memcpy(array.data_ptr(), data.data(), size);
  return array;
}

}  // namespace planted

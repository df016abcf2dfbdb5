// Formats without a header worth the name: tables of text, raw elements.
#include <fmt/format.h>

#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind::formats {

Format csv() {
  return format("csv", [](Draft& file) {
    const std::int64_t rows = file.source().integer(1, 4);
    const std::int64_t columns = 2 + file.source().integer(0, 2);
    for (std::int64_t column = 0; column < columns; ++column) {
      file.text(fmt::format("{}c{}", column == 0 ? "" : ",", column));
    }
    file.text("\n");
    Array table(DType::float32, {rows, columns});
    for (std::int64_t i = 0; i < table.numel(); ++i) {
      // Every eighth has a float32 by heart, in all its digits.
      const double value = static_cast<double>(file.source().integer(0, 1000)) / 8 - 60;
      table.set(i, value);
      file.cell(fmt::format("cell[{}, {}]", i / columns, i % columns), fmt::format("{}", value));
      file.text((i + 1) % columns == 0 ? "\n" : ",");
    }
    file.means("table", table);
  });
}

Format raw(std::int64_t columns) {
  return format("raw", [columns](Draft& file) {
    const std::int64_t rows = file.source().integer(1, 4);
    file.payload("data", file.draw_array(DType::float32, {rows, columns}));
  });
}

}  // namespace gradgrind::formats

#include <fmt/format.h>

#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind::formats {

Format safetensors() {
  return format("safetensors", [](Draft& file) {
    struct Record {
      std::string name;
      Array values;
    };
    std::vector<Record> records;
    const std::int64_t count = 1 + file.source().integer(0, 2);
    file.length("header length", u64_le, "header");
    file.open("header");
    file.text("{");
    std::uint64_t begin = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      Record record{fmt::format("layer.{}.weight", i), {}};
      file.open("record " + record.name);
      file.text("\"");
      file.name(record.name, record.name);
      file.text("\":{\"dtype\":\"");
      const DType dtype = file.dtype(record.name + ".dtype", {{"F32", DType::float32},
                                                              {"F64", DType::float64},
                                                              {"I64", DType::int64},
                                                              {"U8", DType::uint8},
                                                              {"F16", DType::float16},
                                                              {"BOOL", DType::boolean}});
      const Shape shape = file.draw_shape(0, 2);
      record.values = file.draw_array(dtype, shape);
      const std::uint64_t end = begin + record.values.size_in_bytes();
      file.text("\",\"shape\":[");
      file.dims(record.name + ".shape", decimal, shape, record.name, ",");
      file.text("],\"data_offsets\":[");
      file.range(record.name, decimal, begin, end, record.name, ",");
      file.text("]},");
      file.close();
      records.push_back(std::move(record));
      begin = end;
    }
    file.text("\"__metadata__\":{\"format\":\"pt\"}}");
    file.padding("padding", (8 - file.size_of_group() % 8) % 8, ' ');
    file.close();
    for (const Record& record : records) file.payload(record.name, record.values);
  });
}

}  // namespace gradgrind::formats

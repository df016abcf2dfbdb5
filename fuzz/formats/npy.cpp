#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind::formats {
namespace {

// The elements in the order in which a Fortran array has them: the first dim runs fastest.
Array first_dim_fastest(const Array& values) {
  const Shape& shape = values.shape();
  Array stored(values.dtype(), shape);
  std::vector<std::int64_t> index(shape.size(), 0);
  for (std::int64_t to = 0; to < values.numel(); ++to) {
    std::int64_t from = 0;
    for (std::size_t i = 0; i < shape.size(); ++i) from = from * shape[i] + index[i];
    stored.set(to, values.at(from));
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (++index[i] < shape[i]) break;
      index[i] = 0;
    }
  }
  return stored;
}

}  // namespace

Format npy() {
  return format("npy", [](Draft& file) {
    constexpr std::size_t kAlignment = 64;
    constexpr std::size_t kPreamble = 10;  // magic, version and header length
    file.magic("magic", "\x93NUMPY");
    file.version("major version", u8, 1);
    file.version("minor version", u8, 0);
    file.length("header length", u16_le, "header");
    file.open("header");
    file.text("{'descr': '");
    const DType dtype = file.dtype("descr", {{"<f4", DType::float32},
                                             {"<f8", DType::float64},
                                             {"<i8", DType::int64},
                                             {"<i4", DType::int32},
                                             {"|u1", DType::uint8},
                                             {"|b1", DType::boolean}});
    file.text("', 'fortran_order': ");
    const bool is_fortran = file.choice("fortran_order", {"False", "True"}) == 1;
    const Shape shape = file.draw_shape(0, 3);
    file.text(", 'shape': (");
    file.dims("shape", decimal, shape, "data", ", ");
    file.text(shape.size() == 1 ? ",), }" : "), }");
    const std::size_t rest = (kPreamble + file.size_of_group() + 1) % kAlignment;
    file.padding("padding", (kAlignment - rest) % kAlignment, ' ');
    file.padding("newline", 1, '\n');
    file.close();
    const Array values = file.draw_array(dtype, shape);
    file.payload("data", is_fortran ? first_dim_fastest(values) : values, false, values);
  });
}

}  // namespace gradgrind::formats

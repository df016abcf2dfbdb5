#include "fuzz/formats/npy.h"

#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind {
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

void detail::write_npy(Draft& file, const std::string& payload, std::uint64_t major,
                       const std::string& prefix) {
  constexpr std::size_t kAlignment = 64;
  const std::size_t preamble = major == 1 ? 10 : 12;  // magic, version and header length
  file.magic(prefix + "magic", "\x93NUMPY");
  file.version(prefix + "major version", u8, major);
  file.version(prefix + "minor version", u8, 0);
  file.length(prefix + "header length", major == 1 ? u16_le : u32_le, prefix + "header");
  file.open(prefix + "header");
  file.text("{'descr': '");
  const DType dtype = file.dtype(prefix + "descr", {{"<f4", DType::float32},
                                                    {"<f8", DType::float64},
                                                    {"<i8", DType::int64},
                                                    {"<i4", DType::int32},
                                                    {"|u1", DType::uint8},
                                                    {"|b1", DType::boolean}});
  file.text("', 'fortran_order': ");
  const bool is_fortran = file.choice(prefix + "fortran_order", {"False", "True"}) == 1;
  const Shape shape = file.draw_shape(0, 3);
  file.text(", 'shape': (");
  file.dims(prefix + "shape", decimal, shape, payload, ", ");
  file.text(shape.size() == 1 ? ",), }" : "), }");
  const std::size_t rest = (preamble + file.size_of_group() + 1) % kAlignment;
  file.padding(prefix + "padding", (kAlignment - rest) % kAlignment, ' ');
  file.padding(prefix + "newline", 1, '\n');
  file.close();
  const Array values = file.draw_array(dtype, shape);
  file.payload(payload, is_fortran ? first_dim_fastest(values) : values, false, values);
}

namespace formats {

Format npy() {
  return format("npy", [](Draft& file) { detail::write_npy(file, "data", 1, ""); });
}

Format npy2() {
  return format("npy", [](Draft& file) { detail::write_npy(file, "data", 2, ""); });
}

}  // namespace formats
}  // namespace gradgrind

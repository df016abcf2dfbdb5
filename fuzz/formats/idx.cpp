#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind::formats {

Format idx() {
  return format("idx", [](Draft& file) {
    file.magic("magic", std::string(2, '\0'));
    const DType dtype = file.dtype("dtype", {{"\x08", DType::uint8},
                                             {"\x0d", DType::float32},
                                             {"\x09", DType::int8},
                                             {"\x0b", DType::int16},
                                             {"\x0c", DType::int32},
                                             {"\x0e", DType::float64}});
    const Shape shape = file.draw_shape(1, 3);
    file.rank("rank", u8, shape);
    file.dims("dims", u32_be, shape);
    file.payload("data", file.draw_array(dtype, shape), /*big_endian=*/true);
  });
}

}  // namespace gradgrind::formats

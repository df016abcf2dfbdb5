// NumPy's .npz: a zip archive of .npy files.
#include "fuzz/formats/npy.h"
#include "fuzz/formats/zip.h"
#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind::formats {

Format npz() {
  return format("npz", [](Draft& file) {
    std::vector<detail::ZipRecord> records;
    const std::int64_t count = 1 + file.source().integer(0, 2);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::string name = "arr_" + std::to_string(i);
      records.push_back(
          {name + ".npy", [name](Draft& draft) { detail::write_npy(draft, name, 1, name + "."); }});
    }
    detail::write_zip(file, detail::ZipStyle::plain, records);
  });
}

}  // namespace gradgrind::formats

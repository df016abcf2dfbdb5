// What all loaders of LibTorch's archives share.
#pragma once

#include <c10/util/Exception.h>

#include <sstream>
#include <string>

#include "gradgrind/fuzz.h"
#include "gradgrind/properties/materialise.h"

namespace archives {

namespace gg = gradgrind;

/// A loader that refuses archives with a c10::Error. What it may do with damage that does no harm:
inline gg::Loader loader(const std::string& name) {
  return gg::loader(name)
      .throws<c10::Error>()
      .bytes(64 << 20)
      .tolerates("trailing bytes", "a zip archive may be followed by anything")
      .tolerates("record twice", "the first of two records of one name counts")
      .tolerates("count too small", "a tensor may be a part of its storage")
      .tolerates("zero count", "a tensor may be a part of its storage")
      .tolerates("overflow behind a zero", "a tensor without elements needs no storage")
      .tolerates("wrong magic", "only the directory of a zip archive counts")
      .tolerates("unknown code", "only the directory of a zip archive counts")
      .tolerates("wrong length", "of sizes that stand three times one counts")
      .tolerates("length too large", "of sizes that stand three times one counts")
      .tolerates("offset past the end", "of offsets that stand twice one counts")
      .tolerates("text of the header", "source code may say less");
}

/// A tensor of drawn values.
inline at::Tensor draw_tensor(gg::Draft& file, gg::DType dtype, const gg::Shape& shape) {
  return gg::materialise({file.draw_array(dtype, shape), {}, gg::Device::cpu, {}});
}

/// What `save(stream)` writes.
template <class Save>
std::string saved(Save save) {
  std::ostringstream archive;
  save(archive);
  return archive.str();
}

}  // namespace archives

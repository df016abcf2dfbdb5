// Asserts of torch::load for a tensor: any bytes are refused with a c10::Error, or give a tensor
// that can be read to its last element, within a budget of memory and time; valid archives give
// back what was saved, and damaged elements, sizes and offsets are noticed.
#include <torch/serialize.h>
#include <torch/types.h>

#include "archives.h"

namespace gg = gradgrind;

namespace {

torch::Tensor load(std::istream& archive) {
  torch::Tensor tensor;
  torch::load(tensor, archive);
  return tensor;
}

const gg::Format archive = gg::format("pt", [](gg::Draft& file) {
  constexpr gg::DType kDtypes[] = {gg::DType::float32, gg::DType::int64, gg::DType::boolean};
  const gg::Shape shape = file.draw_shape(0, 3);
  const at::Tensor tensor = archives::draw_tensor(file, kDtypes[file.source().below(3)], shape);
  gg::write_torch_archive(file,
                          archives::saved([&](std::ostream& out) { torch::save(tensor, out); }));
});

const gg::Loader torch_load = archives::loader("torch_load").format(archive).stream(load);

}  // namespace

GRADGRIND_FUZZ(torch_load);

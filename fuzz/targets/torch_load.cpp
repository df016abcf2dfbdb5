// Asserts of torch::load for a tensor: any bytes are refused with a c10::Error, or give a tensor
// that can be read to its last element, within a budget of memory and time. There is no description
// of LibTorch's archives yet, so seeds are whole archives and damage is the engine's.
#include <torch/serialize.h>
#include <torch/types.h>

#include <sstream>
#include <string>

#include "gradgrind/fuzz.h"

namespace gg = gradgrind;

namespace {

std::string saved(const at::Tensor& tensor) {
  std::ostringstream archive;
  torch::save(tensor, archive);
  return archive.str();
}

torch::Tensor load(std::istream& archive) {
  torch::Tensor tensor;
  torch::load(tensor, archive);
  return tensor;
}

// An archive as one piece.
const gg::Format archive = gg::format("pt", [](gg::Draft& file) {
  const gg::Shape shape = file.draw_shape(0, 3);
  const at::Tensor tensor = at::ones(shape, file.source().flag() ? at::kDouble : at::kFloat);
  file.whole(saved(tensor));
});

const gg::Loader torch_load = gg::loader("torch_load")
                                  .format(archive)
                                  .stream(load)
                                  .throws<c10::Error>()
                                  .values_are_its_own()
                                  .bytes(64 << 20);

}  // namespace

GRADGRIND_FUZZ(torch_load);

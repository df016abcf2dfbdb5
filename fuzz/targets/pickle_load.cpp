// Asserts of torch::pickle_load for a tensor: any bytes are refused with a c10::Error, or give
// tensors that can be read to their last element, within a budget of memory and time.
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/types.h>

#include <string>
#include <vector>

#include "gradgrind/fuzz.h"

namespace gg = gradgrind;

namespace {

std::vector<at::Tensor> load(std::string_view bytes) {
  const c10::IValue value = torch::jit::pickle_load({bytes.begin(), bytes.end()});
  return value.isTensor() ? std::vector<at::Tensor>{value.toTensor()} : std::vector<at::Tensor>{};
}

const gg::Format pickle = gg::format("pickle", [](gg::Draft& file) {
  const at::Tensor tensor = at::ones(file.draw_shape(0, 2));
  const std::vector<char> bytes = torch::jit::pickle_save(tensor);
  file.whole(std::string(bytes.begin(), bytes.end()));
});

const gg::Loader pickle_load = gg::loader("pickle_load")
                                   .format(pickle)
                                   .memory(load)
                                   .throws<c10::Error>()
                                   .values_are_its_own()
                                   .bytes(64 << 20);

}  // namespace

GRADGRIND_FUZZ(pickle_load);

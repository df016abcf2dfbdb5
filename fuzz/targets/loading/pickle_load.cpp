// Asserts of torch::pickle_load for a tensor: any bytes are refused with a c10::Error, or give
// tensors that can be read to their last element, within a budget of memory and time; valid
// archives give back what was saved, and damaged elements, sizes and offsets are noticed.
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/types.h>

#include <vector>

#include "archives.h"

namespace gg = gradgrind;

namespace {

// A tensor, or those of a tuple or list; anything else has none.
std::vector<at::Tensor> load(std::string_view bytes) {
  const c10::IValue value = torch::jit::pickle_load({bytes.begin(), bytes.end()});
  if (value.isTensor()) return {value.toTensor()};
  if (value.isTensorList()) return value.toTensorVector();
  std::vector<at::Tensor> tensors;
  if (value.isTuple()) {
    for (const c10::IValue& element : value.toTuple()->elements()) {
      if (element.isTensor()) tensors.push_back(element.toTensor());
    }
  }
  return tensors;
}

const gg::Loader pickle_load =
    archives::loader("pickle_load").format(gg::formats::torch_archive()).memory(load);

}  // namespace

GRADGRIND_FUZZ(pickle_load);

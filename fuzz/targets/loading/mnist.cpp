// Asserts of torch::data::datasets::MNIST: a folder whose file of labels is damaged is refused with
// a c10::Error, and what loads are the digits of the file. The images are those of a valid data
// set, of which MNIST reads 10,000 at once: 7.8 MB an input.
#include <torch/data/datasets/mnist.h>

#include "mnist_files.h"

namespace gg = gradgrind;

namespace {

at::Tensor labels(std::string_view bytes) {
  using torch::data::datasets::MNIST;
  return MNIST(mnist_files::folder_with(bytes), MNIST::Mode::kTest).targets();
}

const gg::Loader mnist = gg::loader("mnist")
                             .format(mnist_files::labels())
                             .memory(labels)
                             .throws<c10::Error>()
                             .bytes(64 << 20)
                             .reference(mnist_files::expected)
                             .output("labels", "10000", {gg::DType::int64})
                             .holds("labels are digits", mnist_files::are_digits);

}  // namespace

GRADGRIND_FUZZ(mnist);

// Asserts of a DataLoader over torch::data::datasets::MNIST: batches hold the labels of the file,
// each once and in order, and a damaged file is refused with a c10::Error.
#include <torch/data/dataloader.h>
#include <torch/data/datasets/map.h>
#include <torch/data/datasets/mnist.h>
#include <torch/data/samplers/sequential.h>
#include <torch/data/transforms/stack.h>

#include <vector>

#include "mnist_files.h"

namespace gg = gradgrind;

namespace {

at::Tensor labels(std::string_view bytes) {
  using torch::data::datasets::MNIST;
  auto digits = MNIST(mnist_files::folder_with(bytes), MNIST::Mode::kTest)
                    .map(torch::data::transforms::Stack<>());
  // The last batch is shorter than the others.
  auto batches = torch::data::make_data_loader<torch::data::samplers::SequentialSampler>(
      std::move(digits), torch::data::DataLoaderOptions(3000));
  std::vector<at::Tensor> all;
  for (auto& batch : *batches) all.push_back(batch.target);
  return at::cat(all);
}

const gg::Loader mnist_batches = gg::loader("mnist_batches")
                                     .format(mnist_files::labels())
                                     .memory(labels)
                                     .throws<c10::Error>()
                                     .bytes(128 << 20)
                                     .reference(mnist_files::expected)
                                     .output("labels", "10000", {gg::DType::int64})
                                     .holds("labels are digits", mnist_files::are_digits);

}  // namespace

GRADGRIND_FUZZ(mnist_batches);

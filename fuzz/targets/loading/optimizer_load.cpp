// Asserts of torch::load for the state of an optimizer: any bytes are refused with a c10::Error and
// leave the optimizer as it was, or give moments of the parameter's own sizes that can be read to
// their last element.
#include <torch/optim/adam.h>
#include <torch/optim/serialize.h>
#include <torch/serialize.h>

#include <memory>
#include <vector>

#include "archives.h"

namespace gg = gradgrind;

namespace {

struct Trained {
  at::Tensor parameter = torch::zeros({3}, torch::requires_grad());
  std::shared_ptr<torch::optim::Adam> optimizer = std::make_shared<torch::optim::Adam>(
      std::vector<at::Tensor>{parameter}, torch::optim::AdamOptions(0.1));
};

void load(Trained& trained, std::string_view bytes) {
  torch::load(*trained.optimizer, bytes.data(), bytes.size());
}

std::vector<at::Tensor> read(const Trained& trained) {
  std::vector<at::Tensor> moments;
  for (const auto& [key, state] : trained.optimizer->state()) {
    const auto& adam = static_cast<const torch::optim::AdamParamState&>(*state);
    moments.push_back(adam.exp_avg());
    moments.push_back(adam.exp_avg_sq());
  }
  return moments;
}

const gg::Format state = gg::format("pt", [](gg::Draft& file) {
  Trained trained;
  trained.parameter.mutable_grad() = archives::draw_tensor(file, gg::DType::float32, {3});
  trained.optimizer->step();
  gg::write_torch_archive(
      file, archives::saved([&](std::ostream& out) { torch::save(*trained.optimizer, out); }));
});

const gg::Loader optimizer_load =
    archives::loader("optimizer_load")
        .format(state)
        .receiver([] { return Trained(); }, load, read)
        .values_are_its_own()
        .holds("each moment has the sizes of its parameter", [](const gg::Outputs& moments) {
          for (const at::Tensor& moment : moments.tensors) {
            if (moment.sizes() != at::IntArrayRef{3}) return false;
          }
          return true;
        });

}  // namespace

GRADGRIND_FUZZ(optimizer_load);

// Asserts of torch::load for the state of a module: any bytes are refused with a c10::Error and
// leave the module as it was, or give parameters of the module's own sizes and dtype that can be
// read to their last element.
#include <torch/nn/modules/linear.h>
#include <torch/serialize.h>

#include <map>
#include <string>

#include "archives.h"

namespace gg = gradgrind;

namespace {

torch::nn::Linear make() { return torch::nn::Linear(2, 3); }

void load(torch::nn::Linear& module, std::string_view bytes) {
  torch::load(module, bytes.data(), bytes.size());
}

std::map<std::string, at::Tensor> read(const torch::nn::Linear& module) {
  return {{"weight", module->weight.detach()}, {"bias", module->bias.detach()}};
}

const gg::Format state = gg::format("pt", [](gg::Draft& file) {
  const torch::nn::Linear module = make();
  module->weight.set_data(archives::draw_tensor(file, gg::DType::float32, {3, 2}));
  module->bias.set_data(archives::draw_tensor(file, gg::DType::float32, {3}));
  gg::write_torch_archive(file,
                          archives::saved([&](std::ostream& out) { torch::save(module, out); }));
});

// By name: the bias comes first.
std::map<std::string, at::Tensor> expected(const gg::FileContent& content) {
  const auto tensor = [](const gg::Array& values) {
    return gg::materialise({values, {}, gg::Device::cpu, {}});
  };
  return {{"weight", tensor(content[0].second)}, {"bias", tensor(content[1].second)}};
}

const gg::Loader module_load = archives::loader("module_load")
                                   .format(state)
                                   .receiver(make, load, read)
                                   .reference(expected)
                                   .output("bias", "3", {gg::DType::float32})
                                   .output("weight", "3 2", {gg::DType::float32});

}  // namespace

GRADGRIND_FUZZ(module_load);

// Asserts of torch::jit::load: any bytes are refused with a c10::Error or, where source code is
// damaged, a torch::jit::ErrorReport, or give a module whose parameters can be read to their last
// element, within a budget of memory and time.
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/frontend/error_report.h>
#include <torch/csrc/jit/serialization/import.h>

#include <vector>

#include "archives.h"

namespace gg = gradgrind;

namespace {

std::vector<at::Tensor> load(std::istream& archive) {
  const torch::jit::Module module = torch::jit::load(archive);
  std::vector<at::Tensor> parameters;
  for (const at::Tensor& parameter : module.parameters()) parameters.push_back(parameter.detach());
  return parameters;
}

const gg::Format archive = gg::format("pt", [](gg::Draft& file) {
  torch::jit::Module module("Scale");
  module.register_parameter("gain", archives::draw_tensor(file, gg::DType::float32, {2, 3}), false);
  if (file.source().flag()) {
    module.define("def forward(self, x):\n  return self.gain * x\n");
  }
  gg::write_torch_archive(file, archives::saved([&](std::ostream& out) { module.save(out); }));
});

const gg::Loader jit_load =
    archives::loader("jit_load").format(archive).stream(load).throws<torch::jit::ErrorReport>();

}  // namespace

GRADGRIND_FUZZ(jit_load);

#include <torch/torch.h>

#include "tests/torch_nn/contracts/contracts.h"
#include "tests/torch_nn/contracts/helpers.h"

namespace gg = gradgrind;
namespace nn = torch::nn;
namespace by = gradgrind::references;

namespace torch_nn {
namespace {

/// I channels go in and O come out, over dims of `from` .. `to` that each become `each`.
gg::Contract between_channels(const gg::Contract& subject, const std::string& space,
                              const std::string& in, const std::string& out,
                              gg::Location location = gg::Location::here()) {
  return with_dims(subject.dim("B", 1, 4).dim("I", 1, 3).dim("O", 1, 3), space, 1, 5, location)
      .input("x", gg::floats(shape_over("B I", space, in)))
      .output("y", gg::floats(shape_over("B O", space, out)))
      .batch("B");
}

template <class Module, class Options>
gg::Contract same_size(const std::string& name, const std::string& space) {
  return between_channels(gg::module(name,
                                     [](const gg::Draw& draw) {
                                       return Module(Options(draw["I"], draw["O"], 3).padding(1));
                                     }),
                          space, "#", "#");
}

template <class Module, class Options>
gg::Contract twice_the_size(const std::string& name, const std::string& space) {
  return between_channels(gg::module(name,
                                     [](const gg::Draw& draw) {
                                       return Module(Options(draw["I"], draw["O"], 2).stride(2));
                                     }),
                          space, "#", "2*#");
}

/// A convolution of images under the options that `change` sets.
template <class Change>
gg::Contract conv2d(const std::string& name, const std::string& in, const std::string& out,
                    std::int64_t kernel, Change change) {
  return between_channels(gg::module(name,
                                     [kernel, change](const gg::Draw& draw) {
                                       nn::Conv2dOptions options(draw["I"], draw["O"], kernel);
                                       change(options);
                                       return nn::Conv2d(options);
                                     }),
                          "HW", in, out);
}

// The reference of same_size().
template <class Implementation>
torch::Tensor padded(const Implementation& convolution, const gg::Inputs& inputs) {
  return by::convolution(inputs["x"], convolution.weight, convolution.bias,
                         {/*stride=*/1, /*padding=*/1});
}

}  // namespace

std::vector<gg::Contract> convolutions() {
  return {
      same_size<nn::Conv1d, nn::Conv1dOptions>("Conv1d", "L").reference(padded<nn::Conv1dImpl>),
      same_size<nn::Conv2d, nn::Conv2dOptions>("Conv2d", "HW").reference(padded<nn::Conv2dImpl>),
      same_size<nn::Conv3d, nn::Conv3dOptions>("Conv3d", "DHW"),
      conv2d("Conv2dStrided", "2*#", "#", 3, [](auto& options) { options.stride(2).padding(1); }),
      conv2d("Conv2dDilated", "#+2", "#", 2, [](auto& options) { options.dilation(2); }),
      conv2d("Conv2dCircular", "#", "#", 3,
             [](auto& options) { options.padding(1).padding_mode(torch::kCircular); }),
      conv2d("Conv2dWithoutBias", "#", "#", 1, [](auto& options) { options.bias(false); }),
      gg::module("Conv2dDepthwise",
                 [](const gg::Draw& draw) {
                   return nn::Conv2d(
                       nn::Conv2dOptions(draw["C"], 2 * draw["C"], 3).padding(1).groups(draw["C"]));
                 })
          .dim("B", 1, 4)
          .dim("C", 1, 4)
          .dim("H", 1, 5)
          .dim("W", 1, 5)
          .input("x", gg::floats("B C H W"))
          .output("y", gg::floats("B 2*C H W"))
          .batch("B"),
      twice_the_size<nn::ConvTranspose1d, nn::ConvTranspose1dOptions>("ConvTranspose1d", "L"),
      twice_the_size<nn::ConvTranspose2d, nn::ConvTranspose2dOptions>("ConvTranspose2d", "HW"),
      twice_the_size<nn::ConvTranspose3d, nn::ConvTranspose3dOptions>("ConvTranspose3d", "DHW"),
  };
}

}  // namespace torch_nn

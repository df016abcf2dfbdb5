// Images and convolutions: layouts, channels, borders.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/definitions.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

gg::Contract over_images(const gg::Contract& subject) {
  return subject.dim("B", 1, 4).dim("C", 1, 3).dim("S", 1, 4).dim("W", 1, 4).batch("B");
}

template <class Module>
gg::Contract of_channels(const std::string& name, bool faulty) {
  return over_images(gg::module(name, [faulty](const gg::Draw& draw) {
    return std::make_shared<Module>(draw["C"], faulty);
  }));
}

/// Patches of 2 by 2 pixels as tokens, in reading order.
template <bool faulty>
Tensor patches(const Tensor& image) {
  const std::int64_t rows = image.size(2) / 2;
  const std::int64_t columns = image.size(3) / 2;
  const std::int64_t features = image.size(1) * 4;
  if (faulty) return image.reshape({image.size(0), rows * columns, features});
  return image.reshape({image.size(0), image.size(1), rows, 2, columns, 2})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({image.size(0), rows * columns, features});
}

gg::Contract patch_tokens(const std::string& name, bool faulty) {
  return over_images(gg::function(name, faulty ? patches<true> : patches<false>))
      .input("image", gg::floats("B C 2*S 2*W"))
      .output("token", gg::floats("B S*W 4*C"))
      .may_alias("a view where that is possible")
      .reference([](const Tensor& image) {
        return torch::im2col(image, {2, 2}, {1, 1}, {0, 0}, {2, 2}).transpose(1, 2);
      });
}

/// Takes images whose channels come last.
struct ChannelsLastStem : nn::Module {
  ChannelsLastStem(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty),
        convolution(register_module("convolution",
                                    nn::Conv2d(nn::Conv2dOptions(channels, 4, 3).padding(1)))) {}

  Tensor forward(const Tensor& image) {
    if (!faulty) return convolution(image.permute({0, 3, 1, 2}).contiguous());
    return convolution(image.reshape({image.size(0), image.size(3), image.size(1), image.size(2)}));
  }

  bool faulty;
  nn::Conv2d convolution;
};

gg::Contract channels_last_stem(const std::string& name, bool faulty) {
  return of_channels<ChannelsLastStem>(name, faulty)
      .input("image", gg::floats("B S W C"))
      .output("y", gg::floats("B 4 S W"))
      .declares(gg::translation_equivariant("S", 1))
      .declares(gg::translation_equivariant("W", 1));
}

/// A classifier for images of 4 by 4 pixels or more.
struct PooledClassifier : nn::Module {
  PooledClassifier(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty), head(register_module("head", nn::Linear(channels * 4, 3))) {}

  Tensor forward(const Tensor& image) {
    const Tensor small = torch::max_pool2d(image, 2);
    if (faulty) return head(small.reshape({-1, head->options.in_features()}));
    return head(torch::adaptive_avg_pool2d(small, {2, 2}).flatten(1));
  }

  bool faulty;
  nn::Linear head;
};

gg::Contract pooled_classifier(const std::string& name, bool faulty) {
  return of_channels<PooledClassifier>(name, faulty)
      .input("image", gg::floats("B C 4*S 4*W"))
      .output("logits", gg::floats("B 3"));
}

/// Enlarges twice.
struct Enlarger : nn::Module {
  Enlarger(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty),
        convolution(register_module("convolution", nn::Conv2d(channels, 2, 1))) {}

  Tensor forward(const Tensor& image) {
    const std::int64_t height = 2 * image.size(faulty ? 3 : 2);
    const std::int64_t width = 2 * image.size(faulty ? 2 : 3);
    return torch::upsample_nearest2d(convolution(image), {height, width});
  }

  bool faulty;
  nn::Conv2d convolution;
};

gg::Contract enlarger(const std::string& name, bool faulty) {
  return of_channels<Enlarger>(name, faulty)
      .input("image", gg::floats("B C S W"))
      .output("y", gg::floats("B 2 2*S 2*W"));
}

/// Blurs each channel of an image by the mean of three rows.
template <bool faulty>
Tensor blurred(const Tensor& image) {
  const std::int64_t channels = image.size(0);
  const Tensor filter =
      torch::full({channels, faulty ? channels : 1, 3, 1}, 1.0 / 3, image.options());
  return torch::conv2d(image.unsqueeze(0), filter, {}, 1, {1, 0}, 1, faulty ? 1 : channels)
      .squeeze(0);
}

gg::Contract blur(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? blurred<true> : blurred<false>)
      .dim("C", 1, 4)
      .dim("S", 1, 4)
      .dim("W", 1, 4)
      .input("image", gg::floats("C S W"))
      .output("blurred", gg::floats("C S W"))
      .batch("C");
}

/// A filter of each channel's own, then a mixture of the channels.
struct SeparableConvolution : nn::Module {
  SeparableConvolution(std::int64_t channels, bool faulty)
      : depthwise(register_module("depthwise", nn::Conv2d(nn::Conv2dOptions(channels, channels, 3)
                                                              .padding(1)
                                                              .groups(faulty ? 1 : channels)))),
        pointwise(register_module("pointwise", nn::Conv2d(channels, 4, 1))) {}

  Tensor forward(const Tensor& image) { return pointwise(depthwise(image)); }

  nn::Conv2d depthwise;
  nn::Conv2d pointwise;
};

gg::Contract separable(const std::string& name, bool faulty) {
  return of_channels<SeparableConvolution>(name, faulty)
      .input("image", gg::floats("B C S W"))
      .output("y", gg::floats("B 4 S W"))
      .reference([](SeparableConvolution& module, const gg::Inputs& inputs) {
        return module.pointwise(
            filtered_apart(inputs["image"], module.depthwise->weight, module.depthwise->bias));
      });
}

/// Deals the channels of groups out in turn.
template <bool faulty>
Tensor shuffled(const Tensor& x, std::int64_t groups) {
  const Tensor grouped = x.reshape({x.size(0), groups, -1, x.size(2)});
  return (faulty ? grouped : grouped.transpose(1, 2)).reshape(x.sizes());
}

gg::Contract channel_shuffle(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const gg::Inputs& inputs) {
                        const std::int64_t groups = inputs.size("G");
                        return (faulty ? shuffled<true>(inputs["x"], groups)
                                       : shuffled<false>(inputs["x"], groups))
                            .clone();
                      })
      .dim("B", 1, 3)
      .dim("G", 1, 3)
      .dim("C", 1, 3)
      .dim("S", 1, 3)
      .input("x", gg::floats("B C*G S"))
      .output("y", gg::floats("B C*G S"))
      .batch("B")
      .reference([](const gg::Inputs& inputs) {
        const std::int64_t groups = inputs.size("G");
        const std::int64_t channels = inputs.size("C");
        const Tensor y = torch::empty_like(inputs["x"]);
        for (std::int64_t i = 0; i < groups * channels; ++i) {
          y.select(1, (i % channels) * groups + i / channels).copy_(inputs["x"].select(1, i));
        }
        return y;
      });
}

/// Squeeze and excitation: channels are scaled by what the whole image shows.
struct Excitation : nn::Module {
  Excitation(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty), gate(register_module("gate", nn::Linear(channels, channels))) {}

  Tensor forward(const Tensor& image) {
    const Tensor squeezed = faulty ? image.mean(at::IntArrayRef{0, 2, 3}).unsqueeze(0)
                                   : image.mean(at::IntArrayRef{2, 3});
    return image * torch::sigmoid(gate(squeezed)).unsqueeze(2).unsqueeze(3);
  }

  bool faulty;
  nn::Linear gate;
};

gg::Contract excitation(const std::string& name, bool faulty) {
  return of_channels<Excitation>(name, faulty)
      .input("image", gg::floats("B C S W"))
      .output("y", gg::floats("B C S W"));
}

/// A convolution over time that sees this step and the two before.
struct CausalConvolution : nn::Module {
  CausalConvolution(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty),
        convolution(register_module("convolution", nn::Conv1d(channels, 4, 3))) {}

  Tensor forward(const Tensor& x) {
    const std::int64_t after = faulty ? 1 : 0;
    const Tensor series = torch::constant_pad_nd(x.transpose(1, 2), {2 - after, after});
    return convolution(series).transpose(1, 2);
  }

  bool faulty;
  nn::Conv1d convolution;
};

/// As above, over [B, T, C] that is brought to [B, C, T].
struct TransposedConvolution : nn::Module {
  TransposedConvolution(std::int64_t channels, bool is_faulty)
      : faulty(is_faulty),
        convolution(register_module("convolution", nn::Conv1d(channels, 4, 3))) {}

  Tensor forward(const Tensor& x) {
    const Tensor series = faulty ? x.reshape({x.size(0), x.size(2), x.size(1)}) : x.transpose(1, 2);
    return convolution(torch::constant_pad_nd(series, {2, 0})).transpose(1, 2);
  }

  bool faulty;
  nn::Conv1d convolution;
};

template <class Module>
gg::Contract causal(const std::string& name, bool faulty) {
  return gg::module(
             name,
             [faulty](const gg::Draw& draw) { return std::make_shared<Module>(draw["C"], faulty); })
      .dim("B", 1, 3)
      .dim("T", 1, 6)
      .dim("C", 1, 3)
      .input("x", gg::floats("B T C"))
      .output("y", gg::floats("B T 4"))
      .batch("B")
      .sequence("T")
      .causal();
}

/// The largest of three neighbours; there is nothing beyond the border.
template <bool faulty>
Tensor dilated(const Tensor& x) {
  if (!faulty) return torch::max_pool1d(x, 3, 1, 1);
  return torch::max_pool1d(torch::constant_pad_nd(x, {1, 1}), 3, 1);
}

gg::Contract dilation(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? dilated<true> : dilated<false>)
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .input("x", gg::floats("B 1 T"))
      .output("y", gg::floats("B 1 T"))
      .batch("B")
      .reference(largest_neighbour);
}

}  // namespace

std::vector<Pair> convolutions() {
  return {
      pair("PatchesByReshape", 7, "patches are cut by a reshape", patch_tokens),
      pair("ChannelsLastByReshape", 4, "channels-last images are reshaped", channels_last_stem),
      pair("MoreRowsForLargerImages", 11, "larger images become more rows", pooled_classifier),
      pair("WidthForHeight", 14, "width and height are exchanged", enlarger),
      pair("BlurSumsChannels", 17, "a filter for each channel sums all channels", blur),
      pair("GroupsForgotten", 18, "a depthwise convolution without groups", separable),
      pair("ShuffleWithoutTranspose", 16, "a channel shuffle that lost its transpose",
           channel_shuffle),
      pair("ExcitedByTheBatch", 24, "squeeze and excitation pools over the batch", excitation),
      pair("CentredCausalPadding", 55, "a causal convolution is padded on both sides",
           causal<CausalConvolution>),
      pair("TimeByView", 3, "time and channels are exchanged by a view",
           causal<TransposedConvolution>),
      pair("MaxOverBorder", 69, "zeros at the border of a max pool", dilation),
  };
}

}  // namespace zoo

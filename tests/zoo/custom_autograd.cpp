// Custom autograd functions, whose backward is written by hand.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using Tensors = torch::autograd::variable_list;

/// A function of x that keeps its shape.
template <template <bool> class F>
gg::Contract of_one(const std::string& name, bool faulty) {
  return gg::function(
             name,
             [faulty](const Tensor& x) { return faulty ? F<true>::apply(x) : F<false>::apply(x); })
      .dim("B", 1, 5)
      .dim("F", 1, 5)
      .input("x", gg::floats("B F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// x squared.
template <bool faulty>
struct Square : Function<Square<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x * x;
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor x = context->get_saved_variables()[0];
    return {faulty ? x * gradients[0] : 2 * x * gradients[0]};
  }
};

template <bool faulty>
struct Sine : Function<Sine<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x.sin();
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor slope = context->get_saved_variables()[0].cos();
    return {faulty ? slope : slope * gradients[0]};
  }
};

template <bool faulty>
struct Sigmoid : Function<Sigmoid<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    const Tensor y = torch::sigmoid(x);
    context->save_for_backward({faulty ? x : y});
    return y;
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor y = context->get_saved_variables()[0];
    return {gradients[0] * y * (1 - y)};
  }
};

/// Values outside of -1 to 1 are cut.
template <bool faulty>
struct Clip : Function<Clip<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x.clamp(-1, 1);
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor x = context->get_saved_variables()[0];
    return {faulty ? gradients[0] : gradients[0] * (x.abs() <= 1)};
  }
};

/// log(1 + exp(x)).
template <bool faulty>
struct Softplus : Function<Softplus<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x});
    return x.clamp_min(0) + torch::log1p((-x.abs()).exp());
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor x = context->get_saved_variables()[0];
    return {gradients[0] * (faulty ? x.exp() / (1 + x.exp()) : torch::sigmoid(x))};
  }
};

/// tanh, which centres a copy of its output for a monitor.
template <bool faulty>
struct Monitored : Function<Monitored<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x) {
    const Tensor y = x.tanh();
    context->saved_data["y"] = faulty ? y : y.clone();
    y.mul_(2);
    return y;
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor y = context->saved_data["y"].toTensor();
    return {2 * gradients[0] * (1 - y * y)};
  }
};

/// Doubles by a kernel that walks memory; `contiguous` is what the caller forgot.
void double_all(const Tensor& from, const Tensor& to) {
  AT_DISPATCH_FLOATING_TYPES(from.scalar_type(), "double_all", [&] {
    const scalar_t* source = from.data_ptr<scalar_t>();
    scalar_t* sink = to.data_ptr<scalar_t>();
    for (std::int64_t i = 0; i < to.numel(); ++i) sink[i] = 2 * source[i];
  });
}

Tensor doubled(const Tensor& x) {
  const Tensor y = torch::empty(x.sizes(), x.options(), torch::MemoryFormat::Contiguous);
  double_all(x, y);
  return y;
}

template <bool faulty>
struct KernelBackward : Function<KernelBackward<faulty>> {
  static Tensor forward(AutogradContext*, const Tensor& x) { return doubled(x.contiguous()); }
  static Tensors backward(AutogradContext*, Tensors gradients) {
    return {doubled(faulty ? gradients[0] : gradients[0].contiguous())};
  }
};

template <bool faulty>
struct KernelForward : Function<KernelForward<faulty>> {
  static Tensor forward(AutogradContext*, const Tensor& x) {
    return doubled(faulty ? x : x.contiguous());
  }
  static Tensors backward(AutogradContext*, Tensors gradients) { return {2 * gradients[0]}; }
};

/// A square layer: x times the transposed weight.
template <bool faulty>
struct SquareLayer : Function<SquareLayer<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight) {
    context->save_for_backward({x, weight});
    return x.matmul(weight.t());
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensors saved = context->get_saved_variables();
    const Tensor& weight = saved[1];
    return {gradients[0].matmul(faulty ? weight.t() : weight), gradients[0].t().matmul(saved[0])};
  }
};

gg::Contract square_layer(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& x, const Tensor& weight) {
                        return faulty ? SquareLayer<true>::apply(x, weight)
                                      : SquareLayer<false>::apply(x, weight);
                      })
      .dim("B", 1, 4)
      .dim("F", 1, 4)
      .input("x", gg::floats("B F"))
      .input("weight", gg::floats("F F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// a * b.
template <bool faulty>
struct Product : Function<Product<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& a, const Tensor& b) {
    context->save_for_backward({a, b});
    return a * b;
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensors saved = context->get_saved_variables();
    const Tensor for_a = gradients[0] * saved[1];
    const Tensor for_b = gradients[0] * saved[0];
    if (faulty) return {for_b, for_a};
    return {for_a, for_b};
  }
};

gg::Contract product(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& a, const Tensor& b) {
                        return faulty ? Product<true>::apply(a, b) : Product<false>::apply(a, b);
                      })
      .dim("B", 1, 5)
      .dim("F", 1, 5)
      .input("a", gg::floats("B F"))
      .input("b", gg::floats("B F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// x + bias, which is broadcast over the rows.
template <bool faulty>
struct AddBias : Function<AddBias<faulty>> {
  static Tensor forward(AutogradContext*, const Tensor& x, const Tensor& bias) { return x + bias; }
  static Tensors backward(AutogradContext*, Tensors gradients) {
    return {gradients[0], faulty ? gradients[0].mean(0) : gradients[0].sum(0)};
  }
};

gg::Contract add_bias(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& x, const Tensor& bias) {
                        return faulty ? AddBias<true>::apply(x, bias)
                                      : AddBias<false>::apply(x, bias);
                      })
      .dim("B", 1, 5)
      .dim("F", 1, 5)
      .input("x", gg::floats("B F"))
      .input("bias", gg::floats("F"))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// Rows of a table.
template <bool faulty>
struct Lookup : Function<Lookup<faulty>> {
  static Tensor forward(AutogradContext* context, const Tensor& table, const Tensor& ids) {
    context->save_for_backward({ids});
    context->saved_data["rows"] = table.size(0);
    return table.index_select(0, ids);
  }
  static Tensors backward(AutogradContext* context, Tensors gradients) {
    const Tensor ids = context->get_saved_variables()[0];
    const Tensor gradient = torch::zeros(
        {context->saved_data["rows"].toInt(), gradients[0].size(1)}, gradients[0].options());
    return {faulty ? gradient.index_copy(0, ids, gradients[0])
                   : gradient.index_add(0, ids, gradients[0]),
            Tensor()};
  }
};

gg::Contract lookup(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& table, const Tensor& ids) {
                        return faulty ? Lookup<true>::apply(table, ids)
                                      : Lookup<false>::apply(table, ids);
                      })
      .dim("B", 1, 6)
      .dim("V", 2, 6)
      .dim("F", 1, 4)
      .input("table", gg::floats("V F"))
      .input("id", gg::ids("B", "V"))
      .output("row", gg::floats("B F"))
      .batch("B");
}

}  // namespace

std::vector<Pair> custom_autograd() {
  return {
      pair("MissingFactor", 113, "a factor is missing in the backward", of_one<Square>),
      pair("IgnoredGradient", 114, "the incoming gradient is ignored", of_one<Sine>),
      pair("TransposedWeight", 115, "the weight of a square layer is transposed", square_layer),
      pair("ExchangedGradients", 116, "gradients of two inputs are exchanged", product),
      pair("AveragedGradient", 117, "a broadcast gradient is averaged", add_bias),
      pair("SavedInput", 118, "the input is saved where the output is meant", of_one<Sigmoid>),
      pair("SavedThenChanged", 119, "a saved tensor is changed afterwards", of_one<Monitored>),
      pair("MissingClipMask", 120, "the mask of a clamp is missing", of_one<Clip>),
      pair("StridedGradient", 121, "the incoming gradient is taken for contiguous",
           of_one<KernelBackward>),
      pair("StridedInput", 122, "a raw pointer into a strided input", of_one<KernelForward>),
      pair("DuplicateIds", 123, "ids that occur twice get one gradient", lookup),
      pair("OverflowingBackward", 124, "a stable forward, and a backward that overflows",
           of_one<Softplus>),
  };
}

}  // namespace zoo

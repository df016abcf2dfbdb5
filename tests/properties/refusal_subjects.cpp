// Subjects that take what they should refuse, or do not survive a refusal.
#include <torch/torch.h>

#include "tests/properties/simple_contracts.h"
#include "tests/properties/subjects.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

// Scales its weight for one product, and back behind it: not when the product throws.
template <bool kInPlace>
struct Scaled : nn::Module {
  Scaled() : linear(register_module("linear", nn::Linear(3, 2))) {}
  Tensor forward(const Tensor& x) {
    if (!kInPlace) return linear(x) * 2;
    linear->weight.data().mul_(2);
    Tensor y = linear(x);
    linear->weight.data().div_(2);
    return y;
  }
  nn::Linear linear;
};

template <bool kInPlace>
Contract scaled(const std::string& name) {
  return gradgrind::module(name, [](const Draw&) { return std::make_shared<Scaled<kInPlace>>(); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 2"))
      .batch("B");
}

// Takes as many features as it knows, and is silent about the rest.
template <bool kNarrows>
struct Narrowing : nn::Module {
  explicit Narrowing(std::int64_t features)
      : linear(register_module("linear", nn::Linear(features, 2))) {}
  Tensor forward(const Tensor& x) {
    return linear(kNarrows ? x.slice(1, 0, linear->options.in_features()) : x);
  }
  nn::Linear linear;
};

template <bool kNarrows>
Contract narrowing(const std::string& name) {
  return gradgrind::module(
             name, [](const Draw& d) { return std::make_shared<Narrowing<kNarrows>>(d["F"]); })
      .dim("B", 1, 4)
      .dim("F", 1, 6)
      .input("x", floats("B F"))
      .output("y", floats("B 2"))
      .batch("B");
}

template <bool kClamps>
struct Table : nn::Module {
  explicit Table(std::int64_t size)
      : embedding(register_module("embedding", nn::Embedding(size, 3))) {}
  Tensor forward(const Tensor& ids) {
    return embedding(kClamps ? ids.clamp_max(embedding->options.num_embeddings() - 1) : ids);
  }
  nn::Embedding embedding;
};

template <bool kClamps>
Contract table(const std::string& name) {
  return gradgrind::module(name,
                           [](const Draw& d) { return std::make_shared<Table<kClamps>>(d["V"]); })
      .dim("B", 1, 4)
      .dim("V", 2, 6)
      .input("ids", ids("B", "V"))
      .output("y", floats("B 3"))
      .batch("B");
}

Tensor squared_error(const Tensor& x, const Tensor& target) { return (x - target).pow(2).mean(); }
Tensor checked_error(const Tensor& x, const Tensor& target) {
  TORCH_CHECK(x.sizes() == target.sizes(), "the target has another shape");
  return squared_error(x, target);
}

Contract regression(const std::string& name, Tensor (*loss)(const Tensor&, const Tensor&)) {
  return rows(name, twice)
      .target("target", floats("B D"))
      .loss(loss)
      .declares(refuses_broadcast("target"));
}

}  // namespace

std::vector<Subjects> refusal_subjects() {
  return {
      {"a_refusal_leaves_no_trace", scaled<true>("ScalesInPlace"), scaled<false>("Scaled")},
      {"refuses_sizes_it_was_not_built_for", narrowing<true>("Narrows"),
       narrowing<false>("Strict")},
      {"refuses_shapes_that_broadcast", regression("Squared", squared_error),
       regression("Checked", checked_error)},
      {"refuses_ids_out_of_range", table<true>("Clamps"), table<false>("Table")},
  };
}

}  // namespace gradgrind

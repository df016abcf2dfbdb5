#include "modules/mlp.h"

#include "modules/expect.h"

namespace examples {
namespace {

void expect_sizes(std::int64_t features, std::int64_t hidden_units, std::int64_t classes) {
  expect_positive("features", features);
  expect_positive("hidden_units", hidden_units);
  expect_positive("classes", classes);
}

}  // namespace

MlpImpl::MlpImpl(std::int64_t features, std::int64_t hidden_units, std::int64_t classes)
    : features_(features), hidden_units_(hidden_units), classes_(classes) {
  expect_sizes(features, hidden_units, classes);
  reset();
}

void MlpImpl::reset() {
  hidden_ = register_module("hidden", torch::nn::Linear(features_, hidden_units_));
  head_ = register_module("head", torch::nn::Linear(hidden_units_, classes_));
}

torch::Tensor MlpImpl::forward(const torch::Tensor& x) {
  expect_shape("x", x, {kAnySize, features_});
  return head_(torch::relu(hidden_(x)));
}

MixingMlpImpl::MixingMlpImpl(std::int64_t features, std::int64_t hidden_units, std::int64_t classes)
    : features_(features), hidden_units_(hidden_units), classes_(classes) {
  expect_sizes(features, hidden_units, classes);
  reset();
}

void MixingMlpImpl::reset() {
  hidden_ = register_module("hidden", torch::nn::Linear(features_, hidden_units_));
  head_ = register_module("head", torch::nn::Linear(hidden_units_, classes_));
}

torch::Tensor MixingMlpImpl::forward(const torch::Tensor& x) {
  expect_shape("x", x, {kAnySize, features_});
  const auto activations = torch::relu(hidden_(x));
  return head_(activations - activations.mean(0, /*keepdim=*/true));
}

}  // namespace examples

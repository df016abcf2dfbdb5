// An MLP that keeps account of its forwards and backwards, for a bare loop to repeat them.
#pragma once

#include <torch/torch.h>

#include <array>
#include <atomic>
#include <cstdint>

namespace bench {

constexpr std::int64_t kRows = 32;
constexpr std::int64_t kFeatures = 64;
constexpr std::int64_t kHidden = 128;
constexpr std::int64_t kClasses = 10;
constexpr std::int64_t kMostRows = 2 * kRows;

/// What was asked of the module with inputs of one dtype and number of rows.
struct Calls {
  std::atomic<std::int64_t> without_grad{0};
  std::atomic<std::int64_t> with_grad{0};
  std::atomic<std::int64_t> backwards{0};
};

/// All calls so far, in memory that child processes share: [is float64][rows].
using Account = std::array<std::array<Calls, kMostRows + 1>, 2>;
Account& account();

class MlpImpl : public torch::nn::Cloneable<MlpImpl> {
 public:
  explicit MlpImpl(bool is_counted) : is_counted_(is_counted) { reset(); }
  void reset() override;
  torch::Tensor forward(const torch::Tensor& x);

 private:
  bool is_counted_;
  torch::nn::Linear hidden_{nullptr};
  torch::nn::Linear head_{nullptr};
};
TORCH_MODULE(Mlp);

}  // namespace bench

#include "tests/zoo/definitions.h"

#include <torch/torch.h>

#include <algorithm>
#include <vector>

namespace zoo {

using torch::Tensor;

Tensor largest_neighbour(const Tensor& x) {
  std::vector<Tensor> steps;
  for (std::int64_t step = 0; step < x.size(2); ++step) {
    const std::int64_t first = std::max<std::int64_t>(step - 1, 0);
    steps.push_back(x.slice(2, first, step + 2).amax(2));
  }
  return torch::stack(steps, 2);
}

Tensor filtered_apart(const Tensor& image, const Tensor& filter, const Tensor& bias) {
  std::vector<Tensor> maps;
  for (std::int64_t channel = 0; channel < image.size(1); ++channel) {
    const Tensor own_filter = filter.narrow(0, channel, 1).narrow(1, 0, 1);
    maps.push_back(torch::conv2d(image.narrow(1, channel, 1), own_filter,
                                 bias.narrow(0, channel, 1), /*stride=*/1, /*padding=*/1));
  }
  return torch::cat(maps, 1);
}

Tensor sum_of_placed(const Tensor& x, const Tensor& valid, const Tensor& places) {
  std::vector<Tensor> rows;
  for (std::int64_t row = 0; row < x.size(0); ++row) {
    const Tensor steps = x[row].index({valid[row]});
    rows.push_back(torch::tanh(steps + places.slice(0, 0, steps.size(0))).sum(0));
  }
  return torch::stack(rows);
}

Tensor mean_by_token(const Tensor& ids, const Tensor& words, const Tensor& places) {
  const Tensor means = torch::zeros({ids.size(0), words.size(1)}, words.options());
  for (std::int64_t row = 0; row < ids.size(0); ++row) {
    std::int64_t count = 0;
    for (std::int64_t step = 0; step < ids.size(1); ++step) {
      const auto id = ids[row][step].item<std::int64_t>();
      if (id == 0) continue;
      ++count;
      means[row].add_(words[id] + places[step]);
    }
    if (count > 0) means[row].div_(count);
  }
  return means;
}

Tensor next_token_loss(const Tensor& logits, const Tensor& ids) {
  const Tensor log_p = logits.log_softmax(2);
  Tensor sum = torch::zeros({}, logits.options());
  for (std::int64_t row = 0; row < ids.size(0); ++row) {
    for (std::int64_t step = 0; step + 1 < ids.size(1); ++step) {
      sum = sum - log_p[row][step][ids[row][step + 1].item<std::int64_t>()];
    }
  }
  return sum / (ids.size(0) * (ids.size(1) - 1));
}

std::pair<Tensor, Tensor> descended(const Tensor& first, const Tensor& second, const Tensor& x) {
  constexpr double kRate = 0.1;
  const Tensor hidden = torch::tanh(x.matmul(first));
  const Tensor slope = 1 - torch::tanh(hidden.matmul(second)).pow(2);
  const Tensor inner = slope.unsqueeze(1) * second * (1 - hidden.pow(2));
  return {first - kRate * x.t().matmul(inner), second - kRate * hidden.t().matmul(slope)};
}

}  // namespace zoo

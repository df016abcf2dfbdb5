// Metrics and overlap losses: what is counted, over which rows, and what an empty class gives.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

using torch::Tensor;

gg::Domain share(const std::string& shape) { return gg::floats(shape, gg::between(0, 1)); }

gg::Contract over_rows(const gg::Contract& subject, const gg::Domain& value) {
  return subject.dim("B", 1, 5)
      .unordered("B")
      .output("metric", value)
      .not_differentiable("a metric");
}

/// A metric of rows, averaged over them.
gg::Contract metric(const gg::Contract& subject, const gg::Domain& value) {
  return over_rows(subject, value).declares(gg::mean_over("B"));
}

/// Overlap of a predicted and a true segmentation.
template <bool faulty>
Tensor dice(const Tensor& prediction, const Tensor& truth) {
  const Tensor true_part = truth.to(prediction.dtype());
  const std::vector<std::int64_t> dims =
      faulty ? std::vector<std::int64_t>{0, 1} : std::vector<std::int64_t>{1};
  const Tensor both = (prediction * true_part).sum(dims);
  const Tensor sizes = prediction.sum(dims) + true_part.sum(dims);
  return ((2 * both + 1) / (sizes + 1)).mean();
}

gg::Contract dice_score(const std::string& name, bool faulty) {
  return metric(gg::function(name, faulty ? dice<true> : dice<false>), share(""))
      .dim("N", 1, 6)
      .input("prediction", gg::probabilities("B N"))
      .input("truth", gg::booleans("B N"))
      .reference([](const Tensor& prediction, const Tensor& truth) {
        Tensor sum = torch::zeros({}, prediction.options());
        for (std::int64_t row = 0; row < prediction.size(0); ++row) {
          const Tensor p = prediction[row];
          const Tensor t = truth[row].to(p.dtype());
          sum = sum + (2 * (p * t).sum() + 1) / (p.sum() + t.sum() + 1);
        }
        return sum / prediction.size(0);
      });
}

/// Precision of each row: hits among what was predicted.
template <bool faulty>
Tensor precision(const Tensor& predicted, const Tensor& truth) {
  const Tensor hits = predicted.logical_and(truth).sum(1).to(torch::kFloat);
  const Tensor count = predicted.sum(1);
  return hits / (faulty ? count : count.clamp_min(1));
}

gg::Contract row_precision(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? precision<true> : precision<false>)
      .dim("B", 1, 5)
      .dim("N", 1, 6)
      .input("predicted", gg::booleans("B N"))
      .input("truth", gg::booleans("B N"))
      .output("precision", share("B").of_dtypes({gg::DType::float32}))
      .batch("B");
}

/// F1 of each row.
template <bool faulty>
Tensor f1(const Tensor& predicted, const Tensor& truth) {
  const Tensor hits = predicted.logical_and(truth).sum(1).to(torch::kFloat);
  const Tensor p = hits / predicted.sum(1).clamp_min(1);
  const Tensor r = hits / truth.sum(1).clamp_min(1);
  return 2 * p * r / (faulty ? p + r : (p + r).clamp_min(1e-6));
}

gg::Contract row_f1(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? f1<true> : f1<false>)
      .dim("B", 1, 5)
      .dim("N", 1, 6)
      .input("predicted", gg::booleans("B N"))
      .input("truth", gg::booleans("B N"))
      .output("f1", share("B").of_dtypes({gg::DType::float32}))
      .batch("B");
}

/// Overlap of boxes (x, y, width, height) over their union.
template <bool faulty>
Tensor box_overlap(const Tensor& a, const Tensor& b) {
  const Tensor low = torch::maximum(a.slice(1, 0, 2), b.slice(1, 0, 2));
  const Tensor high =
      torch::minimum(a.slice(1, 0, 2) + a.slice(1, 2, 4), b.slice(1, 0, 2) + b.slice(1, 2, 4));
  const Tensor sides = faulty ? high - low : (high - low).clamp_min(0);
  const Tensor both = sides.prod(1);
  const Tensor either = a.slice(1, 2, 4).prod(1) + b.slice(1, 2, 4).prod(1) - both;
  return both / either;
}

gg::Contract overlap(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? box_overlap<true> : box_overlap<false>)
      .dim("B", 1, 5)
      .input("a", gg::floats("B 4", gg::between(0.5, 10)))
      .input("b", gg::floats("B 4", gg::between(0.5, 10)))
      .output("overlap", share("B"))
      .batch("B");
}

/// The accuracy over all rows, from batches of two of which the last may be short.
template <bool faulty>
Tensor accuracy(const Tensor& scores, const Tensor& label) {
  const Tensor hits = (scores.argmax(1) == label).to(scores.dtype());
  if (!faulty) return hits.mean();
  std::vector<Tensor> means;
  for (const Tensor& batch : hits.split(2)) means.push_back(batch.mean());
  return torch::stack(means).mean();
}

gg::Contract batched_accuracy(const std::string& name, bool faulty) {
  return metric(gg::function(name, faulty ? accuracy<true> : accuracy<false>), share(""))
      .dim("K", 2, 4)
      .input("scores", gg::floats("B K"))
      .input("label", gg::labels("B", "K"));
}

/// As above, and only the last batch is reported.
template <bool faulty>
Tensor reported_accuracy(const Tensor& scores, const Tensor& label) {
  const Tensor hits = (scores.argmax(1) == label).to(scores.dtype());
  Tensor sum = torch::zeros({}, hits.options());
  for (const Tensor& batch : hits.split(2)) {
    if (faulty) sum = torch::zeros({}, hits.options());
    sum = sum + batch.sum();
  }
  return sum / (faulty ? hits.split(2).back().size(0) : hits.size(0));
}

gg::Contract accuracy_of_the_last(const std::string& name, bool faulty) {
  return metric(gg::function(name, faulty ? reported_accuracy<true> : reported_accuracy<false>),
                share(""))
      .dim("K", 2, 4)
      .input("scores", gg::floats("B K"))
      .input("label", gg::labels("B", "K"));
}

/// A mean of sequence losses in which each row counts by its number of tokens.
template <bool faulty>
Tensor weighted_mean(const Tensor& losses, const Tensor& lengths) {
  const Tensor valid = torch::arange(losses.size(1)) < lengths.unsqueeze(1);
  const Tensor sum = losses.masked_fill(valid.logical_not(), 0).sum();
  return sum / (faulty ? torch::tensor(losses.numel()) : lengths.sum());
}

gg::Contract mean_of_lengths(const std::string& name, bool faulty) {
  return over_rows(gg::function(name, faulty ? weighted_mean<true> : weighted_mean<false>),
                   share(""))
      .dim("T", 1, 5)
      .input("losses", share("B T"))
      .input("lengths", gg::lengths("B", "T").of("losses"));
}

/// Share of rows whose label has the best score.
template <bool faulty>
Tensor best_share(const Tensor& scores, const Tensor& label) {
  const Tensor best = scores.argmax(1, /*keepdim=*/true);
  return (best == (faulty ? label : label.unsqueeze(1))).to(scores.dtype()).mean();
}

gg::Contract best_label(const std::string& name, bool faulty) {
  return metric(gg::function(name, faulty ? best_share<true> : best_share<false>), share(""))
      .dim("K", 2, 4)
      .input("scores", gg::floats("B K"))
      .input("label", gg::labels("B", "K"));
}

/// Rate of true labels, from counts.
template <bool faulty>
Tensor rate(const Tensor& flags) {
  const auto hits = flags.sum().item<std::int64_t>();
  const auto all = flags.numel();
  const double value = faulty ? static_cast<double>(hits / all)
                              : static_cast<double>(hits) / static_cast<double>(all);
  return torch::tensor(value, torch::kDouble);
}

gg::Contract hit_rate(const std::string& name, bool faulty) {
  return metric(gg::function(name, faulty ? rate<true> : rate<false>),
                share("").of_dtypes({gg::DType::float64}))
      .dim("N", 1, 6)
      .input("flags", gg::booleans("B N"));
}

}  // namespace

std::vector<Pair> metrics() {
  return {
      pair("DiceOverTheBatch", 155, "a Dice score over the whole batch", dice_score),
      pair("PrecisionOfNothing", 156, "precision without a prediction is 0/0", row_precision),
      pair("F1OfNothing", 156, "F1 without a hit is 0/0", row_f1),
      pair("OverlapNotClamped", 154, "the overlap of distant boxes is not clamped", overlap),
      pair("MeanOfMeans", 37, "a mean of batch means with a short last batch", batched_accuracy),
      pair("LastBatchReported", 39, "only the last batch's value is reported",
           accuracy_of_the_last),
      pair("MeanByPaddedLength", 38, "weights of a mean are taken from padded lengths",
           mean_of_lengths),
      pair("LabelsAcrossRows", 8, "labels [B] broadcast over the best [B, 1]", best_label),
      pair("RateOfIntegers", 144, "a rate is an integer division", hit_rate),
  };
}

}  // namespace zoo

// Loading and preparing data: pairing, partitions, scalers, augmentation, windows.
#include <torch/torch.h>

#include <algorithm>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

using torch::Tensor;

/// Rows and labels in a drawn order.
template <bool faulty>
std::pair<Tensor, Tensor> shuffled(const Tensor& x, const Tensor& label, const Tensor& order) {
  return {x.index_select(0, order), faulty ? label.clone() : label.index_select(0, order)};
}

gg::Contract shuffling(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? shuffled<true> : shuffled<false>)
      .dim("N", 1, 6)
      .dim("F", 1, 3)
      .input("x", gg::floats("N F"))
      .input("label", gg::labels("N", "4"))
      .input("order", gg::permutations("N"))
      .output("shuffled", gg::floats("N F"))
      .output("shuffled_label", gg::labels("N", "4"))
      .reference([](const Tensor& x, const Tensor& label, const Tensor& order) {
        std::vector<Tensor> rows;
        std::vector<Tensor> labels;
        for (std::int64_t i = 0; i < x.size(0); ++i) {
          const auto from = order[i].item<std::int64_t>();
          rows.push_back(x[from]);
          labels.push_back(label[from]);
        }
        return std::make_pair(torch::stack(rows), torch::stack(labels));
      });
}

/// The order of an epoch, from a random key a row.
template <bool faulty>
Tensor epoch(const Tensor& key) {
  if (!faulty) return key.argsort();
  return (key * static_cast<double>(key.size(0)))
      .floor()
      .to(torch::kLong)
      .clamp_max(key.size(0) - 1);
}

gg::Contract sampling(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? epoch<true> : epoch<false>)
      .dim("N", 1, 8)
      .input("key", gg::probabilities("N"))
      .output("order", gg::permutations("N"));
}

/// Parts for training and for validation, one after the other.
template <bool faulty>
Tensor split(const Tensor& order) {
  const std::int64_t rows = order.size(0);
  const std::int64_t held_out = rows / 4;
  const Tensor training = order.slice(0, 0, rows - held_out);
  const Tensor validation = faulty ? order.slice(0, 0, held_out) : order.slice(0, rows - held_out);
  return torch::cat({training, validation});
}

gg::Contract splitting(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? split<true> : split<false>)
      .dim("N", 1, 12)
      .input("order", gg::permutations("N"))
      .output("parts", gg::permutations("N"));
}

enum class Bug { none, last_batch_dropped, same_batch };

/// Features of rows, computed in batches of two.
Tensor in_batches(const Tensor& x, Bug bug) {
  std::vector<Tensor> parts = {torch::zeros({0, x.size(1)}, x.options())};
  for (std::int64_t row = 0; row < x.size(0); row += 2) {
    if (bug == Bug::last_batch_dropped && row > 0 && row + 2 > x.size(0)) break;
    const std::int64_t last = std::min(row + 2, x.size(0));
    const Tensor batch = bug == Bug::same_batch ? x.slice(0, 0, last - row) : x.slice(0, row, last);
    parts.push_back(torch::tanh(batch));
  }
  return torch::cat(parts);
}

template <Bug bug>
gg::Contract batching(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const Tensor& x) { return in_batches(x, faulty ? bug : Bug::none); })
      .dim("N", 1, 7)
      .dim("F", 1, 3)
      .input("x", gg::floats("N F"))
      .output("feature", gg::floats("N F"))
      .batch("N");
}

/// Scales columns by what the training rows show.
template <bool faulty>
std::pair<Tensor, Tensor> scaled(const Tensor& train, const Tensor& test) {
  const Tensor seen = faulty ? torch::cat({train, test}) : train;
  const Tensor mean = seen.mean(0);
  const Tensor deviation = ((seen - mean).pow(2).mean(0) + 1e-3).sqrt();
  return {(train - mean) / deviation, (test - mean) / deviation};
}

gg::Contract scaler(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? scaled<true> : scaled<false>)
      .dim("N", 1, 5)
      .dim("M", 1, 5)
      .dim("F", 1, 3)
      .input("train", gg::floats("N F"))
      .input("test", gg::floats("M F"))
      .output("scaled_train", gg::floats("N F"))
      .output("scaled_test", gg::floats("M F"))
      .batch("M");
}

/// Applies the statistics of a data set to a batch.
template <bool faulty>
Tensor normalised(const Tensor& x, const Tensor& mean, const Tensor& deviation) {
  if (!faulty) return (x - mean) / deviation;
  const Tensor centred = x - x.mean(0);
  return centred / (centred.pow(2).mean(0) + 1e-3).sqrt();
}

gg::Contract normalising(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? normalised<true> : normalised<false>)
      .dim("B", 1, 6)
      .dim("F", 1, 3)
      .input("x", gg::floats("B F"))
      .input("mean", gg::floats("F"))
      .input("deviation", gg::floats("F", gg::between(0.5, 5)))
      .output("y", gg::floats("B F"))
      .batch("B");
}

/// Mirrors images from left to right and brightens them.
template <bool faulty>
Tensor mirrored(const Tensor& image) {
  const Tensor stored = image;
  return (faulty ? stored.mul_(1.1) : stored * 1.1).flip(3).clone();
}

gg::Contract mirroring(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? mirrored<true> : mirrored<false>)
      .dim("B", 1, 3)
      .dim("S", 1, 4)
      .dim("W", 1, 4)
      .input("image", gg::floats("B 1 S W"))
      .output("mirrored", gg::floats("B 1 S W"))
      .batch("B");
}

/// Mirrors images together with the columns of key points.
template <bool faulty>
std::pair<Tensor, Tensor> mirrored_points(const Tensor& image, const Tensor& column) {
  return {image.flip(2), faulty ? column.clone() : image.size(2) - 1 - column};
}

gg::Contract point_mirroring(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? mirrored_points<true> : mirrored_points<false>)
      .dim("B", 1, 4)
      .dim("S", 1, 4)
      .dim("W", 1, 5)
      .dim("N", 1, 3)
      .input("image", gg::floats("B S W"))
      .input("column", gg::ids("B N", "W"))
      .output("mirrored", gg::floats("B S W"))
      .output("mirrored_column", gg::ids("B N", "W"))
      .batch("B")
      .reference([](const Tensor& image, const Tensor& column) {
        const std::int64_t width = image.size(2);
        const Tensor turned = torch::empty_like(image);
        Tensor moved = torch::empty_like(column);
        for (std::int64_t from = 0; from < width; ++from) {
          const std::int64_t to = width - 1 - from;
          turned.select(2, to).copy_(image.select(2, from));
          moved = moved.masked_fill(column == from, to);
        }
        return std::make_pair(turned, moved);
      });
}

/// Windows of three steps, and the step after each.
template <bool faulty>
std::pair<Tensor, Tensor> windows(const Tensor& series) {
  const std::int64_t count = series.size(1) - 3;
  const Tensor inside = series.unfold(1, 3, 1).slice(1, 0, count).clone();
  const std::int64_t next = faulty ? 2 : 3;
  return {inside, series.slice(1, next, next + count).clone()};
}

gg::Contract forecasting(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? windows<true> : windows<false>)
      .dim("B", 1, 3)
      .dim("T", 1, 5)
      .input("series", gg::floats("B T+3"))
      .output("window", gg::floats("B T 3"))
      .output("next", gg::floats("B T"))
      .batch("B")
      .reference([](const Tensor& series) {
        std::vector<Tensor> inside;
        std::vector<Tensor> next;
        for (std::int64_t begin = 0; begin + 3 < series.size(1); ++begin) {
          inside.push_back(series.slice(1, begin, begin + 3));
          next.push_back(series.select(1, begin + 3));
        }
        return std::make_pair(torch::stack(inside, 1), torch::stack(next, 1));
      });
}

/// Fills what is missing with the mean of the row.
template <bool faulty>
Tensor filled(const Tensor& x, const Tensor& missing) {
  const Tensor known = x.masked_fill(missing, 0);
  const Tensor count = missing.logical_not().sum(1, /*keepdim=*/true);
  const Tensor mean = faulty ? x.mean(1, /*keepdim=*/true) : known.sum(1, /*keepdim=*/true) / count;
  return torch::where(missing, mean, x);
}

gg::Contract filling(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? filled<true> : filled<false>)
      .dim("B", 1, 4)
      .dim("F", 1, 6)
      .input("x", gg::floats("B F"))
      .input("missing", gg::mask("B F", gg::marks_padding).of("x"))
      .output("y", gg::floats("B F"))
      .batch("B")
      .reference([](const Tensor& x, const Tensor& missing) {
        const Tensor mean = gg::references::masked_mean(gg::marks_padding)(x, missing);
        return torch::where(missing, mean.unsqueeze(1), x);
      });
}

/// Copies rows of different lengths into a batch.
template <bool faulty>
Tensor collated(const Tensor& rows, const Tensor& lengths) {
  const Tensor batch = faulty ? torch::empty(rows.sizes(), rows.options())
                              : torch::zeros(rows.sizes(), rows.options());
  for (std::int64_t row = 0; row < rows.size(0); ++row) {
    const auto length = lengths[row].item<std::int64_t>();
    batch[row].slice(0, 0, length).copy_(rows[row].slice(0, 0, length));
  }
  return batch;
}

gg::Contract collating(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? collated<true> : collated<false>)
      .dim("B", 1, 4)
      .dim("T", 1, 6)
      .input("rows", gg::floats("B T"))
      .input("lengths", gg::lengths("B", "T").of("rows"))
      .output("batch", gg::floats("B T"))
      .batch("B");
}

}  // namespace

std::vector<Pair> data() {
  return {
      pair("LabelsNotShuffled", 170, "inputs and labels are shuffled apart", shuffling),
      pair("WithReplacement", 171, "rows are drawn with replacement in an epoch", sampling),
      pair("PartsOverlap", 174, "parts of a split overlap", splitting),
      pair("LastBatchDropped", 172, "the last batch is dropped", batching<Bug::last_batch_dropped>),
      pair("SameBatchAgain", 173, "the same batch over and over", batching<Bug::same_batch>),
      pair("ScalerSeesTest", 175, "a scaler is fitted on all data", scaler),
      pair("NormalisedByBatch", 176, "batches are normalised by their own statistics", normalising),
      pair("StoredImageChanged", 177, "augmentation changes the stored image", mirroring),
      pair("PointsNotMirrored", 178, "key points are not mirrored with the image", point_mirroring),
      pair("TargetInWindow", 181, "the target lies inside of the window", forecasting),
      pair("MeanCountsMissing", 182, "missing values are filled with a mean that counts them",
           filling),
      pair("PaddingNotInitialised", 185, "the padded part of a batch is not initialised",
           collating),
  };
}

}  // namespace zoo

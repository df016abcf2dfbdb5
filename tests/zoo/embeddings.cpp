// Embeddings, gathering and scattering, ids, positions, integer arithmetic.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;
namespace nn = torch::nn;

namespace zoo {
namespace {

using torch::Tensor;

/// One state a row, chosen by a position.
template <bool faulty>
Tensor chosen(const Tensor& states, const Tensor& position) {
  const std::int64_t rows = states.size(0);
  const std::int64_t features = states.size(2);
  const Tensor index = position.view({-1, 1, 1});
  if (!faulty) return states.gather(1, index.expand({rows, 1, features})).squeeze(1);
  return states.gather(1, position.view({1, -1, 1}).expand({rows, rows, features})).select(1, 0);
}

gg::Contract chosen_state(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? chosen<true> : chosen<false>)
      .dim("B", 1, 5)
      .dim("T", 1, 5)
      .dim("F", 1, 3)
      .input("states", gg::floats("B T F"))
      .input("position", gg::ids("B", "T"))
      .output("state", gg::floats("B F"))
      .batch("B");
}

/// Sums messages of edges at their targets.
template <bool faulty>
Tensor collected(const Tensor& messages, const Tensor& target, std::int64_t nodes) {
  const Tensor sums = torch::zeros({nodes, messages.size(1)}, messages.options());
  return faulty ? sums.index_put({target}, messages) : sums.index_add(0, target, messages);
}

gg::Contract message_passing(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const gg::Inputs& inputs) {
                        const std::int64_t nodes = inputs.size("N");
                        return faulty ? collected<true>(inputs["message"], inputs["to"], nodes)
                                      : collected<false>(inputs["message"], inputs["to"], nodes);
                      })
      .dim("E", 1, 8)
      .dim("N", 1, 4)
      .dim("F", 1, 3)
      .input("message", gg::floats("E F"))
      .input("to", gg::ids("E", "N"))
      .output("sum", gg::floats("N F"))
      .unordered("E");
}

/// Sums word vectors, of which id 0 is padding.
struct SentenceSum : nn::Module {
  SentenceSum(std::int64_t words, bool faulty)
      : embedding(register_module("embedding",
                                  nn::Embedding(nn::EmbeddingOptions(words, 4).padding_idx(0)))),
        head(register_module("head", nn::Linear(4, 3))) {
    const torch::NoGradGuard no_grad;
    nn::init::normal_(embedding->weight);
    if (!faulty) embedding->weight.select(0, 0).zero_();
  }

  Tensor forward(const Tensor& ids, const Tensor& pad) {
    return head(embedding(ids.masked_fill(pad, 0)).sum(1));
  }

  nn::Embedding embedding;
  nn::Linear head;
};

gg::Contract sentence_sum(const std::string& name, bool faulty) {
  return gg::module(name,
                    [faulty](const gg::Draw& draw) {
                      return std::make_shared<SentenceSum>(draw["V"], faulty);
                    })
      .dim("B", 1, 4)
      .dim("T", 1, 5)
      .dim("V", 2, 9)
      .weights({gg::WeightPolicy::fresh})  // the padding row is zero by construction
      .input("ids", gg::ids("B T", "V"))
      .input("pad", gg::padding_mask("B T", gg::marks_padding).of("ids"))
      .output("y", gg::floats("B 3"))
      .batch("B");
}

/// Adds a learnt vector for each position.
struct Positioned : nn::Module {
  Positioned(std::int64_t count, bool is_faulty)
      : faulty(is_faulty),
        words(register_module("words", nn::Embedding(count, 4))),
        positions(register_module("positions", nn::Embedding(8, 4))) {}

  Tensor forward(const Tensor& ids) {
    if (faulty) return words(ids) + positions(torch::arange(ids.size(0))).unsqueeze(1);
    return words(ids) + positions(torch::arange(ids.size(1)));
  }

  bool faulty;
  nn::Embedding words;
  nn::Embedding positions;
};

template <class Module>
gg::Contract of_tokens(const std::string& name, bool faulty) {
  return gg::module(
             name,
             [faulty](const gg::Draw& draw) { return std::make_shared<Module>(draw["V"], faulty); })
      .dim("B", 1, 5)
      .dim("T", 1, 5)
      .dim("V", 2, 9)
      .input("ids", gg::ids("B T", "V"))
      .output("y", gg::floats("B T 4"))
      .batch("B")
      .sequence("T");
}

/// Embeds categories that it numbers densely.
struct Categories : nn::Module {
  Categories(std::int64_t categories, bool is_faulty)
      : faulty(is_faulty), table(register_module("table", nn::Embedding(categories, 4))) {}

  Tensor forward(const Tensor& ids) {
    return table(faulty ? std::get<1>(at::_unique2(ids, /*sorted=*/true, /*inverse=*/true)) : ids);
  }

  bool faulty;
  nn::Embedding table;
};

/// Which of the equal buckets of 0 to 1 a value falls into, one-hot.
template <bool faulty>
Tensor bucket(const Tensor& x, std::int64_t buckets) {
  const Tensor index = (x * static_cast<double>(buckets)).floor().to(torch::kLong);
  return faulty ? index : index.clamp_max(buckets - 1);
}

gg::Contract bucketed(const std::string& name, bool faulty) {
  return gg::function(name,
                      [faulty](const gg::Inputs& inputs) {
                        const std::int64_t buckets = inputs.size("K");
                        return faulty ? bucket<true>(inputs["x"], buckets)
                                      : bucket<false>(inputs["x"], buckets);
                      })
      .dim("B", 1, 6)
      .dim("K", 1, 8)
      .input("x", gg::probabilities("B"))
      .output("bucket", gg::ids("B", "K"))
      .batch("B");
}

/// Hashes of ids of users into a table of 1000 rows.
template <bool faulty>
Tensor hashed(const Tensor& ids) {
  const Tensor exact = faulty ? ids.to(torch::kFloat).to(torch::kLong) : ids;
  return exact.remainder(1000);
}

gg::Contract hashed_ids(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? hashed<true> : hashed<false>)
      .dim("B", 1, 6)
      .input("user", gg::integers("B", 0, 1LL << 40))
      .output("row", gg::integers("B", 0, 999))
      .batch("B")
      .reference([](const Tensor& ids) {
        const Tensor rows = torch::empty_like(ids);
        for (std::int64_t i = 0; i < ids.size(0); ++i) {
          rows[i] = ids[i].item<std::int64_t>() % 1000;
        }
        return rows;
      });
}

/// Offsets of (row, column) into a matrix of a million columns.
template <bool faulty>
Tensor flat(const Tensor& row, const Tensor& column) {
  const torch::ScalarType type = faulty ? torch::kInt : torch::kLong;
  return (row.to(type) * 1000000 + column.to(type)).to(torch::kLong);
}

gg::Contract flat_index(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? flat<true> : flat<false>)
      .dim("B", 1, 6)
      .input("row", gg::integers("B", 0, 100000))
      .input("column", gg::integers("B", 0, 999999))
      .output("offset", gg::integers("B", 0, 100000LL * 1000000 + 999999))
      .batch("B");
}

/// The mean of two 8-bit images.
template <bool faulty>
Tensor blended(const Tensor& a, const Tensor& b) {
  if (faulty) return torch::floor_divide(a + b, 2);
  return torch::floor_divide(a.to(torch::kInt) + b.to(torch::kInt), 2).to(torch::kByte);
}

gg::Contract blended_images(const std::string& name, bool faulty) {
  const gg::Domain image = gg::integers("B S S", 0, 255).of_dtypes({gg::DType::uint8});
  return gg::function(name, faulty ? blended<true> : blended<false>)
      .dim("B", 1, 3)
      .dim("S", 1, 4)
      .input("a", image)
      .input("b", image)
      .output("mean", image)
      .batch("B")
      .reference([](const Tensor& a, const Tensor& b) {
        return ((a.to(torch::kDouble) + b.to(torch::kDouble)) / 2).floor().to(torch::kByte);
      });
}

}  // namespace

std::vector<Pair> embeddings() {
  return {
      pair("GatherAcrossRows", 30, "the index of a gather is expanded along the batch",
           chosen_state),
      pair("ScatterOverwrites", 36, "messages to one node overwrite one another", message_passing),
      pair("PaddingRowInitialised", 62, "initialisation overwrites the row of the padding id",
           sentence_sum),
      pair("PositionsByBatch", 71, "positions are counted along the batch", of_tokens<Positioned>),
      pair("RenumberedCategories", 183, "categories are numbered anew in each batch",
           of_tokens<Categories>),
      pair("BucketPastTheEnd", 142, "the upper edge falls one past the last bucket", bucketed),
      pair("IdsThroughFloat", 147, "ids pass through float32", hashed_ids),
      pair("OffsetOverflows", 146, "a flat index overflows 32 bits", flat_index),
      pair("BytesWrap", 145, "8-bit image arithmetic wraps", blended_images),
  };
}

}  // namespace zoo

#include "modules/lstm_tagger.h"

#include <tuple>

#include "modules/expect.h"

namespace examples {
namespace {

namespace rnn = torch::nn::utils::rnn;

constexpr std::int64_t kEmbedding = 12;
constexpr std::int64_t kHidden = 10;

}  // namespace

LstmTaggerImpl::LstmTaggerImpl(std::int64_t vocabulary, std::int64_t classes)
    : vocabulary_(vocabulary) {
  expect_positive("vocabulary", vocabulary);
  expect_positive("classes", classes);
  embedding_ = register_module("embedding", torch::nn::Embedding(vocabulary, kEmbedding));
  lstm_ = register_module(
      "lstm",
      torch::nn::LSTM(
          torch::nn::LSTMOptions(kEmbedding, kHidden).batch_first(true).bidirectional(true)));
  head_ = register_module("head", torch::nn::Linear(2 * kHidden, classes));
}

torch::Tensor LstmTaggerImpl::padding(const torch::Tensor& ids,
                                      const torch::Tensor& lengths) const {
  expect_shape("ids", ids, {kAnySize, kAnySize});
  expect_shape("lengths", lengths, {ids.size(0)});
  const auto steps = ids.size(1);
  TORCH_CHECK(((lengths >= 0) & (lengths <= steps)).all().item<bool>(),
              "lengths must lie between 0 and ", steps, ", the number of columns of ids");
  return torch::arange(steps, lengths.options()) >= lengths.unsqueeze(1);
}

torch::Tensor LstmTaggerImpl::embed(const torch::Tensor& ids) {
  TORCH_CHECK(((ids >= 0) & (ids < vocabulary_)).all().item<bool>(), "ids must lie between 0 and ",
              vocabulary_ - 1, ", the last of the vocabulary");
  return embedding_(ids);
}

torch::Tensor LstmTaggerImpl::tag(const torch::Tensor& states, const torch::Tensor& padding) {
  return head_(states).masked_fill(padding.unsqueeze(-1), 0);
}

torch::Tensor LstmTaggerImpl::forward(const torch::Tensor& ids, const torch::Tensor& lengths) {
  const auto padding = this->padding(ids, lengths);
  const auto embedded = embed(ids.masked_fill(padding, 0));
  if (ids.numel() == 0) {
    return tag(embedded.new_zeros({ids.size(0), ids.size(1), 2 * kHidden}), padding);
  }
  // A packed sequence has at least one step. What an empty row makes of it stays hidden.
  const auto packed =
      rnn::pack_padded_sequence(embedded, lengths.clamp_min(1).to(torch::kCPU, torch::kLong),
                                /*batch_first=*/true, /*enforce_sorted=*/false);
  const auto states = std::get<0>(lstm_->forward_with_packed_input(packed));
  return tag(std::get<0>(rnn::pad_packed_sequence(states, /*batch_first=*/true,
                                                  /*padding_value=*/0, ids.size(1))),
             padding);
}

torch::Tensor LstmTaggerIgnoresLengthsImpl::forward(const torch::Tensor& ids,
                                                    const torch::Tensor& lengths) {
  const auto padding = this->padding(ids, lengths);
  const auto states = std::get<0>(lstm_->forward(embed(ids)));
  return tag(states, padding);
}

}  // namespace examples

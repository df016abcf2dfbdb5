// The defects of LibTorch's functions that kill, in docs/libtorch-findings.md, each reduced to a
// few lines that still go wrong. Where one no longer does, the page has to say so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <limits>
#include <string>
#include <vector>

#include "gradgrind/properties/hostile_memory.h"
#include "tests/fuzz/libtorch_findings.h"

namespace gradgrind {
namespace {

using testing::StartsWith;

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

TEST_F(LibTorchFindings, BagsThatEndTooEarlyAreWrittenBehindTheResult) {
  EXPECT_THAT(outcome([] {
                HostileMemoryOptions guarded;
                guarded.guards = true;
                const HostileMemory memory(guarded);
                return text_of(std::get<0>(torch::embedding_bag(
                    torch::ones({3, 1024}), torch::tensor({0, 1, 2}), torch::tensor({0, 1}),
                    /*scale_grad_by_freq=*/false, /*mode=*/2, /*sparse=*/false,
                    /*per_sample_weights=*/{}, /*include_last_offset=*/true)));
              }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, BagsThatGoBackAreNotRefused) {
  EXPECT_EQ(outcome([] {
              return text_of(std::get<0>(torch::embedding_bag(torch::ones({3, 2}),
                                                              torch::tensor({0, 1, 2}),
                                                              torch::tensor({0, 2, 1}),
                                                              /*scale_grad_by_freq=*/false,
                                                              /*mode=*/2))
                                 .size(0)) +
                     " bags";
            }),
            "3 bags");
}

TEST_F(LibTorchFindings, BagsBehindTheIdsAreRead) {
  EXPECT_THAT(outcome([] {
                HostileMemoryOptions guarded;
                guarded.guards = true;
                const HostileMemory memory(guarded);
                return text_of(std::get<0>(torch::embedding_bag(
                    torch::ones({3, 2}), torch::tensor({0, 1, 2}), torch::tensor({0, 6, 3}))));
              }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, LengthsBeyondTheSequenceMakeAnInconsistentPack) {
  EXPECT_EQ(outcome([] {
              const auto packed = torch::nn::utils::rnn::pack_padded_sequence(
                  torch::ones({2, 3, 1}), torch::tensor({9, 2}), /*batch_first=*/true);
              return text_of(packed.data().size(0)) + " elements, " +
                     text_of(packed.batch_sizes().sum().item<int>()) + " promised";
            }),
            "5 elements, 11 promised");
}

TEST_F(LibTorchFindings, NoBatchSizesKill) {
  const at::Tensor none = torch::empty({0}, torch::kLong);
  EXPECT_THAT(outcome([&] {
                return text_of(
                    std::get<0>(at::_pad_packed_sequence(torch::ones({3, 2}), none, true, 0, 2)));
              }),
              StartsWith("dies: segmentation fault"));
  EXPECT_THAT(
      outcome([&] {
        const torch::nn::LSTM lstm(2, 2);
        const at::Tensor zero = torch::zeros({1, 1, 2});
        return text_of(std::get<0>(torch::lstm(torch::ones({3, 2}), none, {zero, zero},
                                               lstm->parameters(), true, 1, 0, false, false)));
      }),
      StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, CtcLossReadsALabelBeyondTheClasses) {
  EXPECT_THAT(outcome([] {
                const at::Tensor scores = torch::zeros({5, 1, 3}).log_softmax(2);
                return text_of(torch::ctc_loss(scores, torch::tensor({{100000000, 1}}),
                                               at::IntArrayRef{5}, at::IntArrayRef{2}));
              }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, GruCellTrustsTheRankOfItsState) {
  EXPECT_THAT(outcome([] {
                torch::nn::GRUCell cell(1, 1);
                return text_of(cell(torch::ones({1, 1}), torch::ones({1, 1, 1})));
              }),
              AnyOf(StartsWith("dies: "), StartsWith("another exception: ")));
}

TEST_F(LibTorchFindings, TheLowestIntegerByMinusOneKills) {
  const at::Tensor lowest = torch::tensor({kLowest}, torch::kLong);
  const at::Tensor minus_one = torch::tensor({-1}, torch::kLong);
  using Op = at::Tensor (*)(const at::Tensor&, const at::Tensor&);
  for (const Op op : {Op{at::remainder}, Op{at::fmod}, Op{at::floor_divide}}) {
    EXPECT_THAT(outcome([&] { return text_of((*op)(lowest, minus_one)); }), StartsWith("dies: "));
  }
}

}  // namespace
}  // namespace gradgrind

// The defects of LibTorch in docs/libtorch-findings.md, each reduced to a few lines that still go
// wrong. Where one no longer does, the page has to say so.
#include <caffe2/serialize/inline_container.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/torch.h>
#include <torch/version.h>

#include <functional>
#include <limits>
#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/support/heap_budget.h"
#include "gradgrind/properties/hostile_memory.h"
#include "properties/journal.h"
#include "properties/worker.h"
#include "tests/fuzz/hand_written_pickle.h"

namespace gradgrind {
namespace {

using testing::AnyOf;
using testing::StartsWith;

constexpr bool kIs113 = TORCH_VERSION_MAJOR == 1 && TORCH_VERSION_MINOR == 13;
constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();

// What becomes of `repro` in a process of its own: what it gives back, "refused: ...", "another
// exception: ..." or "dies: ...".
std::string outcome(const std::function<std::string()>& repro) {
  Worker worker(
      [&](const std::string&, const Worker::Tell&) -> std::string {
        journal_case_begins(0);
        std::string text;
        try {
          text = repro();
        } catch (const c10::Error& error) {
          text = std::string("refused: ") + error.what_without_backtrace();
        } catch (const std::exception& error) {
          text = std::string("another exception: ") + error.what();
        }
        journal_case_ends();
        return text;
      },
      {20, 6});
  const Reply reply = worker.request("");
  return reply.text.has_value() ? *reply.text : "dies: " + reply.death;
}

template <class T>
std::string text_of(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string unpickled(const std::string& pickle) {
  return torch::jit::unpickle(pickle.data(), pickle.size()).tagKind();
}

// A saved Linear(2, 3), with `from` replaced by `to` where it comes first in the record whose name
// ends with `record`.
std::string linear_with(const std::string& record, const std::string& from, const std::string& to) {
  std::stringstream saved;
  torch::save(torch::nn::Linear(2, 3), saved);
  caffe2::serialize::PyTorchStreamReader reader(&saved);
  std::string archive;
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* bytes, std::size_t size) {
    archive.append(static_cast<const char*>(bytes), size);
    return size;
  });
  for (const std::string& name : reader.getAllRecords()) {
    const auto [bytes, size] = reader.getRecord(name);
    std::string content(static_cast<const char*>(bytes.get()), size);
    const bool is_meant = testing::Value(name, testing::EndsWith(record));
    const std::size_t at = is_meant ? content.find(from) : std::string::npos;
    if (at != std::string::npos) content.replace(at, from.size(), to);
    writer.writeRecord(name, content.data(), content.size());
  }
  writer.writeEndOfFile();
  return archive;
}

class LibTorchFindings : public testing::Test {
 protected:
  void SetUp() override {
    if (!kIs113) GTEST_SKIP() << "facts of LibTorch 1.13; this is " << TORCH_VERSION;
  }
};

TEST_F(LibTorchFindings, UnpicklerTakesFromAnEmptyStack) {
  for (const std::string code : {"\x85", "\x86", "\x87", "\x81", "R", "Q", "b"}) {
    EXPECT_THAT(outcome([&] { return unpickled("\x80\2" + code + "."); }),
                StartsWith("dies: segmentation fault"))
        << code;
  }
}

TEST_F(LibTorchFindings, UnpicklerReadsBehindAnOddDictionary) {
  EXPECT_EQ(outcome([] { return unpickled("\x80\2}(K\1u."); }), "GenericDict");
}

TEST_F(LibTorchFindings, UnpicklerLetsAnUnknownMemoEscape) {
  EXPECT_THAT(outcome([] { return unpickled("\x80\2h\xff."); }),
              StartsWith("another exception: vector::_M_range_check"));
}

TEST_F(LibTorchFindings, KeysWithoutAHashLetAPlainExceptionOut) {
  EXPECT_THAT(outcome([] { return unpickled("\x80\2}(]K\1u."); }),
              StartsWith("another exception: Can't hash IValues with tag"));
}

TEST_F(LibTorchFindings, TheLengthOfAStringIsBelieved) {
  EXPECT_EQ(outcome([] {
              const fuzz::HeapBudget budget(1 << 20);
              try {
                unpickled(std::string("\x80\2X\xff\xff\xff\x7f.", 8));
              } catch (const std::bad_alloc&) {
              }
              return text_of(budget.use().largest >= 0x7fffffff);
            }),
            "1");
}

TEST_F(LibTorchFindings, NestedTuplesOverflowTheStack) {
  EXPECT_THAT(outcome([] { return unpickled("\x80\2)" + std::string(1000000, '\x85') + "."); }),
              StartsWith("dies: "));
}

TEST_F(LibTorchFindings, NestedTypesOverflowTheStack) {
  const auto tagged = [](const std::string& type) {
    return unpickled(
        "\x80\2"
        "ctorch.jit._pickle\nrestore_type_tag\n(]" +
        pickled(type) + "tR.");
  };
  std::string deep;
  for (int i = 0; i < 200000; ++i) deep += "List[";
  EXPECT_THAT(outcome([&] { return tagged(deep); }), StartsWith("dies: "));
  EXPECT_THAT(outcome([&] { return tagged("List["); }),
              StartsWith("another exception: expected ident"));
}

TEST_F(LibTorchFindings, SizesReachBeyondTheStorage) {
  const std::string pickle = pickled_tensor("FloatStorage", 4, 0, {std::int64_t{1} << 26}, {1});
  const auto loaded = [&] { return torch::pickle_load(archive_of(pickle, "abcdabcdabcdabcd")); };
  EXPECT_EQ(outcome([&] { return text_of(loaded().toTensor().sizes()); }), "[67108864]");
  EXPECT_EQ(outcome([&] { return text_of(loaded().toTensor().storage().nbytes()); }), "16");
  EXPECT_THAT(outcome([&] { return text_of(loaded().toTensor().sum()); }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, StoragesReachBeyondTheirRecord) {
  const std::int64_t many = std::int64_t{1} << 26;
  const std::string pickle = pickled_tensor("FloatStorage", many, 0, {many}, {1});
  const auto loaded = [&] { return torch::pickle_load(archive_of(pickle, "abcdabcdabcdabcd")); };
  EXPECT_EQ(outcome([&] { return text_of(loaded().toTensor().storage().nbytes()); }), "268435456");
  EXPECT_THAT(outcome([&] { return text_of(loaded().toTensor().sum()); }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, BytesOfAStorageOverflow) {
  const std::int64_t many = (std::int64_t{1} << 62) + 1;
  const std::string pickle = pickled_tensor("FloatStorage", many, 0, {1}, {1});
  EXPECT_EQ(outcome([&] {
              const at::Tensor tensor =
                  torch::pickle_load(archive_of(pickle, "abcdabcdabcdabcd")).toTensor();
              return text_of(tensor.storage().nbytes());
            }),
            "4");
}

TEST_F(LibTorchFindings, ChecksumsAreIgnored) {
  std::vector<char> archive = archive_of(pickled_tensor("ByteStorage", 4, 0, {4}, {1}), "abcd");
  const std::string bytes(archive.begin(), archive.end());
  archive[bytes.find("abcd")] = 'z';
  EXPECT_EQ(outcome([&] { return text_of(torch::pickle_load(archive).toTensor()[0].item<int>()); }),
            std::to_string('z'));
}

TEST_F(LibTorchFindings, BooleansAreNeitherTrueNorFalse) {
  const std::string pickle = pickled_tensor("BoolStorage", 4, 0, {4}, {1});
  EXPECT_EQ(outcome([&] {
              const at::Tensor tensor = torch::pickle_load(archive_of(pickle, "abcd")).toTensor();
              return text_of(static_cast<int>(*static_cast<char*>(tensor.data_ptr())));
            }),
            std::to_string('a'));
}

TEST_F(LibTorchFindings, EightBytesKillJitLoad) {
  EXPECT_THAT(outcome([] {
                std::istringstream stream(std::string("\0\0\0\0PTMF", 8));
                torch::jit::load(stream);
                return std::string("loaded");
              }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, AStateWithoutAnAttributeLetsAPlainExceptionOut) {
  EXPECT_EQ(outcome([] {
              torch::nn::Linear module(2, 3);
              std::istringstream stream(linear_with("data.pkl", "weight", "height"));
              torch::load(module, stream);
              return std::string("loaded");
            }),
            "another exception: Argument passed to at() was not in the map.");
}

TEST_F(LibTorchFindings, ConstantsWithoutATypeKill) {
  EXPECT_THAT(outcome([] {
                torch::nn::Linear module(2, 3);
                std::istringstream stream(linear_with(".py", "__parameters__", "__perimeters__"));
                torch::load(module, stream);
                return std::string("loaded");
              }),
              StartsWith("dies: segmentation fault"));
}

TEST_F(LibTorchFindings, LoadingGivesAParameterOtherSizes) {
  EXPECT_EQ(outcome([] {
              torch::nn::Linear saved(5, 7);
              torch::nn::Linear module(2, 3);
              std::stringstream stream;
              torch::save(saved, stream);
              torch::load(module, stream);
              return text_of(module->weight.sizes());
            }),
            "[7, 5]");
}

TEST_F(LibTorchFindings, ARefusedFileLeavesHalfOfAModuleChanged) {
  EXPECT_EQ(outcome([] {
              torch::nn::Linear saved(torch::nn::LinearOptions(2, 3).bias(false));
              torch::nn::Linear module(2, 3);
              const at::Tensor before = module->weight.clone();
              std::stringstream stream;
              torch::save(saved, stream);
              try {
                torch::load(module, stream);
                return std::string("loaded");
              } catch (const c10::Error&) {
                return std::string(torch::equal(module->weight, before) ? "as it was" : "changed");
              }
            }),
            "changed");
}

TEST_F(LibTorchFindings, ALoadedSamplerGivesIndicesOfNoDataSet) {
  EXPECT_EQ(outcome([] {
              torch::serialize::OutputArchive out;
              out.write("index", torch::tensor(std::int64_t{-5}), /*is_buffer=*/true);
              std::stringstream stream;
              out.save_to(stream);
              torch::serialize::InputArchive in;
              in.load_from(stream);
              torch::data::samplers::SequentialSampler sampler(3);
              sampler.load(in);
              return text_of(sampler.next(1)->front());
            }),
            "18446744073709551611");
}

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

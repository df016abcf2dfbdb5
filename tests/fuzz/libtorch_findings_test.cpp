// The defects of LibTorch's archives in docs/libtorch-findings.md, each reduced to a few lines that
// still go wrong. Where one no longer does, the page has to say so.
#include <caffe2/serialize/inline_container.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/csrc/jit/serialization/pickle.h>
#include <torch/torch.h>

#include <new>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/support/heap_budget.h"
#include "gradgrind/properties/hostile_memory.h"
#include "tests/fuzz/hand_written_pickle.h"
#include "tests/fuzz/libtorch_findings.h"

namespace gradgrind {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

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

// The type is read from memory that nobody wrote, so either end was seen.
TEST_F(LibTorchFindings, TheTypeOfAConstantIsReadWhereNoneIs) {
  EXPECT_THAT(outcome([] {
                torch::nn::Linear module(2, 3);
                std::istringstream stream(linear_with(".py", "__parameters__", "__perimeters__"));
                torch::load(module, stream);
                return std::string("loaded");
              }),
              AnyOf(StartsWith("dies: segmentation fault"),
                    HasSubstr("Expected subscripted type for class constant")));
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

}  // namespace
}  // namespace gradgrind

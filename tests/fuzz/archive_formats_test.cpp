// Zip archives as described formats: what the descriptions write, LibTorch reads.
#include <ATen/ops/equal.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/csrc/jit/serialization/pickle.h>

#include <string>
#include <vector>

#include "fuzz/formats/zip.h"
#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "gradgrind/properties/materialise.h"

namespace gradgrind {
namespace {

Document drawn(const Format& format, std::uint64_t seed) {
  RandomSource source(seed);
  return format.generate(source);
}

std::string bytes_of(const Document& document) { return encoded(document.fields); }

at::Tensor loaded(const std::string& archive) {
  return torch::jit::pickle_load({archive.begin(), archive.end()}).toTensor();
}

Edit set(const Document& document, const std::string& field, std::uint64_t number) {
  Edit edit;
  edit.field = document.find(field);
  edit.number = number;
  return edit;
}

TEST(Crc32, IsTheOneOfZipArchives) {
  EXPECT_EQ(detail::crc32("123456789"), 0xCBF43926U);
  EXPECT_EQ(detail::crc32(""), 0U);
}

TEST(TorchArchive, IsReadByLibTorchWithTheSameValues) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Document document = drawn(formats::torch_archive(), seed);
    const at::Tensor tensor = loaded(bytes_of(document));
    EXPECT_EQ(array_of(tensor), document.content.at(0).second) << "seed " << seed;
  }
}

TEST(TorchArchive, StaysOneWhereFieldsGrow) {
  const Document document = drawn(formats::torch_archive(), 1);
  Edit longer;
  longer.kind = Edit::Kind::insert;
  longer.field = document.find("archive/version number");
  longer.text = "0";  // the version 03
  const std::string archive = damaged(document, {longer});
  EXPECT_EQ(archive.size(), bytes_of(document).size() + 1);
  EXPECT_EQ(array_of(loaded(archive)), document.content.at(0).second);
}

TEST(TorchArchive, IsDescribedFromWhatLibTorchWrote) {
  const at::Tensor tensor = materialise({drawn(formats::idx(), 3).content[0].second, {}, {}, {}});
  const std::vector<char> saved = torch::jit::pickle_save(tensor);
  const Format again = format("again", [&](Draft& file) {
    write_torch_archive(file, std::string(saved.begin(), saved.end()));
  });
  const Document document = drawn(again, 0);
  EXPECT_TRUE(at::equal(loaded(bytes_of(document)), tensor));
  EXPECT_EQ(document.content.at(0).second, array_of(tensor));
}

TEST(TorchArchive, NamesWhatATensorIsMadeOf) {
  const Document document = drawn(formats::torch_archive(), 1);
  const std::string tensor = "archive/data.pkl tensor 0 ";
  for (const char* field : {"numel", "offset"}) {
    EXPECT_GE(document.find(tensor + field), 0) << field;
  }
  const Shape& shape = document.content.at(0).second.shape();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::string position = "[" + std::to_string(i) + "]";
    EXPECT_GE(document.find(tensor + "strides" + position), 0);
    const int size = document.find(tensor + "sizes" + position);
    ASSERT_GE(size, 0);
    EXPECT_EQ(document.fields[static_cast<std::size_t>(size)].value,
              static_cast<std::uint64_t>(shape[i]));
  }
}

TEST(Zip, FollowsEditsWithSizesOffsetsAndChecksums) {
  const Document document = drawn(formats::npz(), 2);
  Edit twice;
  twice.kind = Edit::Kind::duplicate;
  twice.field = document.find("arr_0.padding");
  const std::string archive = damaged(document, {twice});
  const std::vector<detail::StoredRecord> before = detail::read_zip(bytes_of(document));
  const std::vector<detail::StoredRecord> after = detail::read_zip(archive);
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(after[0].name, "arr_0.npy");
  EXPECT_GT(after[0].bytes.size(), before[0].bytes.size());
  for (std::size_t i = 1; i < before.size(); ++i) EXPECT_EQ(after[i].bytes, before[i].bytes);
}

TEST(Zip, KeepsANumberThatAnEditSet) {
  const Document document = drawn(formats::npz(), 2);
  const std::string archive = damaged(document, {set(document, "offset of arr_0.npy", 7)});
  EXPECT_THROW(detail::read_zip(archive), UsageError);
}

TEST(Npz, HoldsArraysAsNumPyWritesThem) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const Document document = drawn(formats::npz(), seed);
    const std::vector<detail::StoredRecord> records = detail::read_zip(bytes_of(document));
    ASSERT_EQ(records.size(), document.content.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
      EXPECT_EQ(records[i].name, document.content[i].first + ".npy");
      EXPECT_THAT(records[i].bytes, testing::StartsWith("\x93NUMPY"));
      const std::size_t header = records[i].bytes.find('\n') + 1;
      EXPECT_EQ(header % 64, 0U);
      EXPECT_EQ(records[i].bytes.size() - header, document.content[i].second.size_in_bytes());
    }
  }
}

TEST(Npy2, HasALengthOfFourBytes) {
  const std::string file = bytes_of(drawn(formats::npy2(), 1));
  EXPECT_EQ(file.substr(0, 8), std::string("\x93NUMPY\2\0", 8));
  EXPECT_EQ((file.find('\n') + 1) % 64, 0U);
  EXPECT_EQ(file.substr(10, 2), std::string(2, '\0'));
}

}  // namespace
}  // namespace gradgrind

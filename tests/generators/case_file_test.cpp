#include "gradgrind/generators/case_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>

#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"
#include "tests/generators/file_folder.h"
#include "tests/generators/sample_cases.h"

namespace gradgrind {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Any bits, NaN payloads included.
Array random_array(DType dtype, const Shape& shape, Source& source) {
  Array values(dtype, shape);
  for (std::size_t i = 0; i < values.size_in_bytes(); ++i) {
    values.data()[i] = static_cast<std::byte>(source.below(dtype == DType::boolean ? 2 : 256));
  }
  return values;
}

DType random_dtype(Source& source) { return static_cast<DType>(source.below(12)); }

Shape random_shape(Source& source) {
  Shape shape(source.below(5));
  for (std::int64_t& size : shape) size = source.integer(0, 4);
  return shape;
}

TensorValue random_tensor(Source& source) {
  TensorValue tensor;
  tensor.values = random_array(random_dtype(source), random_shape(source), source);
  const auto& kinds = all_layouts();
  tensor.layout =
      make_layout(kinds[source.below(kinds.size())], tensor.values.shape(), source.key());
  make_representable(tensor.layout, tensor.values);
  tensor.device = static_cast<Device>(source.below(3));
  tensor.value_class = source.flag() ? "normal" : "";
  return tensor;
}

Case random_case(Source& source) {
  Case result;
  result.dim("B", source.integer(0, std::numeric_limits<std::int64_t>::max()));
  result.variadic("batch", random_shape(source));
  result.parameter("rate", source.real(-1e300, 1e300)).parameter("on", source.flag());
  result.of_dtype(random_dtype(source));
  for (const char* name : {"x", "y", "\xc3\xa4 name / with \"marks\""}) {
    Input input{name, {}};
    for (std::uint64_t i = source.below(4); i > 0; --i) {
      input.tensors.push_back(random_tensor(source));
    }
    result.inputs.push_back(std::move(input));
  }
  result.weights_from(source.key(), static_cast<WeightPolicy>(source.below(4)));
  result.weight("fc.bias", random_array(random_dtype(source), random_shape(source), source));
  return result.seeded(source.key());
}

class CaseFileTest : public ::testing::Test {
 protected:
  CaseFile written_and_read(const CaseFile& file) const {
    write_case_file(path(), file);
    return read_case_file(path());
  }
  std::string path() const { return folder_.path() + "/case.safetensors"; }

  FileFolder folder_;
};

TEST_F(CaseFileTest, GivesBackEverySampleCase) {
  for (const SampleCase& sample : sample_cases()) {
    CaseFile file;
    file.content = sample.content;
    EXPECT_TRUE(written_and_read(file).content == sample.content) << sample.name;
  }
}

TEST_F(CaseFileTest, GivesBackRandomCasesBitForBit) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    RandomSource source(seed);
    CaseFile file;
    file.content = random_case(source);
    EXPECT_TRUE(written_and_read(file).content == file.content) << "seed " << seed;
  }
}

TEST_F(CaseFileTest, KeepsSignsAndPayloadsOfNaN) {
  constexpr std::uint32_t kBits[] = {0xffc00001u, 0x7f800123u, 0x80000000u};
  CaseFile file;
  Array values(DType::float32, {3});
  std::memcpy(values.data(), kBits, sizeof kBits);
  file.content.tensor("x", values);
  const CaseFile read = written_and_read(file);
  EXPECT_EQ(std::memcmp(read.content.input("x").tensors[0].values.data(), kBits, sizeof kBits), 0);
}

TEST_F(CaseFileTest, GivesBackWhatIsKnownOfTheFailure) {
  CaseFile file;
  file.contract = "Attention";
  file.identity = {"keeps_batch_rows_apart", "differs", "y", "attention.cpp: \xff forward"};
  file.message = "row 1 differs\nby 0.5 \xe2\x82\xac";
  file.stream_seed = std::numeric_limits<std::uint64_t>::max();
  file.stream_index = 1ULL << 63;
  file.versions = {{"gradgrind", "0.1.0"}, {"libtorch", "1.13.1"}};
  file.content.tensor("x", array(DType::float32, {1}, {1}));
  file.content.inputs[0].tensors[0].value_class = "normal";

  const CaseFile read = written_and_read(file);
  EXPECT_EQ(read.contract, file.contract);
  EXPECT_TRUE(read.identity == file.identity);
  EXPECT_EQ(read.message, file.message);
  EXPECT_EQ(read.stream_seed, file.stream_seed);
  EXPECT_EQ(read.stream_index, file.stream_index);
  EXPECT_EQ(read.versions, file.versions);
  EXPECT_EQ(read.content.inputs[0].tensors[0].value_class, "normal");
}

TEST_F(CaseFileTest, KeepsTheRecipeOfAnOpaqueParameterWithoutItsValue) {
  CaseFile file;
  file.content.parameter(
      "graph", OpaqueValue{std::make_shared<int>(3), "Graph", "3 nodes", 1ULL << 63, {0, 2}});
  const CaseFile read = written_and_read(file);
  const auto& graph = std::get<OpaqueValue>(read.content.parameters.at("graph"));
  EXPECT_EQ(graph.value, nullptr);
  EXPECT_TRUE(graph == std::get<OpaqueValue>(file.content.parameters.at("graph")));
}

TEST_F(CaseFileTest, IsASafetensorsFile) {
  CaseFile file;
  file.content.tensor("flag", array(DType::boolean, {1}, {1}));
  file.content.tensor(
      "z", array(DType::complex64, {1}, std::vector<Scalar>{std::complex<double>(2.0, -0.5)}));
  write_case_file(path(), file);

  const std::string bytes = folder_.read("case.safetensors");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  ASSERT_EQ(length % 8, 0u);
  ASSERT_EQ(bytes.size(), 8 + length + 9);
  EXPECT_EQ(bytes.substr(8, 31), "{\"__metadata__\":{\"gradgrind\":\"{");
  const std::string header = bytes.substr(8, length);
  EXPECT_THAT(header, HasSubstr("\"input/z\":{\"dtype\":\"F32\",\"shape\":[1,2],"
                                "\"data_offsets\":[0,8]},"
                                "\"input/flag\":{\"dtype\":\"BOOL\",\"shape\":[1],"
                                "\"data_offsets\":[8,9]}}"));
  const float pair[] = {2.0f, -0.5f};
  EXPECT_EQ(std::memcmp(bytes.data() + 8 + length, pair, sizeof pair), 0);
  EXPECT_EQ(bytes.back(), 1);
}

TEST_F(CaseFileTest, CreatesMissingFolders) {
  const std::string deep = folder_.path() + "/a/b/case.safetensors";
  write_case_file(deep, {});
  EXPECT_TRUE(read_case_file(deep).content == Case{});
}

TEST_F(CaseFileTest, ReplacesTheFormerCaseAndLeavesNothingElse) {
  CaseFile file;
  write_case_file(path(), file);
  file.contract = "second";
  EXPECT_EQ(written_and_read(file).contract, "second");
  EXPECT_THAT(folder_.names(), ElementsAre("case.safetensors"));
}

TEST_F(CaseFileTest, RefusesTwoTensorsOfOneName) {
  CaseFile file;
  file.content.tensor("x", array(DType::float32, {1}, {1})).tensor("x", Array{});
  file.content.tensor("x/1", array(DType::float32, {1}, {1}));
  EXPECT_EQ(usage_error([&] { write_case_file(path(), file); }),
            "write_case_file(\"" + path() +
                "\"): two tensors of the case would both be called 'input/x/1'; give each input "
                "its own name. Nothing was written, and what stood there is kept.");
  EXPECT_THAT(folder_.names(), ElementsAre());
}

TEST_F(CaseFileTest, RefusesNamesThatAreNotUtf8) {
  CaseFile file;
  file.content.absent("\xff");
  EXPECT_THAT(usage_error([&] { write_case_file(path(), file); }),
              HasSubstr("a name of a dim, an input, a parameter or a weight is not UTF-8"));
}

}  // namespace
}  // namespace gradgrind

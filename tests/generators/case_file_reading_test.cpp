// Reading files that are damaged, foreign or hostile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/source.h"
#include "tests/generators/file_folder.h"

namespace gradgrind {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

CaseFile valid_file() {
  Layout layout;
  layout.kind = LayoutKind::permuted;
  layout.order = {1, 0};
  CaseFile file;
  file.contract = "Attention";
  file.content.dim("B", 2).parameter("dropout", 0.5).parameter("heads", std::int64_t{3});
  file.content.tensor("x", array(DType::float32, {2, 2}, {1, 2, 3, 4}), layout);
  file.content.tensor("z", array(DType::complex64, {1}, {5}));
  file.content.tensor("pad", array(DType::boolean, {2}, {0, 1})).absent("mask");
  return file;
}

/// The bytes of a file of this header and data.
std::string file_of(std::string header, const std::string& data) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  EXPECT_NE(place, std::string::npos) << "no " << from << " in " << text;
  return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

/// As it stands within the JSON of the header.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char character : text) {
    if (character == '"') result += '\\';
    result += character;
  }
  return result;
}

class CaseFileReadingTest : public ::testing::Test {
 protected:
  CaseFileReadingTest() {
    write_case_file(path(), valid_file());
    bytes_ = folder_.read("case.safetensors");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof length);
    header_ = bytes_.substr(8, length);
    data_ = bytes_.substr(8 + length);
  }

  std::string path() const { return folder_.path() + "/case.safetensors"; }

  /// What reading a file of these bytes says, between the path and the advice.
  std::string refusal(const std::string& bytes) const {
    folder_.write("case.safetensors", bytes);
    const std::string text = usage_error([&] { read_case_file(path()); });
    const std::string start = "read_case_file(\"" + path() + "\"): ";
    const std::string end = ". Give the path of a whole file that write_case_file() wrote.";
    if (text.size() < start.size() + end.size()) return text;
    EXPECT_EQ(text.substr(0, start.size()), start);
    EXPECT_EQ(text.substr(text.size() - end.size()), end);
    return text.substr(start.size(), text.size() - start.size() - end.size());
  }
  /// Likewise, of the valid file with an edit in its header, or in its manifest.
  std::string with_header(const std::string& from, const std::string& to) const {
    return refusal(file_of(replaced(header_, from, to), data_));
  }
  std::string with_manifest(const std::string& from, const std::string& to) const {
    return with_header(quoted(from), quoted(to));
  }

  FileFolder folder_;
  std::string bytes_;
  std::string header_;
  std::string data_;
};

TEST_F(CaseFileReadingTest, NamesTheReasonOfAFileThatCannotBeOpened) {
  EXPECT_EQ(usage_error([] { read_case_file("/no/such.safetensors"); }),
            "read_case_file(\"/no/such.safetensors\"): opening it: No such file or directory. Give "
            "the path of a whole file that write_case_file() wrote.");
  EXPECT_THAT(usage_error([&] { read_case_file(folder_.path()); }), HasSubstr("Is a directory"));
  EXPECT_THAT(usage_error([] { read_case_file("/dev/zero"); }), HasSubstr("as a regular file"));
}

TEST_F(CaseFileReadingTest, ChecksTheLengthOfTheHeaderBeforeAllocating) {
  EXPECT_EQ(refusal(""),
            "it has 0 bytes, and a safetensors file has at least 8; it is empty or "
            "truncated");
  EXPECT_EQ(refusal("1234567"),
            "it has 7 bytes, and a safetensors file has at least 8; it is "
            "empty or truncated");
  EXPECT_EQ(refusal("\xff\xff\xff\xff\xff\xff\xff\xff{}"),
            "its header claims 18446744073709551615 bytes, and 2 follow; it is truncated or no "
            "safetensors file");
  EXPECT_EQ(refusal(bytes_.substr(0, 100)),
            "its header claims " + std::to_string(header_.size()) +
                " bytes, and 92 follow; it is truncated or no safetensors file");
}

TEST_F(CaseFileReadingTest, RefusesAHeaderThatIsNoJson) {
  EXPECT_EQ(refusal(file_of("{\"a\": ", "")),
            "its header is not valid JSON in UTF-8 (at its byte 7)");
  EXPECT_EQ(refusal(file_of("{\"\xff\": 1}", "")),
            "its header is not valid JSON in UTF-8 (at its byte 3)");
  EXPECT_EQ(refusal(file_of("[]", "")), "header is a list, expected an object");
  EXPECT_EQ(refusal(file_of("{\"a\": 1e999}", "")), "its header has a number that no double holds");
  EXPECT_EQ(refusal(file_of(std::string(100'000, '['), "")),
            "its header nests deeper than 32 levels");
  EXPECT_EQ(refusal(file_of("{\"a\": {}, \"a\": {}}", "")), "its header names \"a\" twice");
}

TEST_F(CaseFileReadingTest, RefusesTensorsThatAreNotDescribed) {
  EXPECT_EQ(refusal(file_of("{\"a\": 3}", "")), "header.a is 3, expected an object");
  EXPECT_EQ(with_header("\"dtype\":\"F32\",\"shape\":[2,2],", "\"shape\":[2,2],"),
            "header.input/x has no \"dtype\"");
  EXPECT_EQ(with_header("[2,2]", "[2,-2]"), "header.input/x.shape[1] is -2, expected at least 0");
  EXPECT_EQ(with_header("[2,2]", "[2,2.0]"),
            "header.input/x.shape[1] is 2.0, expected an integer of 64 bits");
  EXPECT_EQ(with_header("[2,2]", "[2,9223372036854775808]"),
            "header.input/x.shape[1] is 9223372036854775808, expected an integer of 64 bits");
  EXPECT_EQ(with_header("[0,16]", "[0,16,16]"),
            "header.input/x.data_offsets is a list, expected the two offsets of begin and end");
  EXPECT_EQ(with_header("[0,16]", "[0,\"16\"]"),
            "header.input/x.data_offsets[1] is \"16\", expected an integer of 64 bits");
  EXPECT_EQ(with_header("[16,24]", "[16,12]"),
            "header.input/z.data_offsets[1] is 12, expected at least 16");
}

TEST_F(CaseFileReadingTest, RefusesRangesThatDoNotCoverTheData) {
  EXPECT_EQ(with_header("[16,24]", "[17,24]"),
            "tensor 'input/z' begins at byte 17 of the data, expected 16: there is a hole");
  EXPECT_EQ(with_header("[16,24]", "[15,24]"),
            "tensor 'input/z' begins at byte 15 of the data, expected 16: it overlaps another");
  EXPECT_EQ(with_header("[24,26]", "[24,9223372036854775807]"),
            "tensor 'input/pad' ends at byte 9223372036854775807 of the data, of which there are "
            "26; the file is truncated");
  EXPECT_EQ(refusal(bytes_.substr(0, bytes_.size() - 1)),
            "tensor 'input/pad' ends at byte 26 of the data, of which there are 25; the file is "
            "truncated");
  EXPECT_EQ(refusal(bytes_ + "123"), "3 bytes follow the last tensor");
}

TEST_F(CaseFileReadingTest, RefusesTensorsThatAreNotWhatTheManifestSays) {
  EXPECT_EQ(with_header("[2,2]", "[2,3]"),
            "tensor 'input/x' of shape [2, 3] and dtype F32 has 16 bytes, expected 24");
  EXPECT_EQ(with_header("[2,2]", "[0,4611686018427387904,4]"),
            "tensor 'input/x' of shape [0, 4611686018427387904, 4] and dtype F32 has 16 bytes, "
            "expected fewer than 2^63");
  EXPECT_EQ(with_header("\"dtype\":\"F32\"", "\"dtype\":\"I32\""),
            "tensor 'input/x' is stored as I32, but the manifest says float32, which is stored as "
            "F32");
  EXPECT_EQ(with_header("\"dtype\":\"F32\"", "\"dtype\":\"F8_E4M3\""),
            "tensor 'input/x' is stored as F8_E4M3, but the manifest says float32, which is stored "
            "as F32");
  EXPECT_EQ(with_header("[1,2]", "[2,1]"),
            "tensor 'input/z' is complex64 and has shape [2, 1], expected a last dim of 2");
  EXPECT_EQ(refusal(file_of(header_, replaced(data_, std::string("\0\1", 2), "\2\1"))),
            "tensor 'input/pad' is bool and has the byte 2 at position 0, expected 0 or 1");
}

TEST_F(CaseFileReadingTest, RefusesTensorsThatAreMissingOrLeftOver) {
  EXPECT_EQ(with_header("\"input/x\":", "\"input/w\":"),
            "its manifest names the tensor 'input/x' and the file has none of it");
  EXPECT_EQ(with_manifest("\"tensor\":\"input/z\"", "\"tensor\":\"input/x\""),
            "its manifest names the tensor 'input/x' twice");
  EXPECT_EQ(with_header("\"input/x\":",
                        "\"more\":{\"dtype\":\"F32\",\"shape\":[0],"
                        "\"data_offsets\":[0,0]},\"input/x\":"),
            "it has a tensor 'more' that its manifest does not name");
}

TEST_F(CaseFileReadingTest, TellsForeignAndNewerFilesFromDamagedOnes) {
  constexpr const char* kForeign = "it is a safetensors file, but not a case of Gradgrind's";
  EXPECT_EQ(refusal(file_of("{}", "")), kForeign);
  EXPECT_EQ(refusal(file_of("{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"U16\","
                            "\"shape\":[1],\"data_offsets\":[0,2]}}",
                            "12")),
            kForeign);
  EXPECT_EQ(with_manifest("\"format\":1", "\"format\":2"),
            "it was written by a newer Gradgrind: its format is 2, and this version reads up to 1; "
            "update Gradgrind");
}

TEST_F(CaseFileReadingTest, NamesThePlaceInAManifestThatIsWrong) {
  EXPECT_EQ(with_manifest("{\"format\":1", "{\"format\":"),
            "its manifest is not valid JSON in UTF-8 (at its byte 11)");
  EXPECT_EQ(with_manifest("\"format\":1", "\"format\":1,\"format\":1"),
            "its manifest names \"format\" twice");
  EXPECT_EQ(with_manifest("\"contract\":\"Attention\"", "\"contract\":{\"hex\":\"6\"}"),
            "manifest.contract.hex is \"6\", expected pairs of hex digits");
  EXPECT_EQ(with_manifest("{\"B\":2}", "{\"B\":-2}"),
            "manifest.case.dims.sizes.B is -2, expected at least 0");
  EXPECT_EQ(with_manifest("\"value\":\"0.5\"", "\"value\":0.5"),
            "manifest.case.parameters.dropout.value is 0.5, expected a real number in quotes");
  EXPECT_EQ(with_manifest("\"type\":\"int\"", "\"type\":\"long\""),
            "manifest.case.parameters.heads.type is \"long\", expected bool, int, float, text or "
            "opaque");
  EXPECT_EQ(with_manifest("\"seed\":\"0\"", "\"seed\":\"-1\""),
            "manifest.stream.seed is \"-1\", expected the digits of a 64-bit number in quotes");
}

TEST_F(CaseFileReadingTest, RefusesUnknownNamesListingTheKnownOnes) {
  EXPECT_THAT(with_manifest("\"dtype\":\"complex64\"", "\"dtype\":\"complex\""),
              HasSubstr("unknown dtype 'complex'; known: float32, "));
  EXPECT_THAT(with_manifest("\"device\":\"cpu\"", "\"device\":\"tpu\""),
              HasSubstr("unknown device 'tpu'; known: cpu, cuda, meta"));
  EXPECT_THAT(with_manifest("\"policy\":\"fresh\"", "\"policy\":\"stale\""),
              HasSubstr("unknown weight policy 'stale'; known: fresh, "));
  EXPECT_THAT(with_manifest("\"kind\":\"permuted\"", "\"kind\":\"twisted\""),
              HasSubstr("unknown layout kind 'twisted'; known: contiguous, "));
}

TEST_F(CaseFileReadingTest, RefusesLayoutsThatTheTensorCannotHave) {
  const std::string layout = "manifest.case.inputs[0].tensors[0].layout";
  const std::string order = "\"order\":[1,0]";
  EXPECT_EQ(with_manifest(order, "\"order\":[1,0,2]"),
            layout + ".order is a list, expected 2 entries, one for each dim");
  EXPECT_EQ(with_manifest(order, "\"order\":[1,1]"), layout +
                                                         ".order is a list, expected each dim "
                                                         "once");
  EXPECT_EQ(with_manifest(order, "\"step\":[1,0]"), layout + ".step[1] is 0, expected at least 1");
  EXPECT_EQ(with_manifest(order, "\"start\":[-1,0]"),
            layout + ".start[0] is -1, expected at least 0");
  EXPECT_EQ(with_manifest(order, "\"step\":[2147483648,2147483648]"),
            layout + " is an object, expected steps and starts that memory can hold");
  EXPECT_EQ(with_manifest(order, "\"expanded\":[true]"),
            layout + ".expanded is a list, expected 2 entries, one for each dim");
  EXPECT_EQ(with_manifest(order, "\"expanded\":[true,false]"),
            layout + ".expanded is a list, expected equal slices along each of these dims");
  EXPECT_EQ(with_manifest(order, "\"alias_of\":\"mask\""),
            "input 'x' is an alias of 'mask', which is no other input with a tensor");
}

TEST_F(CaseFileReadingTest, SurvivesRandomDamage) {
  int refused = 0;
  constexpr int kRuns = 20'000;
  for (int run = 0; run < kRuns; ++run) {
    RandomSource source(static_cast<std::uint64_t>(run));
    std::string damaged = bytes_;
    if (source.below(4) == 0) damaged.resize(source.below(damaged.size()));
    for (std::uint64_t flips = source.below(4); flips > 0 && !damaged.empty(); --flips) {
      damaged[source.below(damaged.size())] ^= static_cast<char>(1 << source.below(8));
    }
    folder_.write("damaged", damaged);
    CaseFile read;
    const std::string text =
        usage_error([&] { read = read_case_file(folder_.path() + "/damaged"); });
    if (text == "none" && run % 100 == 0) {
      // What was let through is a case like any other.
      write_case_file(path(), read);
      EXPECT_TRUE(read_case_file(path()).content == read.content) << "run " << run;
    }
    if (text == "none") continue;
    ++refused;
    EXPECT_THAT(text, StartsWith("read_case_file(\"")) << "run " << run;
  }
  EXPECT_GT(refused, kRuns / 3);
  EXPECT_LT(refused, kRuns);
}

}  // namespace
}  // namespace gradgrind

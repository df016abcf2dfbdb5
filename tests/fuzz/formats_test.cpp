// Described formats: valid files to the byte, and damage in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"

namespace gradgrind {
namespace {

Document simplest(const Format& format) {
  ByteSource none(nullptr, 0);
  return format.generate(none);
}

std::string bytes_of(const Document& document) { return encoded(document.fields); }

Edit set(const Document& document, const std::string& field, std::uint64_t number) {
  Edit edit;
  edit.field = document.find(field);
  edit.number = number;
  return edit;
}

// The variants of one class for one document.
std::vector<Variant> variants(const std::string& damage, const Document& document) {
  return find_damage_class(damage)->variants(document);
}

TEST(Idx, SimplestFileIsTwoBytesBehindItsHeader) {
  const std::string header("\0\0\x08\x01\0\0\0\x02", 8);
  const std::string file = bytes_of(simplest(formats::idx()));
  EXPECT_EQ(file.size(), 10U);
  EXPECT_EQ(file.substr(0, 8), header);
}

TEST(Npy, HeaderEndsAtAMultipleOf64) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomSource source(seed);
    const Document document = formats::npy().generate(source);
    const std::string file = bytes_of(document);
    const std::size_t header = file.find('\n') + 1;
    EXPECT_EQ(header % 64, 0U);
    EXPECT_EQ(file.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
    EXPECT_EQ(static_cast<unsigned char>(file[8]) + 256U * static_cast<unsigned char>(file[9]),
              header - 10);
    EXPECT_EQ(file.size() - header, document.content[0].second.size_in_bytes());
  }
}

TEST(Safetensors, OffsetsCoverTheData) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomSource source(seed);
    const Document document = formats::safetensors().generate(source);
    std::uint64_t next = 0;
    for (const Field& field : document.fields) {
      if (field.role == FieldRole::begin) {
        EXPECT_EQ(field.value, next);
      }
      if (field.role == FieldRole::end) next = field.value;
    }
    std::size_t data = 0;
    for (const auto& [name, values] : document.content) data += values.size_in_bytes();
    EXPECT_EQ(next, data);
  }
}

TEST(Formats, TheSameDrawsGiveTheSameFile) {
  for (const Format& format :
       {formats::idx(), formats::npy(), formats::csv(), formats::raw(3), formats::safetensors()}) {
    RandomSource one(7);
    RandomSource other(7);
    EXPECT_EQ(bytes_of(format.generate(one)), bytes_of(format.generate(other))) << format.name();
  }
}

TEST(Draft, NamesALengthOfNothing) {
  const Format wrong = format("wrong", [](Draft& file) { file.length("size", u32_le, "body"); });
  try {
    simplest(wrong);
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "Draft: size speaks of body, but no field and no group that holds fields is "
                 "called so");
  }
}

TEST(Damage, IsSaidInWords) {
  const Document document = simplest(formats::idx());
  EXPECT_EQ(describe(document, std::vector<Edit>()), "a valid file");
  const std::vector<Edit> edits = {set(document, "dims[0]", 1ULL << 31), set(document, "rank", 2)};
  EXPECT_EQ(describe(document, edits),
            "a valid file with 2 edits: dims[0] 2 -> 2147483648, rank 1 -> 2");
}

TEST(Damage, CutsNumbersToTheirWidth) {
  const Document document = simplest(formats::idx());
  const std::string file = damaged(document, {set(document, "rank", 0x101)});
  EXPECT_EQ(file, bytes_of(document));
}

TEST(Damage, LengthsFollowUnlessAnEditSetThem) {
  const Document document = simplest(formats::npy());
  Edit longer;
  longer.kind = Edit::Kind::insert;
  longer.field = document.find("padding");
  longer.text = std::string(10, ' ');
  const std::string file = damaged(document, {longer});
  const auto length_in = [](const std::string& bytes) {
    return static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]);
  };
  EXPECT_EQ(length_in(file), length_in(bytes_of(document)) + 10);
  const std::string wrong = damaged(document, {longer, set(document, "header length", 7)});
  EXPECT_EQ(length_in(wrong), 7);
}

TEST(Damage, SizesOfAnotherProductMustBeRefused) {
  const Document document = simplest(formats::idx());
  for (const Variant& variant : variants("count too large", document)) {
    EXPECT_EQ(variant.expectation, Expectation::refuses) << describe(document, variant.edits);
  }
  EXPECT_THAT(variants("count too small", document), testing::SizeIs(1));
}

TEST(Damage, SizesBesideAZeroMakeAnotherValidFile) {
  // The last of eight sizes is zero.
  const Format empty = format("empty", [](Draft& file) {
    const Shape shape = {3, 0};
    file.dims("dims", u32_le, shape);
    file.payload("data", file.draw_array(DType::float32, shape));
  });
  const Document document = simplest(empty);
  Variant grown;
  for (const Variant& variant : variants("count too large", document)) {
    if (variant.edits[0] == set(document, "dims[0]", 4)) grown = variant;
  }
  EXPECT_THAT(grown.edits, testing::SizeIs(1));
  EXPECT_EQ(grown.expectation, Expectation::survives);
}

TEST(Damage, ADtypeShowsInItsOwnRecordOnly) {
  // Whatever the dtype of a tensor without elements, it takes its bytes.
  int empty = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomSource source(seed);
    const Document document = formats::safetensors().generate(source);
    for (const Variant& variant : variants("another dtype", document)) {
      const Field& code = document.fields[static_cast<std::size_t>(variant.edits[0].field)];
      for (const auto& [name, values] : document.content) {
        if (code.name != name + ".dtype" || values.numel() > 0) continue;
        EXPECT_EQ(variant.expectation, Expectation::survives) << name;
        ++empty;
      }
    }
  }
  EXPECT_GT(empty, 0);
}

TEST(Damage, ChecksumsFollowEditsButNotFlippedBits) {
  const Format guarded = format("guarded", [](Draft& file) {
    file.payload("data", file.draw_array(DType::uint8, {4}));
    file.checksum("sum", u16_le, "data", [](std::string_view bytes) {
      std::uint64_t sum = 0;
      for (const char byte : bytes) sum += static_cast<unsigned char>(byte);
      return sum;
    });
  });
  const Document document = simplest(guarded);
  Edit other;
  other.kind = Edit::Kind::set_text;
  other.field = document.find("data");
  other.text = "\1\2\3\4";
  EXPECT_EQ(damaged(document, {other}), std::string("\1\2\3\4\x0a\0", 6));
  const std::vector<Variant> mismatches = variants("checksum mismatch", document);
  ASSERT_THAT(mismatches, testing::SizeIs(2));
  const std::string file = damaged(document, mismatches[0].edits);
  EXPECT_NE(file.substr(0, 4), bytes_of(document).substr(0, 4));
  EXPECT_EQ(file.substr(4), bytes_of(document).substr(4));
}

TEST(DamageClasses, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  int before = 0;
  for (const DamageClass& damage : damage_classes()) {
    EXPECT_TRUE(names.insert(damage.name).second) << damage.name;
    EXPECT_LE(before, damage.number) << "in the order of the catalogue";
    before = damage.number;
  }
  EXPECT_EQ(find_damage_class("payload cut")->number, 3);
  EXPECT_EQ(find_damage_class("no such damage"), nullptr);
}

TEST(DamageClasses, ChangeWhatMustBeRefused) {
  for (const Format& format : {formats::idx(), formats::npy(), formats::npz(), formats::csv(),
                               formats::raw(3), formats::safetensors(), formats::torch_archive()}) {
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      RandomSource source(seed);
      const Document document = format.generate(source);
      for (const DamageClass& damage : damage_classes()) {
        for (const Variant& variant : damage.variants(document)) {
          if (variant.expectation != Expectation::refuses) continue;
          EXPECT_NE(damaged(document, variant.edits), bytes_of(document))
              << format.name() << ", " << damage.name << ": " << describe(document, variant.edits);
        }
      }
    }
  }
}

TEST(DamageClasses, ChangeTheFileOfSomeFormat) {
  std::set<std::string> unseen;
  for (const DamageClass& damage : damage_classes()) unseen.insert(damage.name);
  unseen.erase("checksum mismatch");  // no shipped format has one
  for (const Format& format : {formats::idx(), formats::npy(), formats::csv(),
                               formats::safetensors(), formats::torch_archive()}) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
      RandomSource source(seed);
      const Document document = format.generate(source);
      for (const DamageClass& damage : damage_classes()) {
        if (unseen.count(damage.name) == 0) continue;
        for (const Variant& variant : damage.variants(document)) {
          if (damaged(document, variant.edits) != bytes_of(document)) unseen.erase(damage.name);
        }
      }
    }
  }
  EXPECT_THAT(unseen, testing::IsEmpty());
}

}  // namespace
}  // namespace gradgrind

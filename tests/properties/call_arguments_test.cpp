// The arguments of a call come out in words as they went in, whatever they are.
#include "properties/call_arguments.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace gradgrind {
namespace {

using testing::Ne;

CallArguments written(const std::vector<c10::IValue>& values) {
  CallArguments arguments;
  detail::CallArgumentsWriter(arguments).write(values);
  return arguments;
}

std::string text_of(const std::vector<c10::IValue>& values) { return written(values).text(); }

TEST(CallArguments, SayOfTensorsWhatTheyAre) {
  EXPECT_EQ(text_of({at::empty({2, 300, 0}, at::kHalf)}), "float16 [2, 300, 0]");
  EXPECT_EQ(text_of({at::empty({}, at::kLong)}), "int64 []");
  EXPECT_EQ(text_of({at::Tensor()}), "undefined");
}

TEST(CallArguments, SayNumbersAsTheyAre) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(text_of({0, -1, 64, -64, 128}), "int 0, int -1, int 64, int -64, int 128");
  EXPECT_EQ(text_of({kLowest, kHighest}), "int -9223372036854775808, int 9223372036854775807");
  EXPECT_EQ(text_of({0.1, -1e300}), "float 0.1, float -1e+300");
  EXPECT_EQ(text_of({true, false, c10::IValue()}), "true, false, none");
}

TEST(CallArguments, SayListsElementByElement) {
  EXPECT_EQ(text_of({std::vector<std::int64_t>{1, -2}}), "ints [1, -2]");
  EXPECT_EQ(text_of({std::vector<double>{0.5}}), "[float 0.5]");
  const std::vector<at::Tensor> tensors{at::empty({1}), at::Tensor()};
  EXPECT_EQ(text_of({tensors, 3}), "[float32 [1], undefined], int 3");
}

TEST(CallArguments, StandOnOneLineWhateverTheyHold) {
  EXPECT_EQ(text_of({"two\nlines"}), "\"two lines\"");
}

TEST(CallArguments, MayBeOfAnyLength) {
  const std::string text(1000, 'x');
  EXPECT_EQ(text_of({1, text, 2}), "int 1, \"" + text + "\", int 2");
  std::string all = "ints [0";
  for (int i = 1; i < 500; ++i) all += ", 0";
  EXPECT_EQ(text_of({std::vector<std::int64_t>(500, 0)}), all + "]");
}

TEST(CallArguments, AreEqualWhereTheyReadAlike) {
  EXPECT_EQ(written({1, at::empty({2})}), written({1, at::empty({2})}));
  EXPECT_THAT(written({1}), Ne(written({2})));
  EXPECT_THAT(written({1}), Ne(written({true})));
}

}  // namespace
}  // namespace gradgrind

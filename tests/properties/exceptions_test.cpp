// Declared exceptions stand while their property fails, and expire once it holds.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <filesystem>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using torch::Tensor;

Contract of(const char* name, Tensor (*subject)(const Tensor&)) {
  return function(name, subject)
      .dim("B", 1, 4)
      .dim("D", 1, 4)
      .input("x", floats("B D"))
      .output("y", floats("B D"))
      .batch("B")
      .except("keeps_batch_rows_apart", "centred over the batch");
}

Tensor centred(const Tensor& x) { return x - x.mean(0, true); }
Tensor twice(const Tensor& x) { return x * 2; }

PropertyResult result_of(const Contract& contract, const FileFolder& folder) {
  return check_one(contract, "keeps_batch_rows_apart", in_process(folder));
}

TEST(Exceptions, StandWhileThePropertyFailsAndSayWhy) {
  const FileFolder folder;
  const PropertyResult result = result_of(of("Centred", centred), folder);
  EXPECT_EQ(result.outcome, Outcome::holds);
  EXPECT_EQ(result.reason, "declared exception stands: centred over the batch");
  EXPECT_THAT(result.findings, IsEmpty());
}

TEST(Exceptions, KeepTheCaseThatShowsThemStanding) {
  const FileFolder folder;
  result_of(of("Centred", centred), folder);
  const std::filesystem::directory_iterator files(folder.path() + "/Centred");
  ASSERT_NE(files, std::filesystem::directory_iterator());
  EXPECT_THAT(files->path().filename().string(), StartsWith("keeps_batch_rows_apart-"));
}

TEST(Exceptions, ExpireOnceThePropertyHolds) {
  const FileFolder folder;
  const PropertyResult result = result_of(of("Twice", twice), folder);
  EXPECT_EQ(result.outcome, Outcome::fails);
  EXPECT_THAT(result.error,
              AllOf(StartsWith("the exception has expired: keeps_batch_rows_apart held for "),
                    HasSubstr("; remove .except(\"keeps_batch_rows_apart\", \"centred over the "
                              "batch\")")));
}

TEST(Exceptions, AreSearchedForTenTimesAsLongBeforeTheyExpire) {
  const FileFolder folder;
  EXPECT_EQ(result_of(of("Twice", twice), folder).planned, 1000);
}

TEST(Exceptions, AreSearchedForAsLongInAQuickRun) {
  const FileFolder folder;
  Settings quick = in_process(folder);
  quick.scale = 0.1;
  const Contract contract = of("Twice", twice);
  EXPECT_EQ(check_one(contract, "keeps_batch_rows_apart", quick).planned, 1000);
}

TEST(Exceptions, SayNothingAboutOtherProperties) {
  const FileFolder folder;
  const Contract contract =
      of("Centred", centred).property("is_false", [](Trial&) { return false; });
  EXPECT_EQ(check_one(contract, "is_false", in_process(folder)).findings.size(), 1U);
}

}  // namespace
}  // namespace gradgrind

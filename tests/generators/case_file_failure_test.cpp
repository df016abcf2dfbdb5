// Writing that fails: the reason is told, the former file is kept, nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

#include "gradgrind/generators/case_file.h"
#include "tests/generators/file_folder.h"

namespace gradgrind {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CaseFileFailureTest : public ::testing::Test {
 protected:
  CaseFileFailureTest() {
    CaseFile former;
    former.contract = "former";
    write_case_file(path(), former);
  }
  std::string path() const { return folder_.path() + "/case.safetensors"; }

  /// Runs in a child: prints what writing a case of 4 MB says, then ends.
  [[noreturn]] void report_write() const {
    CaseFile file;
    file.content.tensor("x", Array(DType::float32, {1 << 20}));
    std::fputs(usage_error([&] { write_case_file(path(), file); }).c_str(), stderr);
    std::_Exit(0);
  }

  void expect_former_file_alone() const {
    EXPECT_THAT(folder_.names(), ElementsAre("case.safetensors"));
    EXPECT_EQ(read_case_file(path()).contract, "former");
  }

  FileFolder folder_;
};

TEST_F(CaseFileFailureTest, KeepsTheFormerFileWhenTheDiskIsFull) {
  // A limit on the size of files stands in for the full disk: write() fails half-way.
  const auto write_with_little_room = [this] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_FSIZE, &limit);
    report_write();
  };
  EXPECT_EXIT(write_with_little_room(), ::testing::ExitedWithCode(0),
              "case.safetensors\"\\): writing its contents: File too large. Nothing was written, "
              "and what stood there is kept.");
  expect_former_file_alone();
}

TEST_F(CaseFileFailureTest, NamesTheReasonOfAReadOnlyFolder) {
  fs::permissions(folder_.path(), fs::perms::owner_read | fs::perms::owner_exec |
                                      fs::perms::others_read | fs::perms::others_exec);
  const auto write_as_ordinary_user = [this] {
    if (geteuid() == 0 && setuid(65534) != 0) std::_Exit(1);  // Root may write everywhere.
    report_write();
  };
  EXPECT_EXIT(write_as_ordinary_user(), ::testing::ExitedWithCode(0),
              "creating a file in its folder: Permission denied");
  expect_former_file_alone();
}

TEST_F(CaseFileFailureTest, RefusesAPathThatIsAFolder) {
  fs::create_directory(folder_.path() + "/sub");
  EXPECT_THAT(usage_error([&] { write_case_file(folder_.path() + "/sub", {}); }),
              HasSubstr("renaming it into place: Is a directory"));
  EXPECT_THAT(folder_.names(), ElementsAre("case.safetensors", "sub"));
}

TEST_F(CaseFileFailureTest, RefusesAFolderThatIsAFile) {
  EXPECT_THAT(usage_error([&] { write_case_file(path() + "/case", {}); }),
              HasSubstr("creating its folder: Not a directory"));
  expect_former_file_alone();
}

TEST_F(CaseFileFailureTest, RefusesAnEmptyPath) {
  EXPECT_THAT(usage_error([] { write_case_file("", {}); }),
              HasSubstr("write_case_file(\"\"): the path is empty; name a file"));
}

}  // namespace
}  // namespace gradgrind

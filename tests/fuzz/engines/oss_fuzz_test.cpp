// The parts of the export for OSS-Fuzz, and what it says of bad input.
#include "fuzz/nightly/oss_fuzz.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz/nightly/elf_search_path.h"
#include "fuzz/nightly/oss_fuzz_files.h"
#include "fuzz/nightly/shared_objects.h"
#include "fuzz/nightly/stored_zip.h"
#include "gradgrind/generators/error.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::nightly {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

// The path of the file that it writes.
std::string written(const FileFolder& folder, const std::string& name, const std::string& text) {
  folder.write(name, text);
  return folder.path() + "/" + name;
}

std::string error_of(const ExportOptions& options) {
  try {
    export_oss_fuzz(options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

// A manifest with one target, whose fuzzer is `fuzzer`.
ExportOptions options_for(const FileFolder& folder, const std::string& fuzzer) {
  ExportOptions options;
  options.manifest = written(
      folder, "gradgrind_fuzz.json",
      R"([{"kind": "suite", "name": "tests", "program": "/tests"},
          {"kind": "fuzzer", "name": "csv", "fuzzer": ")" +
          fuzzer + R"(", "replay": "", "seeds": "", "regressions": "", "dictionary": ""}])");
  options.folder = folder.path() + "/export";
  return options;
}

TEST(ExportOssFuzz, NamesAManifestThatIsNotThere) {
  ExportOptions options;
  options.manifest = "/no/gradgrind_fuzz.json";
  EXPECT_THAT(error_of(options), HasSubstr("/no/gradgrind_fuzz.json cannot be read; configuring "));
}

TEST(ExportOssFuzz, NamesAManifestThatIsNone) {
  const FileFolder folder;
  ExportOptions options;
  for (const char* const text : {"", "[", "[1]", R"([{"name": "a"}])", R"({"a": {"name": 7}})"}) {
    options.manifest = written(folder, "manifest", text);
    EXPECT_THAT(error_of(options), HasSubstr("manifest is no manifest of fuzz targets: ")) << text;
  }
}

TEST(ExportOssFuzz, SaysThatABuildHasNoFuzzers) {
  const FileFolder folder;
  EXPECT_THAT(error_of(options_for(folder, "")),
              HasSubstr("configure it with clang and -DGRADGRIND_FUZZ=ON"));
  EXPECT_FALSE(fs::exists(folder.path() + "/export"));
}

TEST(ExportOssFuzz, NamesAFuzzerThatIsNotBuilt) {
  const FileFolder folder;
  EXPECT_THAT(error_of(options_for(folder, "/no/csv_fuzzer")),
              HasSubstr("/no/csv_fuzzer is not built; build the target \"fuzzers\""));
}

TEST(ExportOssFuzz, NamesAFuzzerThatIsNoProgram) {
  const FileFolder folder;
  const std::string script = written(folder, "csv_fuzzer", "#!/bin/sh\n");
  EXPECT_THAT(error_of(options_for(folder, script)), HasSubstr("csv_fuzzer is no ELF file"));
}

TEST(ExportOssFuzz, NamesAFuzzerThatLooksForLibrariesElsewhere) {
  const FileFolder folder;
  EXPECT_THAT(error_of(options_for(folder, "/bin/true")),
              HasSubstr("/bin/true does not look for libraries in $ORIGIN/lib"));
}

TEST(ExportOssFuzz, NamesATargetThatTheBuildDoesNotHave) {
  const FileFolder folder;
  ExportOptions options = options_for(folder, "/bin/true");
  options.targets = {"cvs"};
  EXPECT_THAT(error_of(options), HasSubstr("unknown target 'cvs'; known: csv"));
}

TEST(SearchPathOfAFile, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(search_path("/bin/true").folders, "");
  EXPECT_THROW(search_path("/dev/null"), UsageError);
  EXPECT_THROW(search_path("/no/file"), UsageError);
}

// This program is linked with a search path of its own for this test.
TEST(SearchPathOfAFile, IsMadeToServeAllLibrariesOrTakenAway) {
  const FileFolder folder;
  const std::string copy = folder.path() + "/copy";
  fs::copy_file("/proc/self/exe", copy);
  const SearchPath before = search_path(copy);
  EXPECT_THAT(before.folders, HasSubstr("$ORIGIN/lib"));
  EXPECT_FALSE(before.serves_all);

  make_search_path_serve_all(copy);
  EXPECT_EQ(search_path(copy).folders, before.folders);
  EXPECT_TRUE(search_path(copy).serves_all);
  EXPECT_FALSE(shared_objects(copy).empty()) << "the loader still reads it";

  remove_search_path(copy);
  EXPECT_EQ(search_path(copy).folders, "");
  EXPECT_FALSE(shared_objects(copy).empty());
}

TEST(SharedObjects, AreNamedWithTheLoader) {
  const auto objects = shared_objects(fs::canonical("/proc/self/exe").string());
  EXPECT_THAT(objects, Contains(Field(&SharedObject::name, testing::StartsWith("libstdc++.so"))));
  for (const SharedObject& object : objects) {
    EXPECT_TRUE(fs::is_regular_file(object.file)) << object.name;
    const bool is_of_libc = object.name.rfind("libc.so", 0) == 0 ||
                            object.name.rfind("libm.so", 0) == 0 || object.name.rfind("ld", 0) == 0;
    EXPECT_EQ(object.is_of_libc, is_of_libc) << object.name;
  }
  EXPECT_THROW(shared_objects("/dev/null"), UsageError);
}

// Of the specification: a header of 30 bytes and an entry of 46 for each file, 22 at the end.
TEST(StoredZip, HoldsFilesAsTheyAre) {
  EXPECT_EQ(stored_zip({}).size(), 22U);
  const std::string archive = stored_zip({{"a", "123456789"}, {"b/c", ""}});
  EXPECT_EQ(archive.size(), 30U + 1 + 9 + 30 + 3 + 46 + 1 + 46 + 3 + 22);
  EXPECT_EQ(archive.substr(14, 4), "\x26\x39\xF4\xCB") << "the checksum that all CRC-32 have";
  EXPECT_EQ(archive.substr(30, 10), "a123456789");
}

TEST(ProjectFiles, NameTheProjectEverywhere) {
  for (const ProjectFile& file : project_files("voice", "https://host/voice.git")) {
    EXPECT_THAT(file.text, testing::Not(HasSubstr("{project}"))) << file.path;
    EXPECT_THAT(file.text, testing::Not(HasSubstr("{{"))) << file.path;
    if (file.path == "build.sh") {
      EXPECT_THAT(file.text, HasSubstr("\"$SRC/voice\""));
    }
    if (file.path == "Dockerfile") {
      EXPECT_THAT(file.text, HasSubstr("git clone --depth 1 https://host/voice.git $SRC/voice"));
    }
  }
}

}  // namespace
}  // namespace gradgrind::nightly

// The reports of made-up nights, word for word, and of nights that try to break out of them.
//
// After a change that is meant, run the test with --update and read the difference.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "fuzz/nightly/html_report.h"
#include "fuzz/nightly/junit_report.h"
#include "fuzz/nightly/night_facts.h"
#include "fuzz/nightly/night_json.h"
#include "fuzz/nightly/plain_text.h"
#include "fuzz/nightly/sarif_report.h"
#include "fuzz/nightly/summary_text.h"
#include "fuzz/nightly/write_reports.h"
#include "tests/fuzz/nightly/sample_night.h"
#include "tests/generators/file_folder.h"

namespace gradgrind::nightly {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

bool update = false;

std::string summary(const Night& night) {
  return summary_text(night, "build/gradgrind/report.html");
}

struct Report {
  const char* name;
  const char* file;
  std::string (*write)(const Night&);
};
constexpr Report kReports[] = {{"Html", "report.html", html_report},
                               {"Json", "report.json", to_json},
                               {"Junit", "junit.xml", junit_report},
                               {"Sarif", "findings.sarif", sarif_report},
                               {"Summary", "summary.txt", summary}};

class Reports : public testing::TestWithParam<Report> {};

TEST_P(Reports, AreWordForWordAsTheirFile) {
  const std::string report = GetParam().write(rich_night());
  const std::string path = std::string(GOLDEN_FOLDER) + "/" + GetParam().file;
  if (update) std::ofstream(path) << report;
  std::ostringstream golden;
  golden << std::ifstream(path).rdbuf();
  EXPECT_EQ(report, golden.str());
}

TEST_P(Reports, AreReadableWhateverTheirTextsHold) {
  const std::string report = GetParam().write(hostile_night());
  EXPECT_TRUE(is_utf8(report));
  EXPECT_THAT(report, Not(HasSubstr("\x1b")));
  EXPECT_EQ(report.find('\0'), std::string::npos);
}

TEST_P(Reports, OfANightOfNothingAreWritten) { EXPECT_NE(GetParam().write(empty_night()), ""); }

INSTANTIATE_TEST_SUITE_P(Kinds, Reports, testing::ValuesIn(kReports),
                         [](const auto& test) { return test.param.name; });

TEST(HtmlReport, LetsNoTextBecomeMarkup) {
  const std::string page = html_report(hostile_night());
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<!-- -->")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(HtmlReport, StaysSmallWhereATextIsHuge) {
  EXPECT_LT(html_report(hostile_night()).size(), 200000U);
  EXPECT_THAT(html_report(hostile_night()), HasSubstr("bytes more)"));
}

TEST(HtmlReport, SaysWhatHappenedFirst) {
  const std::string page = html_report(rich_night());
  EXPECT_THAT(page, HasSubstr("<title>3 new findings in 2 targets, 1 of an earlier night"));
  EXPECT_LT(page.find("<h1>"), page.find("<h2"));
}

TEST(HtmlReport, ShowsTwoHundredFindingsOfAState) {
  Night night = rich_night();
  night.findings.assign(1234, night.findings[0]);
  EXPECT_THAT(html_report(night), HasSubstr("1,034 more are in report.json"));
}

TEST(Summary, FitsOnAScreen) {
  Night crowded = rich_night();
  for (int i = 0; i < 100; ++i) {
    crowded.findings.push_back(crowded.findings[0]);
    crowded.findings.back().summary = std::string(300, 'x');
    crowded.findings.back().signature = "猫" + std::string(300, 'y');
    crowded.targets.push_back(crowded.targets[13]);
    crowded.targets.back().problem = std::string(300, 'z');
  }
  std::rotate(crowded.findings.begin(), crowded.findings.begin() + 5, crowded.findings.end());
  for (const Night& night : {rich_night(), empty_night(), crowded}) {
    std::istringstream lines(summary(night));
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      if (line.find("replay") == std::string::npos) {
        EXPECT_LE(line.size(), 102U) << line;
      }
    }
    EXPECT_GT(count, 2);
    EXPECT_LE(count, 40);
  }
}

// -- Files ----------------------------------------------------------------------------------------

TEST(NightFacts, CountInputsThatAreTakenInAtAGlance) {
  NightFinding finding;
  finding.input_bytes = 64;
  finding.summary = "64 bytes: 00 01 ...";
  EXPECT_TRUE(is_small(finding));
  finding.input_bytes = 65;
  EXPECT_FALSE(is_small(finding));
  finding.summary = "a valid file with 3 edits: dims[0] 3 -> 4, dims[1] 3 -> 4, data cut";
  EXPECT_TRUE(is_small(finding));
  finding.summary = "a valid file with 4 edits: dims[0] 3 -> 4, ...";
  EXPECT_FALSE(is_small(finding));
  finding.summary = "a valid file with 12 edits: dims[0] 3 -> 4, ...";
  EXPECT_FALSE(is_small(finding));
  finding.summary = "a valid file";
  EXPECT_TRUE(is_small(finding));
}

TEST(WriteReports, WritesAllOfThem) {
  const FileFolder folder;
  write_reports(rich_night(), folder.path() + "/night");
  const FileFolder& files = folder;
  for (const Report& report : kReports) {
    if (report.write == summary) continue;
    EXPECT_EQ(files.read(std::string("night/") + report.file), report.write(rich_night()));
  }
}

TEST(WriteReports, ReplacesThoseOfTheNightBefore) {
  const FileFolder folder;
  write_reports(rich_night(), folder.path());
  write_reports(empty_night(), folder.path());
  EXPECT_EQ(folder.read("report.json"), to_json(empty_night()));
  EXPECT_THAT(folder.names(),
              ElementsAre("findings.sarif", "junit.xml", "report.html", "report.json"));
}

TEST(WriteReports, RefusesAFolderThatCannotBe) {
  const FileFolder folder;
  folder.write("taken", "");
  const std::string text =
      usage_error([&] { write_reports(rich_night(), folder.path() + "/taken/night"); });
  EXPECT_THAT(text, HasSubstr("/taken/night/report.json: creating its folder"));
  EXPECT_THAT(usage_error([] { write_reports(rich_night(), ""); }), HasSubstr("name is empty"));
}

/// Files may have so many bytes and no more: what a full disk looks like to a program.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    former_handler_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &former_);
    rlimit limit = former_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &former_);
    signal(SIGXFSZ, former_handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit former_ = {};
  void (*former_handler_)(int) = nullptr;
};

TEST(WriteReports, LeavesTheOldOnesWhereTheDiskIsFull) {
  const FileFolder folder;
  write_reports(empty_night(), folder.path());
  const std::string text = [&] {
    const FullDisk disk(to_json(rich_night()).size());  // The last report does not fit.
    return usage_error([&] { write_reports(rich_night(), folder.path()); });
  }();
  EXPECT_THAT(text, HasSubstr("/report.html: writing its contents"));
  EXPECT_THAT(text, HasSubstr("Make room"));
  EXPECT_EQ(folder.read("report.json"), to_json(empty_night()));
  EXPECT_EQ(folder.read("report.html"), html_report(empty_night()));
  EXPECT_THAT(folder.names(),
              ElementsAre("findings.sarif", "junit.xml", "report.html", "report.json"));
}

}  // namespace
}  // namespace gradgrind::nightly

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (argv[i] == std::string("--update")) gradgrind::nightly::update = true;
  }
  return RUN_ALL_TESTS();
}

#include <algorithm>
#include <cctype>
#include <memory>

#include "fuzz/support/walker.h"
#include "gradgrind/fuzz/gtest.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

class FailingLoader : public testing::Test {
 public:
  explicit FailingLoader(std::string text) : text_(std::move(text)) {}
  void TestBody() override { FAIL() << text_; }

 private:
  std::string text_;
};

// One class of damage.
class DamageTest : public testing::Test {
 public:
  DamageTest(std::shared_ptr<fuzz::Walker> walker, std::string damage)
      : walker_(std::move(walker)), damage_(std::move(damage)) {}

  void TestBody() override {
    std::vector<LoaderFinding> findings;
    const WalkedClass walked = walker_->walk(damage_, findings);
    RecordProperty("files", walked.files);
    RecordProperty("loaded", walked.loaded);
    RecordProperty("refused", walked.refused);
    RecordProperty("class", walked.number);
    std::string text;
    for (const LoaderFinding& found : findings) text += (text.empty() ? "" : "\n") + found.report();
    if (!text.empty()) ADD_FAILURE() << text;
    if (walked.files == 0) GTEST_SKIP() << "no file of this class";
  }

 private:
  std::shared_ptr<fuzz::Walker> walker_;
  std::string damage_;
};

std::string identifier(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char letter) { return std::isalnum(letter) == 0; },
      '_');
  return name;
}

}  // namespace

bool register_tests(const Loader& loader, Location location) {
  const auto add = [&](const std::string& test, auto make) {
    testing::RegisterTest(loader.name().c_str(), test.c_str(), nullptr, nullptr, location.file,
                          location.line, [make]() -> testing::Test* { return make(); });
  };
  try {
    const auto walker = std::make_shared<fuzz::Walker>(loader, WalkOptions());
    for (const std::string& damage : walker->classes()) {
      add(identifier(damage), [=] { return new DamageTest(walker, damage); });
    }
  } catch (const UsageError& error) {
    const std::string text = error.what();
    add("loader_is_possible", [=] { return new FailingLoader(text); });
  }
  return true;
}

}  // namespace gradgrind

// Deaths of the code under test become findings, and cost nothing but themselves.
#include <gmock/gmock.h>
#include <torch/torch.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gradgrind/properties/module.h"
#include "tests/properties/checking.h"

namespace gradgrind {
namespace {

using testing::HasSubstr;
using torch::Tensor;

enum class How {
  segfault,
  aborts,
  overflows_the_stack,
  exits,
  runs_forever,
  allocates_forever,
  throws_in_a_thread,
  throws,
};
enum class Where { forward, backward, destructor };

// Ends in theory, so that the compiler keeps it.
int recurse(volatile char* above, std::int64_t depth) {
  volatile char frame[4096];
  frame[0] = *above;
  if (depth == 0) return frame[0];
  return recurse(frame, depth - 1) + frame[0];
}

void perish(How how) {
  switch (how) {
    case How::segfault: {
      volatile int* volatile nowhere = nullptr;
      *nowhere = 1;
      break;
    }
    case How::aborts:
      std::abort();
    case How::overflows_the_stack: {
      volatile char first = 0;
      recurse(&first, std::numeric_limits<std::int64_t>::max());
      break;
    }
    case How::exits:
      std::exit(0);
    case How::runs_forever: {
      volatile bool on = true;
      while (on) {
      }
      break;
    }
    case How::allocates_forever: {
      std::vector<std::unique_ptr<char[]>> hoard;
      for (;;) hoard.emplace_back(new char[64 << 20]);
    }
    case How::throws_in_a_thread:
      std::thread([] { throw std::runtime_error("lost in a thread"); }).join();
      break;
    case How::throws:
      throw std::runtime_error("thrown by hand");
  }
}

struct PerishesInBackward : torch::autograd::Function<PerishesInBackward> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                        std::int64_t how) {
    context->saved_data["how"] = how;
    return x.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    perish(static_cast<How>(context->saved_data["how"].toInt()));
    return {gradients[0], Tensor()};
  }
};

class MortalImpl : public torch::nn::Module {
 public:
  MortalImpl(How how, Where where) : how_(how), where_(where) {
    scale_ = register_parameter("scale", torch::ones({1}));
  }
  ~MortalImpl() override {
    if (where_ == Where::destructor) perish(how_);
  }
  Tensor forward(const Tensor& x) {
    if (where_ == Where::forward) perish(how_);
    const Tensor y = x * scale_;
    if (where_ != Where::backward) return y;
    return PerishesInBackward::apply(y, static_cast<std::int64_t>(how_));
  }

 private:
  How how_;
  Where where_;
  Tensor scale_;
};

struct Death {
  const char* name;
  How how;
  Where where;
  const char* kind;
  const char* message;
};

// One property that fails, one that meets the death, one that runs no subject.
Contract mortal(How how, Where where) {
  return module("Mortal",
                [how, where](const Draw&) { return std::make_shared<MortalImpl>(how, where); })
      .dim("B", 1, 2)
      .input("x", floats("B"))
      .output("y", floats("B"))
      .property("earlier", [](Trial&) { return false; })
      .property("next", [](Trial&) { return true; });
}

Suite suite_around(const Contract& contract, const std::string& property) {
  const Suite all = suite_of(contract);
  return {find_property(all, "earlier"), find_property(all, property), find_property(all, "next")};
}

class Deaths : public testing::TestWithParam<Death> {};

TEST_P(Deaths, AreFindingsOfTheirPropertyAlone) {
  const FileFolder folder;
  Settings settings = isolated(folder);
  settings.hang_seconds = 1;
  settings.memory_gb = 1;
  settings.shrink_seconds = 2;
  const Contract contract = mortal(GetParam().how, GetParam().where);

  const CheckResult checked =
      check_all(contract, suite_around(contract, "gradients_are_finite"), settings);

  const PropertyResult& earlier = result_of(checked, "earlier");
  ASSERT_FALSE(earlier.findings.empty());
  EXPECT_EQ(earlier.findings[0].identity.kind, "is false");
  EXPECT_TRUE(std::filesystem::exists(earlier.findings[0].path));

  const PropertyResult& met = result_of(checked, "gradients_are_finite");
  EXPECT_EQ(met.error, "");
  ASSERT_EQ(met.findings.size(), 1U);
  EXPECT_EQ(met.findings[0].identity.kind, GetParam().kind);
  EXPECT_THAT(met.findings[0].evidence.message, HasSubstr(GetParam().message));
  EXPECT_THAT(met.findings[0].report, HasSubstr(GetParam().message));
  EXPECT_TRUE(std::filesystem::exists(met.findings[0].path));

  const PropertyResult& next = result_of(checked, "next");
  EXPECT_EQ(next.error, "");
  EXPECT_EQ(next.outcome, Outcome::holds);
  EXPECT_GT(next.cases, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Forward, Deaths,
    testing::Values(Death{"Segfault", How::segfault, Where::forward, "dies",
                          "the process dies in forward: segmentation fault"},
                    Death{"Abort", How::aborts, Where::forward, "dies",
                          "the process dies in forward: abort"},
                    Death{"StackOverflow", How::overflows_the_stack, Where::forward, "dies",
                          "the process dies in forward: segmentation fault: the stack overflowed"},
                    Death{"Exit", How::exits, Where::forward, "dies",
                          "the process dies in forward: exits with status 0"},
                    Death{"EndlessLoop", How::runs_forever, Where::forward, "hangs",
                          "forward has no end after 1 s"},
                    Death{"EndlessAllocation", How::allocates_forever, Where::forward,
                          "out of memory", "forward throws std::bad_alloc: std::bad_alloc"},
                    Death{"ExceptionInAThread", How::throws_in_a_thread, Where::forward, "dies",
                          "the process dies in forward: abort: lost in a thread"},
                    Death{"Exception", How::throws, Where::forward, "throws",
                          "forward throws std::runtime_error: thrown by hand"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Backward, Deaths,
    testing::Values(Death{"Segfault", How::segfault, Where::backward, "dies",
                          "the process dies in backward: segmentation fault"},
                    Death{"Abort", How::aborts, Where::backward, "dies",
                          "the process dies in backward: abort"},
                    Death{"StackOverflow", How::overflows_the_stack, Where::backward, "dies",
                          "the process dies in backward: segmentation fault: the stack overflowed"},
                    Death{"Exit", How::exits, Where::backward, "dies",
                          "the process dies in backward: exits with status 0"},
                    Death{"EndlessLoop", How::runs_forever, Where::backward, "hangs",
                          "backward has no end after 1 s"},
                    Death{"EndlessAllocation", How::allocates_forever, Where::backward,
                          "out of memory", "backward throws std::bad_alloc: std::bad_alloc"},
                    Death{"ExceptionInAThread", How::throws_in_a_thread, Where::backward, "dies",
                          "the process dies in backward: abort: lost in a thread"},
                    Death{"Exception", How::throws, Where::backward, "throws",
                          "backward throws std::runtime_error: thrown by hand"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Destructor, Deaths,
    testing::Values(
        Death{"Segfault", How::segfault, Where::destructor, "dies",
              "the process dies in destroying the subject: segmentation fault"},
        Death{"Abort", How::aborts, Where::destructor, "dies",
              "the process dies in destroying the subject: abort"},
        Death{"StackOverflow", How::overflows_the_stack, Where::destructor, "dies",
              "the process dies in destroying the subject: segmentation fault: the stack "
              "overflowed"},
        Death{"Exit", How::exits, Where::destructor, "dies",
              "the process dies in destroying the subject: exits with status 0"},
        Death{"EndlessLoop", How::runs_forever, Where::destructor, "hangs",
              "destroying the subject has no end after 1 s"},
        Death{"EndlessAllocation", How::allocates_forever, Where::destructor, "out of memory",
              "the process runs out of memory in destroying the subject: abort: std::bad_alloc"},
        Death{"ExceptionInAThread", How::throws_in_a_thread, Where::destructor, "dies",
              "the process dies in destroying the subject: abort: lost in a thread"},
        Death{"Exception", How::throws, Where::destructor, "dies",
              "the process dies in destroying the subject: abort: thrown by hand"}),
    [](const auto& test) { return test.param.name; });

TEST(DeathsByExit, RunNothingThatTheProgramRegisteredForItsExit) {
  const FileFolder folder;
  static std::string marker;
  marker = folder.path() + "/exited";
  std::atexit([] { std::ofstream(marker) << "by a child"; });
  const CheckResult checked =
      check_all(mortal(How::exits, Where::forward),
                suite_around(mortal(How::exits, Where::forward), "stays_finite"), isolated(folder));
  EXPECT_FALSE(checked.holds());
  EXPECT_FALSE(std::filesystem::exists(marker));
  marker = "/dev/null";
}

}  // namespace
}  // namespace gradgrind

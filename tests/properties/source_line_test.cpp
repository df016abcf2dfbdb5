#include "properties/source_line.h"

#include <ATen/ops/log.h>
#include <ATen/ops/ones.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/jit.h>

#include <iostream>
#include <optional>
#include <string>

#include "gradgrind/properties/observation.h"
#include "tests/properties/source_line_probe.h"

namespace {

using gradgrind::observe;
using gradgrind::ObserveOptions;
using gradgrind::OperatorCall;
using gradgrind::SourceLine;
using gradgrind::Trace;
using gradgrind::detail::qualified_name;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Lines {
  SourceLine inner;
  SourceLine outer;
};

/// Where the first aten::log of the run was called, as an observation with source lines tells it.
template <class Run>
std::optional<Lines> lines_of_log(const std::string& title, const Run& run) {
  ObserveOptions options;
  options.source_lines = true;
  const Trace trace = observe(options, run);
  for (const OperatorCall& call : trace.calls) {
    if (call.name != "aten::log") continue;
    const std::optional<SourceLine> inner = source_line(call);
    const std::optional<SourceLine> outer = outermost_source_line(call);
    if (!inner || !outer) break;
    std::cout << "| " << title << " | " << to_text(*inner) << " | " << to_text(*outer) << " |\n";
    return Lines{*inner, *outer};
  }
  ADD_FAILURE() << title << ": no line for aten::log";
  return std::nullopt;
}

#define EXPECT_THE_LINE(probe)                                                          \
  do {                                                                                  \
    const auto lines = lines_of_log(#probe, [] { probe::forward(at::ones({2})); });     \
    ASSERT_TRUE(lines);                                                                 \
    EXPECT_THAT(lines->inner.function, HasSubstr("log_of"));                            \
    EXPECT_THAT(lines->inner.file, EndsWith("tests/properties/source_line_probe.cpp")); \
    EXPECT_EQ(lines->inner.line, probe::log_line);                                      \
    EXPECT_THAT(lines->outer.file, EndsWith("source_line_test.cpp"));                   \
  } while (false)

TEST(SourceLine, IsExactWithoutOptimisation) { EXPECT_THE_LINE(unoptimised); }
TEST(SourceLine, IsExactThroughInlining) { EXPECT_THE_LINE(optimised); }

TEST(SourceLine, IsExactInASharedLibrary) {
  EXPECT_THE_LINE(shared_library);
  const auto lines = lines_of_log("shared_library", [] { shared_library::forward(at::ones({2})); });
  ASSERT_TRUE(lines);
  EXPECT_THAT(lines->inner.module, StartsWith("libgradgrind_probe_shared"));
}

TEST(SourceLine, IsTheFunctionWithoutDebugInfo) {
  const auto lines =
      lines_of_log("without_debug_info", [] { without_debug_info::forward(at::ones({2})); });
  ASSERT_TRUE(lines);
  EXPECT_THAT(lines->inner.function, HasSubstr("without_debug_info::"));
  EXPECT_EQ(lines->inner.line, 0);
  EXPECT_EQ(lines->inner.module, "source_line_test");
}

TEST(SourceLine, IsTheModuleInAStrippedLibrary) {
  const auto lines =
      lines_of_log("stripped_library", [] { stripped_library::forward(at::ones({2})); });
  ASSERT_TRUE(lines);
  EXPECT_THAT(lines->inner.module, StartsWith("libgradgrind_probe_stripped"));
  EXPECT_EQ(lines->inner.file, "");
}

TEST(SourceLine, IsTheCallOfATorchScriptMethod) {
  const auto module = torch::jit::compile("def f(x):\n  return torch.log(x)\n");
  const at::Tensor x = at::ones({2});
  int line = 0;
  const auto lines = lines_of_log("TorchScript", [&] {
    line = __LINE__ + 1;
    module->run_method("f", x);
  });
  ASSERT_TRUE(lines);
  EXPECT_THAT(lines->inner.file, EndsWith("source_line_test.cpp"));
  EXPECT_EQ(lines->inner.line, line);
}

TEST(SourceLine, IsTheBackwardCallInABackwardPass) {
  const at::Tensor x = at::ones({2}).requires_grad_();
  const at::Tensor y = x.exp().sum();
  int line = 0;
  ObserveOptions options;
  options.source_lines = true;
  const Trace trace = observe(options, [&] {
    line = __LINE__ + 1;
    y.backward();
  });
  ASSERT_FALSE(trace.calls.empty());
  const std::optional<SourceLine> found = source_line(trace.calls.back());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->line, line);
}

TEST(SourceLine, IsAbsentUnlessAskedFor) {
  const Trace trace = observe({}, [] { unoptimised::forward(at::ones({2})); });
  EXPECT_EQ(source_line(trace.calls.front()), std::nullopt);
}

TEST(QualifiedName, DropsReturnTypesAndParameters) {
  EXPECT_EQ(qualified_name("net::forward(at::Tensor const&)"), "net::forward");
  EXPECT_EQ(qualified_name("at::Tensor net::forward<float>(at::Tensor const&)"),
            "net::forward<float>");
  EXPECT_EQ(qualified_name("(anonymous namespace)::log_of(at::Tensor)"),
            "(anonymous namespace)::log_of");
  EXPECT_EQ(qualified_name("std::function<void (int)>::operator()(int) const"),
            "std::function<void (int)>::operator()");
  EXPECT_EQ(qualified_name("main::{lambda(at::Tensor)#1}::operator()(at::Tensor) const"),
            "main::{lambda(at::Tensor)#1}::operator()");
  EXPECT_EQ(qualified_name("bool my::operator<(my::A const&, my::A const&)"), "my::operator<");
  EXPECT_EQ(qualified_name("void f<(my::Kind)1>(int)"), "f<(my::Kind)1>");
  EXPECT_EQ(qualified_name("main"), "main");
}

TEST(SourceLine, SaysWhatIsKnown) {
  EXPECT_EQ(to_text(SourceLine{"net::forward(at::Tensor)", "net.cpp", 12, "app"}),
            "net::forward(at::Tensor) at net.cpp:12");
  EXPECT_EQ(to_text(SourceLine{"net::forward(at::Tensor)", "", 0, "app"}),
            "net::forward(at::Tensor) in app");
  EXPECT_EQ(to_text(SourceLine{"", "", 0, "libnet.so+0x1f40"}), "libnet.so+0x1f40");
}

}  // namespace

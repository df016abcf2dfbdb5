// The entry points that engines call, for the target of this process.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "fuzz/support/engine.h"
#include "fuzz/support/isolation.h"
#include "fuzz/support/night_log.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/properties/settings.h"

namespace gradgrind::fuzz {
namespace {

Target& target() {
  Target* const found = current_target();
  if (found != nullptr) return *found;
  std::fprintf(stderr, "no target: this program has no GRADGRIND_FUZZ(...)\n");
  std::exit(2);
}

// libFuzzer keeps its own flags and passes all of them on to its children, so none is taken out.
void read_flags(int argc, char** argv) {
  std::vector<char*> arguments(argv, argv + argc);
  arguments.push_back(nullptr);
  int count = argc;
  Levers changed;
  apply_night_flag(&count, arguments.data());
  apply_lever_flags(changed, &count, arguments.data());
  set_levers(changed);
  Settings settings = settings_from_environment();
  apply_flags(settings, &count, arguments.data());
  set_settings(settings);
}

std::optional<Failure> judge(Bytes input) {
  if (levers().isolate) {
    const Settings& settings = process_settings();
    static Isolation isolation(target(), {settings.hang_seconds, settings.memory_gb});
    std::optional<Failure> failure = isolation.run(input);
    if (failure.has_value()) return failure;
  }
  // Also what survives in a child runs here: the engine sees the coverage of this process.
  return target().run(input);
}

}  // namespace

// Stands here so that whoever has a target is linked with the entry points, to which engines refer
// weakly; a program with entry points of its own is not.
bool set_target(std::unique_ptr<Target> target) {
  keep_target(std::move(target));
  return true;
}

}  // namespace gradgrind::fuzz

extern "C" {

// What AddressSanitizer does unless ASAN_OPTIONS says otherwise. LibTorch is not built with it, so
// its containers are not annotated; memory may run out, which is a verdict; and of small inputs
// most of the time would go into where they allocated. The runtime asks before anything is started.
__attribute__((weak, visibility("default"))) const char* __asan_default_options();
const char* __asan_default_options() {
  return "allocator_may_return_null=1:detect_container_overflow=0:malloc_context_size=5:"
         "quarantine_size_mb=16";
}

int LLVMFuzzerInitialize(int* argc, char*** argv);
int LLVMFuzzerInitialize(int* argc, char*** argv) {
  try {
    gradgrind::fuzz::read_flags(*argc, *argv);
    gradgrind::fuzz::target().start();
  } catch (const gradgrind::UsageError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::exit(2);
  }
  return 0;
}

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gradgrind::fuzz::Bytes input(reinterpret_cast<const char*>(data), size);
  gradgrind::fuzz::NightLog* const log = gradgrind::fuzz::night_log();
  if (log != nullptr) log->input_begins(input);
  const auto failure = gradgrind::fuzz::judge(input);
  if (log != nullptr) {
    if (failure.has_value()) log->meet(*failure, input);
    log->input_done();
  } else if (failure.has_value()) {
    std::fprintf(stderr, "\n%s\n", failure->report.c_str());
    std::fflush(nullptr);
    std::abort();
  }
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity,
                                    unsigned seed);
std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t capacity,
                                    unsigned seed) {
  if (!gradgrind::fuzz::levers().mutator) {
    return gradgrind::fuzz::mutate_bytes(data, size, capacity, seed);
  }
  return gradgrind::fuzz::target().mutate(data, size, capacity, seed);
}
}

// The target that PLANTED names: a loader or a masked function with a bug, or a sound one.
#include <cstdio>
#include <cstdlib>

#include "bench/fuzzing/subjects.h"
#include "gradgrind/fuzz.h"

namespace {

bool set_chosen_target() {
  const char* const name = std::getenv("PLANTED");
  std::unique_ptr<gradgrind::fuzz::Target> target = bench::target_of(name == nullptr ? "" : name);
  if (target == nullptr) {
    std::fprintf(stderr, "PLANTED names no target: %s\n", name == nullptr ? "" : name);
    std::exit(2);
  }
  return gradgrind::fuzz::set_target(std::move(target));
}

[[maybe_unused]] const bool is_set = set_chosen_target();

}  // namespace

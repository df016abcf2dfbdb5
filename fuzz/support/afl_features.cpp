#include "fuzz/support/afl_features.h"

#include <array>
#include <cstdint>

// AFL++'s runtime; null elsewhere. The guards' interface is clang's, which AFL++ serves: a guard is
// a place of its map, and asking for more of them makes the map larger.
extern "C" {
__attribute__((weak)) extern std::uint8_t* __afl_area_ptr;
__attribute__((weak)) void __sanitizer_cov_trace_pc_guard_init(std::uint32_t* first,
                                                               std::uint32_t* last);
__attribute__((weak)) void __sanitizer_cov_trace_pc_guard(std::uint32_t* guard);
}

namespace gradgrind::fuzz {
namespace {

std::array<std::uint32_t, kFeaturePlaces> guards;

bool has_guards() {
  // Other runtimes serve guards too, and would report ours as branches.
  if (&__afl_area_ptr == nullptr || __sanitizer_cov_trace_pc_guard_init == nullptr) return false;
  __sanitizer_cov_trace_pc_guard_init(guards.data(), guards.data() + guards.size());
  return true;
}

// Before main(), where AFL++ asks how large the map is.
const bool is_under_afl = has_guards();

}  // namespace

void note_for_afl(std::size_t place) {
  if (is_under_afl) __sanitizer_cov_trace_pc_guard(&guards[place]);
}

}  // namespace gradgrind::fuzz

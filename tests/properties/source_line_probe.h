// One small user function, compiled several times under different flags; PROBE names the copy.
#pragma once

#include <ATen/core/Tensor.h>

#define GRADGRIND_PROBE(name)              \
  namespace name {                         \
  extern int log_line;                     \
  at::Tensor forward(const at::Tensor& x); \
  }

GRADGRIND_PROBE(unoptimised)
GRADGRIND_PROBE(optimised)
GRADGRIND_PROBE(shared_library)
GRADGRIND_PROBE(without_debug_info)
GRADGRIND_PROBE(stripped_library)

#undef GRADGRIND_PROBE

// The fuzz face: a contract or a loader as a fuzz target, in one line.
//
// Layer 4, faces.
//
//   #include <gradgrind/fuzz.h>
//   GRADGRIND_FUZZ(attention);   // in a source of gradgrind_fuzz_target(attention SOURCES ...)
//
// The target is an entry point `LLVMFuzzerTestOneInput`: libFuzzer and AFL++ drive it, and
// <name>_replay runs stored inputs through it without either.
#pragma once

#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/formats/known.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/loader.h"
#include "gradgrind/fuzz/target.h"

/// At namespace scope, once in a program: what the program fuzzes.
#define GRADGRIND_FUZZ(subject)                              \
  [[maybe_unused]] static const bool gradgrind_fuzz_target = \
      ::gradgrind::fuzz::register_target(subject)

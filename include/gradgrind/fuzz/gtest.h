// Loaders under GoogleTest: one test for each class of damage.
//
// Layer 4, faces.
//
//   GRADGRIND_TEST(loader);   // LoadNpy.valid_file, LoadNpy.payload_cut,
//   LoadNpy.count_too_large...
#pragma once

#include "gradgrind/fuzz/loader.h"
#include "gradgrind/gtest.h"

namespace gradgrind {

/// Registers a test for each class of damage that says something about the loader, in the suite
/// named after it; what GRADGRIND_TEST calls. A loader with problems becomes one failing test,
/// Name.loader_is_possible.
bool register_tests(const Loader& loader, Location location = Location::here());

}  // namespace gradgrind

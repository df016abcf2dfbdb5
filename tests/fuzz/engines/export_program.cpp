// `gradgrind export oss-fuzz` without the rest of the program.
//
// usage: export_program MANIFEST FOLDER [TARGET...]
#include <cstdio>
#include <exception>

#include "fuzz/nightly/oss_fuzz.h"

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  gradgrind::nightly::ExportOptions options;
  options.manifest = argv[1];
  options.folder = argv[2];
  options.targets.assign(argv + 3, argv + argc);
  options.hard_links = true;
  try {
    const auto result = gradgrind::nightly::export_oss_fuzz(options);
    std::printf("%zu fuzzers, %lld shared objects, %llu MB\n", result.fuzzers.size(),
                static_cast<long long>(result.shared_objects),
                static_cast<unsigned long long>(result.bytes >> 20));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}

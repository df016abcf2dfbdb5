// Asserts of our own reader of case files: any bytes are refused with a UsageError that names the
// file, or give a case that is written and read back as the same case.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gradgrind/fuzz.h"
#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/error.h"

namespace {

namespace gg = gradgrind;

// A file without a place on any disk.
std::string path_of(int file) { return "/proc/self/fd/" + std::to_string(file); }

gg::CaseFile read_from_memory(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("case", 0);
  const bool is_written =
      ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == static_cast<ssize_t>(size);
  if (!is_written) std::abort();
  return gg::read_case_file(path_of(file));
}

std::string written_case(const gg::Case& content) {
  const std::string path = "/dev/shm/gradgrind-seed-" + std::to_string(getpid());
  gg::CaseFile file;
  file.content = content;
  gg::write_case_file(path, file);
  std::ifstream in(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  unlink(path.c_str());
  return bytes;
}

const bool has_seeds = gg::fuzz::offer_seeds([] {
  gg::Case of_one_tensor;
  of_one_tensor.dim("B", 2);
  of_one_tensor.tensor("x", gg::array(gg::DType::float32, {2}, {0.5, -1}));
  return std::vector<gg::fuzz::Seed>{{"empty.safetensors", written_case({})},
                                     {"one_tensor.safetensors", written_case(of_one_tensor)}};
});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const gg::CaseFile first = read_from_memory(data, size);
    static const std::string again = "/dev/shm/gradgrind-case-" + std::to_string(getpid());
    gg::write_case_file(again, first);
    const gg::CaseFile second = gg::read_case_file(again);
    unlink(again.c_str());
    if (first.content != second.content || first.identity != second.identity) {
      std::fprintf(stderr, "a case file that is read, written and read again is another one\n");
      std::abort();
    }
  } catch (const gg::UsageError& error) {
    gg::fuzz::note_exception("UsageError", error.what());
    if (std::string(error.what()).find("/proc/self/fd/") == std::string::npos) {
      std::fprintf(stderr, "the error does not name the file: %s\n", error.what());
      std::abort();
    }
  }
  return 0;
}

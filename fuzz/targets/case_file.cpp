// Asserts of our own reader of case files: any bytes are refused with a UsageError that names the
// file, or give a case that is written and read back as the same case.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gradgrind/fuzz.h"
#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/error.h"

namespace {

namespace gg = gradgrind;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// A file without a place on any disk.
std::string file_with(const std::uint8_t* data, std::size_t size) {
  static const int file = memfd_create("case", 0);
  const bool is_written =
      ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == static_cast<ssize_t>(size);
  expect(is_written, "no file in memory to be had");
  return "/proc/self/fd/" + std::to_string(file);
}

std::string bytes_of(const gg::CaseFile& file) {
  const std::string path = "/dev/shm/gradgrind-case-" + std::to_string(getpid());
  gg::write_case_file(path, file);
  std::ifstream in(path, std::ios::binary);
  unlink(path.c_str());
  return {std::istreambuf_iterator<char>(in), {}};
}

const bool has_seeds = gg::fuzz::offer_seeds([] {
  gg::CaseFile one_tensor;
  one_tensor.content.dim("B", 2);
  one_tensor.content.tensor("x", gg::array(gg::DType::float32, {2}, {0.5, -1}));
  return std::vector<gg::fuzz::Seed>{{"empty.safetensors", bytes_of({})},
                                     {"one_tensor.safetensors", bytes_of(one_tensor)}};
});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = file_with(data, size);
  gg::CaseFile first;
  try {
    first = gg::read_case_file(path);
  } catch (const gg::UsageError& error) {
    gg::fuzz::note_exception("UsageError", error.what());
    const bool names_it = std::string(error.what()).find(path) != std::string::npos;
    expect(names_it, "the error does not name the file");
    return 0;
  }
  const std::string again = bytes_of(first);
  const gg::CaseFile second = gg::read_case_file(
      file_with(reinterpret_cast<const std::uint8_t*>(again.data()), again.size()));
  expect(first.content == second.content && first.identity == second.identity,
         "a case file that is read, written and read again is another one");
  return 0;
}

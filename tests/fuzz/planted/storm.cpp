// A reader with twenty sites that kill, some at every turn, some behind a chain of fields: what
// comes after the first finding of a night. Each site is a function of its own, as in real code.
#include <torch/types.h>

#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "gradgrind/fuzz.h"
#include "gradgrind/fuzz/formats/known.h"

namespace {

namespace gg = gradgrind;

template <int kSite>
__attribute__((noinline)) void site(volatile int* nothing) {
  *nothing = kSite;
}

template <int kSite>
void die_if(bool condition) {
  if (condition) site<kSite>(nullptr);
}

std::uint8_t at(std::string_view bytes, std::size_t position) {
  if (position >= bytes.size()) throw std::runtime_error("the file is cut");
  return static_cast<std::uint8_t>(bytes[position]);
}

at::Tensor load(std::string_view bytes) {
  die_if<0>(bytes.empty());
  die_if<1>(bytes.size() == 3);
  die_if<2>(bytes.size() > 300);
  if (at(bytes, 0) != 0 || at(bytes, 1) != 0) {
    die_if<3>(at(bytes, 0) == 0xff);
    throw std::runtime_error("no IDX file");
  }
  const int type = at(bytes, 2);
  const int rank = at(bytes, 3);
  die_if<4>(rank == 0);
  die_if<5>(rank == 255);
  die_if<6>(rank == 127);
  die_if<7>(type == 0);
  die_if<8>(type == 0x0a);
  die_if<9>(type == 0xff);
  if (type < 8 || type > 0x0e || type == 0x0a || rank > 4) throw std::runtime_error("no such type");
  std::uint64_t count = 1;
  for (int i = 0; i < rank; ++i) {
    std::uint32_t size = 0;
    for (std::size_t k = 0; k < 4; ++k)
      size = size << 8 | at(bytes, 4 + 4 * static_cast<std::size_t>(i) + k);
    die_if<10>(size == 0xffffffff);
    die_if<11>(size == 0x80000000);
    die_if<12>(size == 0 && i == 0);
    die_if<13>(size == 0 && i == 2);
    die_if<14>(size == 65536 && rank == 1);
    count *= size;
  }
  const std::size_t begin = 4 + 4 * static_cast<std::size_t>(rank);
  die_if<15>(count > 1000000 && rank == 2);
  die_if<16>(bytes.size() == begin && count > 0);
  die_if<17>(type == 0x0e && bytes.size() > begin && at(bytes, begin) == 0x7f);
  die_if<18>(type == 0x0d && rank == 3 && bytes.size() - begin < 4 * count);
  die_if<19>(type == 0x0c && rank == 1 && bytes.size() - begin == 4 * count + 1);
  throw std::runtime_error("not read further");
}

const gg::Loader storm =
    gg::loader("storm").format(gg::formats::idx()).memory(load).values_are_its_own();

}  // namespace

GRADGRIND_FUZZ(storm);

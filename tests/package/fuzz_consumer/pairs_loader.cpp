// A loader as a fuzz target, with the format that it reads.
#include <gradgrind/fuzz.h>

#include "pairs.h"

namespace gg = gradgrind;

static const gg::Format pairs_format = gg::format("pairs", [](gg::Draft& file) {
  const std::uint64_t count = file.source().below(5);
  file.dim("count", gg::u8, count, "data");
  file.payload("data", file.draw_array(gg::DType::uint8, {static_cast<std::int64_t>(count), 2}));
});

static const gg::Loader pairs = gg::loader("LoadPairs")
                                    .format(pairs_format)
                                    .memory([](std::string_view file) { return load_pairs(file); })
                                    .throws<PairsError>();
GRADGRIND_FUZZ(pairs);

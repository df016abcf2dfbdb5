// Asserts what an IDX loader promises; the careless one does not. A test fuzzes it and expects that
// to be found and explained.
#include "gradgrind/fuzz.h"
#include "loaders/idx.h"

namespace gg = gradgrind;

static const gg::Loader careless_idx =
    gg::loader("LoadIdxCarelessly")
        .format(gg::formats::idx())
        .memory([](std::string_view bytes) { return examples::load_idx_carelessly(bytes); })
        .throws<examples::IdxError>();
GRADGRIND_FUZZ(careless_idx);

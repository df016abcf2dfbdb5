// Asserts what an IDX loader promises, of a sound one: nothing is to be found.
#include "gradgrind/fuzz.h"
#include "loaders/idx.h"

namespace gg = gradgrind;

static const gg::Loader sound_idx =
    gg::loader("LoadIdx")
        .format(gg::formats::idx())
        .memory([](std::string_view bytes) { return examples::load_idx(bytes); })
        .throws<examples::IdxError>();
GRADGRIND_FUZZ(sound_idx);

// Asserts of a loader that users wrote (examples/loaders/idx.h): any bytes are refused with its own
// exception, or give back what the file holds, within a budget of memory and time.
#include "gradgrind/fuzz.h"
#include "loaders/idx.h"

namespace gg = gradgrind;

static const gg::Loader users_idx =
    gg::loader("users_idx")
        .format(gg::formats::idx())
        .memory([](std::string_view bytes) { return examples::load_idx(bytes); })
        .throws<examples::IdxError>();
GRADGRIND_FUZZ(users_idx);

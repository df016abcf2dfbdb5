// Asserts of a loader that users wrote (examples/loaders/npy.h): any bytes are refused with its own
// exception, or give back what the file holds, within a budget of memory and time.
#include "gradgrind/fuzz.h"
#include "loaders/npy.h"

namespace gg = gradgrind;

static const gg::Loader users_npy =
    gg::loader("users_npy")
        .format(gg::formats::npy())
        .memory([](std::string_view bytes) { return examples::load_npy(bytes); })
        .stream([](std::istream& stream) { return examples::load_npy(stream); })
        .throws<examples::NpyError>();
GRADGRIND_FUZZ(users_npy);

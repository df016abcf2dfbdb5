// Asserts of a loader that users wrote (examples/loaders/safetensors.h): any bytes are refused with
// its own exception, or give back the tensors that the file holds, within a budget of memory and
// time.
#include "gradgrind/fuzz.h"
#include "loaders/safetensors.h"

namespace gg = gradgrind;

static const gg::Loader users_safetensors =
    gg::loader("users_safetensors")
        .format(gg::formats::safetensors())
        .memory([](std::string_view bytes) { return examples::load_safetensors(bytes); })
        .throws<examples::SafetensorsError>();
GRADGRIND_FUZZ(users_safetensors);

// Asserts of a loader that users wrote (examples/loaders/csv.h): any bytes are refused with its own
// exception, or give back what the file holds, within a budget of memory and time.
#include "gradgrind/fuzz.h"
#include "loaders/csv.h"

namespace gg = gradgrind;

static const gg::Loader users_csv =
    gg::loader("users_csv")
        .format(gg::formats::csv())
        .memory([](std::string_view bytes) { return examples::load_csv(bytes); })
        .throws<examples::CsvError>();
GRADGRIND_FUZZ(users_csv);

// A contract as a fuzz target.
#include <gradgrind/fuzz.h>
#include <gradgrind/gradgrind.h>

namespace gg = gradgrind;

static const auto relu = gg::function("Relu", [](const at::Tensor& x) { return x.relu(); })
                             .dim("B", 1, 4)
                             .input("x", gg::floats("B 3"))
                             .output("y", gg::floats("B 3"));
GRADGRIND_FUZZ(relu);

// What a thrown c10::Error costs.
#pragma once

namespace gradgrind::fuzz {

/// Takes the backtrace out of every c10::Error from now on (0.01 ms in place of 3.3), or puts it
/// back, as the lever `cheap_errors` says.
void set_error_cost();

}  // namespace gradgrind::fuzz

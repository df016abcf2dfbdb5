// What a dying child can still say.
#pragma once

namespace gradgrind {

/// Installs handlers that write the text of an uncaught exception, whether a segmentation fault was
/// an overflow of the stack, and the return addresses on the stack into the journal before the
/// process dies as it would have.
void install_last_words();

}  // namespace gradgrind

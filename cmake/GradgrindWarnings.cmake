# Warnings for our own code; never exported.
add_library(gradgrind_warnings INTERFACE)
target_compile_options(
  gradgrind_warnings
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
            $<$<BOOL:${GRADGRIND_WARNINGS_AS_ERRORS}>:-Werror>)

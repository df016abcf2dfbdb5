# The build target `bench`: runs every bench, prints one table and writes results.json.

# Registers an executable that takes `--json FILE` and writes an array of {name, value, unit, goal, met} to it.
function(gradgrind_bench target)
  set_property(GLOBAL APPEND PROPERTY GRADGRIND_BENCHES ${target})
endfunction()

function(gradgrind_add_bench_target)
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  get_property(benches GLOBAL PROPERTY GRADGRIND_BENCHES)
  set(files "")
  foreach(bench IN LISTS benches)
    list(APPEND files $<TARGET_FILE:${bench}>)
  endforeach()
  add_custom_target(
    bench
    COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/cmake/run_benches.py ${PROJECT_BINARY_DIR} ${files}
    DEPENDS ${benches}
    USES_TERMINAL VERBATIM)
endfunction()

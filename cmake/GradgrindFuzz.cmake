# Fuzz targets. Serves Gradgrind itself and, through find_package(gradgrind), its users.

option(GRADGRIND_FUZZ "Build fuzzers with libFuzzer; needs clang" OFF)
set(GRADGRIND_FUZZ_ENGINE -fsanitize=fuzzer CACHE STRING "What fuzzers are linked with: a flag, or an engine's archive")

if(GRADGRIND_FUZZ AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(FATAL_ERROR "GRADGRIND_FUZZ needs clang, which has libFuzzer, and the compiler is ${CMAKE_CXX_COMPILER_ID}. "
                      "Configure with -DCMAKE_CXX_COMPILER=clang++, or without GRADGRIND_FUZZ: replays need no clang.")
endif()

# Lets the fuzzer see the branches of a library under test. Without GRADGRIND_FUZZ it does nothing.
function(gradgrind_instrument target)
  if(GRADGRIND_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${target} PUBLIC -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# gradgrind_fuzz_target(NAME SOURCES file... [LIBRARIES target...] [CORPUS folder] [DICTIONARY file])
#
# Makes <name>_replay, a program that runs stored inputs through the target, with one test that replays
# CORPUS/seeds and CORPUS/regressions (default: corpus/<name> at top level) and what `gradgrind nightly` has found in
# this build; findings that CORPUS/known.json lists fail no test. And, where GRADGRIND_FUZZ is on, <name>_fuzzer.
# A source holds one GRADGRIND_FUZZ(...) or an LLVMFuzzerTestOneInput.
# ${CMAKE_BINARY_DIR}/gradgrind_fuzz.json lists all targets of the build.
function(gradgrind_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CORPUS;DICTIONARY" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "gradgrind_fuzz_target(${name} SOURCES file... [LIBRARIES target...] [CORPUS folder] "
                        "[DICTIONARY file]): no SOURCES, or something else: ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT arg_CORPUS)
    set(arg_CORPUS ${CMAKE_SOURCE_DIR}/corpus/${name})
  endif()
  cmake_path(ABSOLUTE_PATH arg_CORPUS NORMALIZE)
  if(NOT arg_DICTIONARY)
    set(arg_DICTIONARY ${arg_CORPUS}/dictionary.dict)
  endif()
  cmake_path(ABSOLUTE_PATH arg_DICTIONARY NORMALIZE)

  add_executable(${name}_replay ${arg_SOURCES})
  target_link_libraries(${name}_replay PRIVATE ${arg_LIBRARIES} gradgrind::fuzz_main gradgrind::fuzz)
  set(nightly ${CMAKE_BINARY_DIR}/gradgrind/nightly)
  add_test(NAME fuzz.${name}_replay COMMAND ${name}_replay --known=${arg_CORPUS}/known.json ${arg_CORPUS}/seeds
                                            ${arg_CORPUS}/regressions ${nightly}/findings/${name}/inputs)
  set_tests_properties(fuzz.${name}_replay PROPERTIES LABELS "torch;fuzz")

  gradgrind_add_to_fuzzers(${name}_replay)
  set(fuzzer "")
  if(GRADGRIND_FUZZ)
    add_executable(${name}_fuzzer ${arg_SOURCES})
    target_link_libraries(${name}_fuzzer PRIVATE ${arg_LIBRARIES} gradgrind::fuzz)
    target_compile_options(${name}_fuzzer PRIVATE -fsanitize=fuzzer-no-link)
    target_link_libraries(${name}_fuzzer PRIVATE ${GRADGRIND_FUZZ_ENGINE})
    # `gradgrind export oss-fuzz` lays the shared objects there.
    set_property(TARGET ${name}_fuzzer APPEND PROPERTY BUILD_RPATH "$ORIGIN/lib")
    gradgrind_add_to_fuzzers(${name}_fuzzer)
    set(fuzzer $<TARGET_FILE:${name}_fuzzer>)
  endif()
  gradgrind_list_fuzz_target(${name} "${fuzzer}" ${arg_CORPUS} "${arg_DICTIONARY}")
endfunction()

function(gradgrind_add_to_fuzzers target)
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers COMMENT "What a night runs: fuzzers, replays, suites")
    if(TARGET gradgrind_program)
      add_dependencies(fuzzers gradgrind_program)
    endif()
  endif()
  add_dependencies(fuzzers ${target})
endfunction()

# gradgrind_suite(TARGET): a GoogleTest program with GRADGRIND_TEST(...), which `gradgrind nightly` runs with fresh seeds.
function(gradgrind_suite target)
  gradgrind_add_to_fuzzers(${target})
  gradgrind_list("    \"kind\": \"suite\",\n    \"name\": \"${target}\",\n    \"program\": \"$<TARGET_FILE:${target}>\"\n")
endfunction()

function(gradgrind_list_fuzz_target name fuzzer corpus dictionary)
  string(
    CONCAT
    fields
    "    \"kind\": \"fuzzer\",\n"
    "    \"name\": \"${name}\",\n"
    "    \"fuzzer\": \"${fuzzer}\",\n"
    "    \"replay\": \"$<TARGET_FILE:${name}_replay>\",\n"
    "    \"seeds\": \"${corpus}/seeds\",\n"
    "    \"regressions\": \"${corpus}/regressions\",\n"
    "    \"known\": \"${corpus}/known.json\",\n"
    "    \"dictionary\": \"${dictionary}\",\n"
    "    \"source_folder\": \"${CMAKE_CURRENT_SOURCE_DIR}\"\n")
  gradgrind_list("${fields}")
endfunction()

# Adds one object to the manifest, which is written once the whole project is read.
function(gradgrind_list fields)
  get_property(entries GLOBAL PROPERTY gradgrind_fuzz_targets)
  if(NOT entries)
    cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL gradgrind_write_fuzz_manifest)
  else()
    string(APPEND entries ",\n")
  endif()
  set_property(GLOBAL PROPERTY gradgrind_fuzz_targets "${entries}  {\n${fields}  }")
endfunction()

function(gradgrind_write_fuzz_manifest)
  get_property(entries GLOBAL PROPERTY gradgrind_fuzz_targets)
  file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/gradgrind_fuzz.json CONTENT "[\n${entries}\n]\n")
endfunction()

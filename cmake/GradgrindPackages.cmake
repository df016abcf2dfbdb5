# Finding packages, and saying what to install where one is missing.

set(GRADGRIND_PACKAGE_LIST ${CMAKE_CURRENT_LIST_DIR}/packages.txt)

# Sets `result` to the Debian packages that hold what find_package(<name>) looks for.
function(gradgrind_debian_packages name result)
  file(STRINGS ${GRADGRIND_PACKAGE_LIST} lines REGEX "[ ]find ${name}$")
  list(TRANSFORM lines REPLACE " .*" "")
  list(JOIN lines " " packages)
  set(${result} "${packages}" PARENT_SCOPE)
endfunction()

function(gradgrind_fail_for_missing)
  set(text "")
  foreach(name IN LISTS ARGN)
    gradgrind_debian_packages(${name} packages)
    string(APPEND text "  ${name}: Debian's ${packages}\n")
  endforeach()
  message(
    FATAL_ERROR
      "Gradgrind needs packages that CMake does not find:\n${text}"
      "On Debian, ./bootstrap in Gradgrind's folder installs them. Elsewhere install their counterparts, and name "
      "their folders in CMAKE_PREFIX_PATH where CMake does not search by itself.")
endfunction()

# Finds each of the named packages, or stops with one message about all that are missing. A macro, since
# find_package sets variables for its caller.
macro(gradgrind_find_packages)
  set(gradgrind_missing "")
  foreach(gradgrind_package ${ARGN})
    if(gradgrind_package STREQUAL "Torch")
      gradgrind_find_torch()
    else()
      find_package(${gradgrind_package} QUIET)
    endif()
    if(NOT ${gradgrind_package}_FOUND)
      list(APPEND gradgrind_missing ${gradgrind_package})
    endif()
  endforeach()
  if(gradgrind_missing)
    gradgrind_fail_for_missing(${gradgrind_missing})
  endif()
endmacro()

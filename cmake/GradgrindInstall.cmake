# What `cmake --install` lays down, and what find_package(gradgrind) reads.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# Gives a library its public headers, named by patterns under include/gradgrind: they are installed with it, and
# the build target all_verify_interface_header_sets compiles each of them alone.
function(gradgrind_public_headers target)
  if(NOT TARGET ${target})
    return()
  endif()
  list(TRANSFORM ARGN PREPEND ${PROJECT_SOURCE_DIR}/include/gradgrind/ OUTPUT_VARIABLE patterns)
  file(GLOB headers CONFIGURE_DEPENDS ${patterns})
  get_target_property(type ${target} TYPE)
  set(scope PUBLIC)
  if(type STREQUAL "INTERFACE_LIBRARY")
    set(scope INTERFACE)
  endif()
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include FILES ${headers})
  set_target_properties(${target} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
endfunction()

function(gradgrind_install)
  set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/gradgrind)
  foreach(target gradgrind_generators gradgrind_properties gradgrind_rapidcheck gradgrind_gtest gradgrind_formats gradgrind_fuzz gradgrind_fuzz_main
                 gradgrind_fuzz_gtest gradgrind_fuzz_rapidcheck gradgrind)
    if(TARGET ${target})
      string(REPLACE gradgrind_ "" name ${target})
      set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
      install(TARGETS ${target} EXPORT gradgrind FILE_SET HEADERS)
    endif()
  endforeach()
  if(TARGET gradgrind_program)
    install(TARGETS gradgrind_program)
  endif()
  install(EXPORT gradgrind FILE gradgrindTargets.cmake NAMESPACE gradgrind:: DESTINATION ${config_folder})

  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/gradgrindConfig.cmake.in
                                ${PROJECT_BINARY_DIR}/gradgrindConfig.cmake INSTALL_DESTINATION ${config_folder})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/gradgrindConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  list(TRANSFORM GRADGRIND_CONFIG_MODULES PREPEND ${PROJECT_SOURCE_DIR}/cmake/ OUTPUT_VARIABLE modules)
  install(FILES ${PROJECT_BINARY_DIR}/gradgrindConfig.cmake ${PROJECT_BINARY_DIR}/gradgrindConfigVersion.cmake
                ${modules} DESTINATION ${config_folder})
endfunction()

# The files of cmake/ that gradgrindConfig.cmake uses.
set(GRADGRIND_CONFIG_MODULES packages.txt GradgrindPackages.cmake GradgrindTorch.cmake GradgrindFuzz.cmake FindLibdw.cmake)

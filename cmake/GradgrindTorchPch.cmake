# torch/torch.h takes 15 seconds a translation unit; those that include it share one precompiled copy.

# Lets `target` include torch/torch.h, precompiled. The copy is made for the first such target, and all of them are
# compiled with the same options: g++ and clang take no copy that was made with others.
function(gradgrind_precompile_torch target)
  if(NOT TARGET gradgrind_torch_pch)
    file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/torch_pch.cpp CONTENT "")
    add_library(gradgrind_torch_pch OBJECT EXCLUDE_FROM_ALL ${PROJECT_BINARY_DIR}/torch_pch.cpp)
    target_link_libraries(gradgrind_torch_pch PRIVATE torch gradgrind_warnings)
    target_compile_features(gradgrind_torch_pch PRIVATE cxx_std_17)
    target_precompile_headers(gradgrind_torch_pch PRIVATE <torch/torch.h>)
  endif()
  target_link_libraries(${target} PRIVATE torch gradgrind_warnings)
  target_precompile_headers(${target} REUSE_FROM gradgrind_torch_pch)
endfunction()

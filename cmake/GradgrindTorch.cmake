# Finding LibTorch, and refusing one whose std::string is not the compiler's.

# Sets `result` to the folder to search for the LibTorch that GRADGRIND_TORCH names, "python" or a path.
function(gradgrind_named_torch named result)
  if(NOT named STREQUAL "python")
    get_filename_component(folder "${named}" ABSOLUTE)
    set(${result} "${folder}" PARENT_SCOPE)
    return()
  endif()
  find_program(GRADGRIND_PYTHON NAMES python3 python)
  if(NOT GRADGRIND_PYTHON)
    message(FATAL_ERROR "GRADGRIND_TORCH is \"python\", but there is no python3 on PATH.")
  endif()
  execute_process(
    COMMAND ${GRADGRIND_PYTHON} -c "import torch; print(torch.utils.cmake_prefix_path)"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE folder
    ERROR_VARIABLE complaint
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "GRADGRIND_TORCH is \"python\", but ${GRADGRIND_PYTHON} cannot import torch:\n${complaint}")
  endif()
  set(${result} "${folder}" PARENT_SCOPE)
endfunction()

# Stops where LibTorch was built with the other of libstdc++'s two string ABIs: such a build links, at best, with
# undefined references to every function that takes a std::string.
function(gradgrind_check_string_abi)
  if(NOT TORCH_CXX_FLAGS MATCHES "_GLIBCXX_USE_CXX11_ABI=([01])")
    return()
  endif()
  set(torch_abi ${CMAKE_MATCH_1})
  include(CheckCXXSourceCompiles)
  check_cxx_source_compiles(
    "#include <string>\n#if _GLIBCXX_USE_CXX11_ABI != ${torch_abi}\n#error\n#endif\nint main() {}"
    GRADGRIND_STRING_ABI_IS_${torch_abi})
  if(NOT GRADGRIND_STRING_ABI_IS_${torch_abi})
    message(
      FATAL_ERROR
        "The LibTorch in ${Torch_DIR} has another string ABI: it was built with _GLIBCXX_USE_CXX11_ABI=${torch_abi}, "
        "and this compiler, as well as GoogleTest and RapidCheck, use the other one.\n"
        "Take the LibTorch download that says \"cxx11 ABI\", a newer Python torch, or Debian's libtorch-dev.")
  endif()
endfunction()

# A macro, since find_package(Torch) sets variables for its caller. Its chatter about gflags and protobuf is kept
# back; cmake --log-level=STATUS shows it.
macro(gradgrind_find_torch)
  set(gradgrind_log_level "${CMAKE_MESSAGE_LOG_LEVEL}")
  set(gradgrind_prefix_path "${CMAKE_PREFIX_PATH}")
  set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
  if(GRADGRIND_TORCH)
    gradgrind_named_torch("${GRADGRIND_TORCH}" gradgrind_torch_folder)
    # The whole of it has to come from that folder: TorchConfig.cmake searches the system for its other half, Caffe2.
    list(PREPEND CMAKE_PREFIX_PATH "${gradgrind_torch_folder}")
    unset(Torch_DIR CACHE)
    unset(Caffe2_DIR CACHE)
  endif()
  find_package(Torch QUIET)
  set(CMAKE_MESSAGE_LOG_LEVEL "${gradgrind_log_level}")
  set(CMAKE_PREFIX_PATH "${gradgrind_prefix_path}")
  if(GRADGRIND_TORCH)
    cmake_path(IS_PREFIX gradgrind_torch_folder "${Torch_DIR}" NORMALIZE gradgrind_is_named_torch)
    if(NOT gradgrind_is_named_torch)
      message(FATAL_ERROR "GRADGRIND_TORCH names \"${GRADGRIND_TORCH}\", but there is no TorchConfig.cmake under "
                          "${gradgrind_torch_folder}. Name the folder of an unpacked LibTorch, or \"python\".")
    endif()
  endif()
  if(Torch_FOUND)
    gradgrind_check_string_abi()
  endif()
endmacro()

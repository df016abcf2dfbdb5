# What a LibTorch built with the old string ABI says of itself.
set(TORCH_CXX_FLAGS "-D_GLIBCXX_USE_CXX11_ABI=0")
set(TORCH_INCLUDE_DIRS "")
add_library(torch INTERFACE IMPORTED)

// Return addresses of this process, resolved through symbols and debug info.
#pragma once

#include <string>
#include <vector>

namespace gradgrind::detail {

/// A function on the stack, inlined ones included. Members that cannot be had are empty or 0.
struct Frame {
  std::string function;  ///< Demangled.
  std::string file;
  int line = 0;
  std::string module;  ///< File name, without its folder; with the offset where no symbol is known.
};

/// File name, without its folder, of the executable or library that holds the address. Cheap: reads
/// no symbols.
std::string module_of(const void* return_address);

/// The functions that a return address stands for, innermost first: a physical frame, preceded by
/// what the compiler inlined into it at that place. Never empty. Looks for debug info in the module
/// itself and under its build id; downloads nothing.
std::vector<Frame> frames_at(const void* return_address);

}  // namespace gradgrind::detail

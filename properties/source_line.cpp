#include "properties/source_line.h"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "gradgrind/properties/observation.h"

namespace gradgrind {
namespace detail {
namespace {

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return starts_with(text, prefix); });
}

/// Whether the file is one of Gradgrind's own sources or headers. Its tests and examples are users.
bool is_own_file(const std::string& file) {
  static const std::string root = [] {
    const std::string self = __FILE__;
    return self.substr(0, self.size() - std::string_view("properties/source_line.cpp").size());
  }();
  if (file.empty() || file.find("include/gradgrind/") != std::string::npos) return true;
  return starts_with(file, root) && starts_with_any(std::string_view(file).substr(root.size()),
                                                    {"properties/", "generators/", "fuzz/support/",
                                                     "fuzz/formats/", "fuzz/nightly/"});
}

/// Whether the file is a header of LibTorch or of the standard library. Code that is built with
/// -g1 has inlined functions without their namespaces; their files still tell whose they are.
bool is_library_file(const std::string& file) {
  for (const char* folder : {"/ATen/", "/c10/", "/torch/csrc/", "/include/c++/"}) {
    if (file.find(folder) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

bool is_library_module(std::string_view module) {
  return starts_with_any(module, {"libtorch", "libc10", "libc.so", "libm.so", "libstdc++", "libc++",
                                  "libgcc_s", "libgomp", "libomp", "libpthread", "ld-linux",
                                  "linux-vdso", "libasan", "libubsan", "libtsan"});
}

std::string_view qualified_name(std::string_view demangled) {
  // Up to the parameters, which open at the first parenthesis outside template arguments that does
  // not belong to "(anonymous namespace)" or to "operator()"; after the last space before it. A
  // lambda is "{lambda(int)#1}", so braces nest as well.
  std::size_t begin = 0;
  int nesting = 0;
  for (std::size_t i = 0; i < demangled.size(); ++i) {
    const std::string_view rest = demangled.substr(i);
    if (starts_with(rest, "(anonymous namespace)")) {
      i += std::string_view("(anonymous namespace)").size() - 1;
    } else if (starts_with(rest, "operator")) {
      // Everything from here to the parameters is the operator's symbol or target type.
      const std::size_t parameters = rest.find('(', starts_with(rest, "operator()") ? 10 : 8);
      if (nesting == 0)
        return demangled.substr(begin, i + std::min(parameters, rest.size()) - begin);
      i += 7;
      while (i + 1 < demangled.size() &&
             std::string_view("<>=!()-").find(demangled[i + 1]) != std::string_view::npos)
        ++i;
    } else if (demangled[i] == '<' || demangled[i] == '{') {
      ++nesting;
    } else if (demangled[i] == '>' || demangled[i] == '}') {
      --nesting;
    } else if (nesting == 0 && demangled[i] == '(') {
      return demangled.substr(begin, i - begin);
    } else if (nesting == 0 && demangled[i] == ' ') {
      begin = i + 1;
    }
  }
  return demangled.substr(begin);
}

Owner owner_of(const Frame& frame) {
  if (is_library_module(frame.module)) return Owner::library;
  if (starts_with_any(frame.module, {"libgtest", "libgmock", "librapidcheck"}))
    return Owner::framework;
  const std::string_view name = qualified_name(frame.function);
  if (starts_with_any(name, {"at::", "c10::", "torch::", "caffe2::", "std::", "__gnu_cxx::"}))
    return Owner::library;
  if (starts_with_any(name, {"testing::", "rc::", "fuzzer::", "LLVMFuzzer", "__libc_start"}) ||
      name == "main" || name == "_start")
    return Owner::framework;
  if (is_library_file(frame.file)) return Owner::library;
  const bool is_ours = starts_with(name, "gradgrind::") || !frame.file.empty();
  if (is_ours && is_own_file(frame.file)) return Owner::gradgrind;
  return Owner::user;
}

}  // namespace detail

namespace {

using detail::Frame;
using detail::Owner;

/// The user's frames from the operator outwards: the first, or the last before the code that
/// called the subject.
std::optional<SourceLine> user_frame(const OperatorCall& call, bool outermost) {
  if (call.site == nullptr) return std::nullopt;
  std::optional<SourceLine> found;
  for (const void* const address : call.site->stack) {
    if (detail::is_library_module(detail::module_of(address))) continue;
    for (const Frame& frame : detail::frames_at(address)) {
      const Owner owner = detail::owner_of(frame);
      if (owner == Owner::user) {
        found = SourceLine{frame.function, frame.file, frame.line, frame.module};
        if (!outermost) return found;
      } else if (found && owner != Owner::library) {
        return found;
      }
    }
  }
  return found;
}

}  // namespace

std::optional<SourceLine> source_line(const OperatorCall& call) { return user_frame(call, false); }

std::optional<SourceLine> outermost_source_line(const OperatorCall& call) {
  return user_frame(call, true);
}

std::string to_text(const SourceLine& line) {
  std::string text = line.function.empty() ? line.module : line.function;
  if (line.file.empty()) return line.function.empty() ? text : text + " in " + line.module;
  text += " at " + line.file;
  if (line.line > 0) text += ':' + std::to_string(line.line);
  return text;
}

}  // namespace gradgrind

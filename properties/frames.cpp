#include "properties/frames.h"

#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sstream>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "properties/source_line.h"

namespace gradgrind::detail {
namespace {

using Dies = std::unique_ptr<Dwarf_Die, void (*)(void*)>;

std::string text_or_empty(const char* text) { return text != nullptr ? text : ""; }

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string demangled(const char* symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> text(
      abi::__cxa_demangle(symbol, nullptr, nullptr, &status), std::free);
  return text != nullptr ? text.get() : symbol;
}

/// The die that `die` is an instance of or completes: its abstract origin and its declaration.
Dwarf_Die declaration_of(Dwarf_Die die) {
  for (const unsigned link : {DW_AT_abstract_origin, DW_AT_specification}) {
    Dwarf_Attribute attribute;
    Dwarf_Die target;
    if (dwarf_attr(&die, link, &attribute) != nullptr &&
        dwarf_formref_die(&attribute, &target) != nullptr)
      die = target;
  }
  return die;
}

/// "net::(anonymous namespace)::log_of", from the scopes around a function.
std::string scoped_name(Dwarf_Die* die) {
  Dwarf_Die declaration = declaration_of(*die);
  std::string name = text_or_empty(dwarf_diename(&declaration));
  Dwarf_Die* scopes = nullptr;
  const int count = dwarf_getscopes_die(&declaration, &scopes);
  const Dies owner(scopes, std::free);
  for (int i = 1; i < count; ++i) {
    const int tag = dwarf_tag(&scopes[i]);
    if (tag == DW_TAG_compile_unit || tag == DW_TAG_lexical_block) continue;
    // A local class: its function may be declared elsewhere, inside a class of its own.
    if (tag == DW_TAG_subprogram) return scoped_name(&scopes[i]) + "::" + name;
    const char* const scope = dwarf_diename(&scopes[i]);
    const char* const nameless = tag == DW_TAG_namespace ? "(anonymous namespace)" : "{lambda}";
    name.insert(0, std::string(scope != nullptr ? scope : nameless) + "::");
  }
  return name;
}

/// Name of a function or inlined function: the linkage name where there is one, for its parameters.
std::string function_name(Dwarf_Die* die) {
  Dwarf_Attribute attribute;
  if (const char* const text =
          dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute)))
    return demangled(text);
  return scoped_name(die);
}

/// Where an inlined function was called.
std::pair<std::string, int> call_site(Dwarf_Die* unit, Dwarf_Die* inlined) {
  Dwarf_Attribute attribute;
  Dwarf_Word file = 0;
  Dwarf_Word line = 0;
  Dwarf_Files* files = nullptr;
  std::size_t count = 0;
  if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) != 0 ||
      dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) != 0 ||
      dwarf_getsrcfiles(unit, &files, &count) != 0)
    return {};
  return {text_or_empty(dwarf_filesrc(files, file, nullptr, nullptr)), static_cast<int>(line)};
}

/// The function whose symbol covers the address; empty in a stripped module.
std::string symbol_at(Dwfl_Module* module, Dwarf_Addr address) {
  GElf_Off offset = 0;
  GElf_Sym symbol{};
  const char* const name =
      dwfl_module_addrinfo(module, address, &offset, &symbol, nullptr, nullptr, nullptr);
  return name != nullptr && offset < symbol.st_size ? demangled(name) : std::string();
}

/// The function at an address and those inlined there, without their module; empty without debug
/// info.
std::vector<Frame> frames_from_debug_info(Dwfl_Module* module, Dwarf_Addr address) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* const unit = dwfl_module_addrdie(module, address, &bias);
  if (unit == nullptr) return {};

  std::string file;
  int line = 0;
  if (Dwfl_Line* const entry = dwfl_module_getsrc(module, address))
    file = text_or_empty(dwfl_lineinfo(entry, nullptr, &line, nullptr, nullptr, nullptr));

  // dwarf_getscopes goes from an inlined function to where it was written; what is wanted is where
  // it was inlined, the chain of dies around it.
  Dwarf_Die* innermost = nullptr;
  if (dwarf_getscopes(unit, address - bias, &innermost) <= 0) return {};
  const Dies innermost_owner(innermost, std::free);
  Dwarf_Die* scopes = nullptr;
  const int count = dwarf_getscopes_die(&innermost[0], &scopes);
  const Dies owner(scopes, std::free);
  std::vector<Frame> frames;
  for (int i = 0; i < count; ++i) {
    const int tag = dwarf_tag(&scopes[i]);
    if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) continue;
    frames.push_back({function_name(&scopes[i]), file, line, {}});
    if (tag == DW_TAG_subprogram) break;
    std::tie(file, line) = call_site(unit, &scopes[i]);
  }
  if (frames.empty() && !file.empty()) frames.push_back({{}, file, line, {}});
  return frames;
}

// libdw's own search would end at a debuginfod server, which no test run may wait for.
int find_debug_info(Dwfl_Module* module, void** data, const char* name, Dwarf_Addr base,
                    const char* file, const char* link, GElf_Word crc, char** found) {
  return dwfl_build_id_find_debuginfo(module, data, name, base, file, link, crc, found);
}

/// One libdw session over this process, with what it has found out.
class Resolver {
 public:
  Resolver() : session_(dwfl_begin(&callbacks())) { report(); }

  const std::vector<Frame>& frames_at(const void* return_address) {
    const auto [it, is_new] = known_.try_emplace(return_address);
    if (is_new) it->second = resolve(call_address(return_address));
    return it->second;
  }

  std::string module_of(const void* return_address) {
    return module_name(module_at(call_address(return_address)));
  }

 private:
  struct EndSession {
    void operator()(Dwfl* session) const { dwfl_end(session); }
  };

  static const Dwfl_Callbacks& callbacks() {
    static const Dwfl_Callbacks callbacks{dwfl_linux_proc_find_elf, find_debug_info, nullptr,
                                          nullptr};
    return callbacks;
  }

  void report() {
    dwfl_report_begin_add(session_.get());
    dwfl_linux_proc_report(session_.get(), getpid());
    dwfl_report_end(session_.get(), nullptr, nullptr);
  }

  /// The call is the instruction before the one that it returns to.
  static Dwarf_Addr call_address(const void* return_address) {
    return reinterpret_cast<std::uintptr_t>(return_address) - 1;
  }

  static std::string module_name(Dwfl_Module* module) {
    if (module == nullptr) return {};
    return base_name(text_or_empty(
        dwfl_module_info(module, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr)));
  }

  Dwfl_Module* module_at(Dwarf_Addr address) {
    if (Dwfl_Module* const module = dwfl_addrmodule(session_.get(), address)) return module;
    report();  // The library may have been loaded since.
    return dwfl_addrmodule(session_.get(), address);
  }

  std::vector<Frame> resolve(Dwarf_Addr address);

  std::unique_ptr<Dwfl, EndSession> session_;
  std::unordered_map<const void*, std::vector<Frame>> known_;
};

std::vector<Frame> Resolver::resolve(Dwarf_Addr address) {
  Dwfl_Module* const module = module_at(address);
  if (module == nullptr) return {Frame{}};
  std::vector<Frame> frames = frames_from_debug_info(module, address);
  if (frames.empty()) frames.emplace_back();
  Frame& physical = frames.back();
  // -g1 says nothing of the scopes around a function; its symbol does.
  const bool is_bare = physical.function.find_first_of(":(") == std::string::npos;
  if (physical.function.empty()) {
    physical.function = symbol_at(module, address);
  } else if (is_bare) {
    const std::string symbol = symbol_at(module, address);
    if (!symbol.empty()) physical.function = qualified_name(symbol);
  }
  for (Frame& frame : frames) frame.module = module_name(module);
  if (physical.function.empty()) {
    Dwarf_Addr start = 0;
    dwfl_module_info(module, nullptr, &start, nullptr, nullptr, nullptr, nullptr, nullptr);
    std::ostringstream offset;
    offset << "+0x" << std::hex << address + 1 - start;
    physical.module += offset.str();
  }
  return frames;
}

template <class Use>
auto with_resolver(const Use& use) {
  static std::mutex mutex;
  static Resolver resolver;
  const std::lock_guard<std::mutex> lock(mutex);
  return use(resolver);
}

}  // namespace

std::string module_of(const void* return_address) {
  return with_resolver([&](Resolver& resolver) { return resolver.module_of(return_address); });
}

std::vector<Frame> frames_at(const void* return_address) {
  return with_resolver([&](Resolver& resolver) { return resolver.frames_at(return_address); });
}

}  // namespace gradgrind::detail

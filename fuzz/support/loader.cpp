#include "gradgrind/fuzz/loader.h"

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>
#include <unordered_map>

namespace gradgrind {
namespace {

constexpr std::size_t kMostHex = 64;

std::string hexadecimal(const std::string& bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char letter : bytes.substr(0, kMostHex)) {
    const auto byte = static_cast<unsigned char>(letter);
    text += text.empty() ? "" : " ";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  if (bytes.size() > kMostHex) text += " ... (" + std::to_string(bytes.size()) + " bytes)";
  return bytes.empty() ? "nothing" : text;
}

}  // namespace

std::string_view name(Way way) {
  switch (way) {
    case Way::stream:
      return "stream";
    case Way::file:
      return "file";
    default:
      return "memory";
  }
}

const std::string& type_name(const std::type_info& type) {
  thread_local std::unordered_map<const std::type_info*, std::string> known;
  const auto [name, is_new] = known.try_emplace(&type, type.name());
  if (is_new) {
    int status = 0;
    char* const demangled = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
    if (status == 0) name->second = demangled;
    std::free(demangled);
  }
  return name->second;
}

std::vector<Way> Loader::ways() const {
  std::vector<Way> list;
  if (data_->memory != nullptr) list.push_back(Way::memory);
  if (data_->stream != nullptr) list.push_back(Way::stream);
  if (data_->file != nullptr) list.push_back(Way::file);
  return list;
}

std::vector<std::string> Loader::problems() const {
  const std::string where =
      std::string(data_->location.file) + ":" + std::to_string(data_->location.line) + ": ";
  std::vector<std::string> list;
  if (!data_->format.has_value()) {
    list.push_back(where + "loader(\"" + name() +
                   "\") has no format; describe one with gg::format(), or take one of gg::formats");
  }
  if (ways().empty()) {
    list.push_back(where + "loader(\"" + name() +
                   "\") has no way in; give it .memory(), .stream() or .file()");
  }
  for (const auto& [damage, reason] : data_->tolerated) {
    if (find_damage_class(damage) != nullptr) continue;
    std::vector<std::string> known;
    for (const DamageClass& one : damage_classes()) known.emplace_back(one.name);
    list.push_back(where + unknown_name("class of damage", damage, known));
  }
  return list;
}

std::string LoaderFinding::report() const {
  std::string text = loader + ": " + verdict + "\n\n";
  text += "  file      " + what + "\n";
  text += "  seen      " + message + "\n";
  text += "  damage    " + damage + "\n";
  text += "  way in    " + std::string(name(way)) + "\n";
  text += "  bytes     " + hexadecimal(bytes) + "\n";
  return text;
}

}  // namespace gradgrind

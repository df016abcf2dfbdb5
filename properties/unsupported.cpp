#include "properties/unsupported.h"

#include <cctype>

namespace gradgrind {
namespace {

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

constexpr std::size_t kLongestSite = 160;

}  // namespace

std::string unsupported_reason(const std::string& message) {
  const std::string line = message.substr(0, message.find('\n'));
  // "addmm_impl_cpu_" not implemented for 'Half'
  if (contains(line, "not implemented for '")) return "no kernel for this dtype: " + line;
  // Could not run 'aten::...' with arguments from the 'Meta' backend
  if (contains(line, "Could not run 'aten::")) return "no kernel for this device: " + line;
  // linalg.inv: Low precision dtypes not supported. Got Half
  if (contains(line, "Low precision dtypes not supported")) {
    return "no kernel for this dtype: " + line;
  }
  // oneDNN and cuDNN refusals that name a dtype
  if (contains(line, "unsupported data type") || contains(line, "Unsupported dtype")) {
    return "no kernel for this dtype: " + line;
  }
  // Batch norm in training refuses a channel with one value; its contract cannot say so.
  if (contains(line, "Expected more than 1 value per channel when training")) {
    return "batch statistics need more than one value per channel";
  }
  return {};
}

bool is_out_of_memory(const std::string& message) {
  return contains(message, "std::bad_alloc") || contains(message, "can't allocate memory") ||
         contains(message, "CUDA out of memory");
}

std::string normalised(const std::string& message) {
  std::string result;
  for (const char letter : message.substr(0, message.find('\n'))) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(letter)) != 0;
    if (is_digit && !result.empty() && result.back() == '#') continue;
    result += is_digit ? '#' : letter;
  }
  return result.substr(0, kLongestSite);
}

}  // namespace gradgrind

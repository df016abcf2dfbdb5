#include <algorithm>

#include "fuzz/support/engine.h"

namespace gradgrind::fuzz {
namespace {

// The end first: what is not there decodes to the simplest.
bool drop_blocks(std::string& input, std::size_t size, const FailsAlike& fails_alike) {
  bool is_smaller = false;
  for (std::size_t end = input.size(); end > 0;) {
    const std::size_t begin = end > size ? end - size : 0;
    std::string candidate = input;
    candidate.erase(begin, end - begin);
    if (fails_alike(candidate)) {
      input = std::move(candidate);
      is_smaller = true;
    }
    end = begin;
  }
  return is_smaller;
}

bool clear_blocks(std::string& input, std::size_t size, const FailsAlike& fails_alike) {
  bool is_simpler = false;
  for (std::size_t begin = 0; begin < input.size(); begin += size) {
    std::string candidate = input;
    const auto from = candidate.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::size_t count = std::min(size, input.size() - begin);
    std::fill(from, from + static_cast<std::ptrdiff_t>(count), '\0');
    if (candidate == input || !fails_alike(candidate)) continue;
    input = std::move(candidate);
    is_simpler = true;
  }
  return is_simpler;
}

}  // namespace

std::string shrink_bytes(Bytes input, const FailsAlike& fails_alike) {
  std::string smallest(input);
  for (bool is_smaller = true; is_smaller;) {
    is_smaller = false;
    for (std::size_t size = smallest.size(); size > 0; size /= 2) {
      is_smaller = drop_blocks(smallest, size, fails_alike) || is_smaller;
    }
    for (std::size_t size = smallest.size(); size > 0; size /= 2) {
      is_smaller = clear_blocks(smallest, size, fails_alike) || is_smaller;
    }
  }
  return smallest;
}

}  // namespace gradgrind::fuzz

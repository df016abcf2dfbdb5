#include "gradgrind/generators/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

constexpr std::uint64_t kGoldenGamma = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t kRealSteps = 0xffffffffULL;

__extension__ using Wide = unsigned __int128;

/// `word` scaled to 0 .. count-1. An option is at most 2^-64 off its share.
std::uint64_t scaled(std::uint64_t word, std::uint64_t count) {
  return static_cast<std::uint64_t>((static_cast<Wide>(word) * count) >> 64);
}

void require_options(Facet facet, std::uint64_t count) {
  if (count > 0) return;
  throw UsageError(fmt::format(
      "Source::pick(\"{}\", 0): a choice needs at least one option; pass a count of 1 or more",
      facet.name));
}

std::size_t width_of(std::uint64_t count) {
  if (count <= 0x100) return 1;
  if (count <= 0x10000) return 2;
  return count <= 0x100000000ULL ? 4 : 8;
}

}  // namespace

std::int64_t Source::integer(std::int64_t lowest, std::int64_t highest) {
  if (lowest > highest) {
    throw UsageError(fmt::format(
        "Source::integer({}, {}): the lowest is above the highest; swap them", lowest, highest));
  }
  const auto base = static_cast<std::uint64_t>(lowest);
  const std::uint64_t count = static_cast<std::uint64_t>(highest) - base + 1;
  // All 2^64 values are one more than a count can say.
  const std::uint64_t offset = count == 0 ? key() : below(count);
  return static_cast<std::int64_t>(base + offset);
}

double Source::real(double lowest, double highest) {
  if (!(lowest <= highest) || !std::isfinite(lowest) || !std::isfinite(highest)) {
    throw UsageError(fmt::format(
        "Source::real({}, {}): bounds must be finite and the lowest at most the highest", lowest,
        highest));
  }
  const double part = static_cast<double>(below(kRealSteps + 1)) / static_cast<double>(kRealSteps);
  // Weighing the ends does not overflow where their difference would.
  return std::clamp(lowest * (1 - part) + highest * part, lowest, highest);
}

std::uint64_t RandomSource::pick(Facet facet, std::uint64_t count) {
  require_options(facet, count);
  return scaled(key(), count);
}

std::uint64_t RandomSource::key() {
  const std::uint64_t word = mix(state_);
  state_ += kGoldenGamma;
  return word;
}

std::uint64_t ByteSource::pick(Facet facet, std::uint64_t count) {
  require_options(facet, count);
  return read(width_of(count)) % count;
}

std::uint64_t ByteSource::key() { return read(8); }

std::uint64_t ByteSource::read(std::size_t width) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < width && next_ < size_; ++i) {
    word |= static_cast<std::uint64_t>(bytes_[next_++]) << (8 * i);
  }
  return word;
}

std::uint64_t hash(std::string_view text) {
  std::uint64_t state = 0xcbf29ce484222325ULL;
  for (const char letter : text) {
    state = (state ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL;
  }
  return mix(state);
}

}  // namespace gradgrind

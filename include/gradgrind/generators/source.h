// Where choices come from: one generator, many engines.
//
// Layer 2, generators. Generation asks a Source and nothing else, so one definition of a domain
// serves random testing, fuzzing and the enumeration of edges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gradgrind {

/// A choice that has a name, so that the edge enumerator can steer it. Choices without one are
/// details that no enumeration looks at.
struct Facet {
  std::string_view name;    ///< "dim B", "dtype", "x.layout"; stable over cases. Empty: no facet.
  std::uint64_t edges = 0;  ///< The enumerator walks the options 0 .. edges-1.
};

/// A stream of bounded choices. The simplest answer to each is 0.
class Source {
 public:
  virtual ~Source() = default;

  /// One of `count` options, 0 <= result < count. `count` is at least 1.
  virtual std::uint64_t pick(Facet facet, std::uint64_t count) = 0;

  /// 64 bits that select the contents of a whole tensor.
  virtual std::uint64_t key() = 0;

  std::uint64_t below(std::uint64_t count) { return pick({}, count); }
  /// lowest <= result <= highest; the simplest is `lowest`.
  std::int64_t integer(std::int64_t lowest, std::int64_t highest);
  /// lowest <= result <= highest, on a grid of 2^32 values with both ends.
  double real(double lowest, double highest);
  bool flag() { return below(2) == 1; }
};

/// Random choices, a pure function of the seed.
class RandomSource final : public Source {
 public:
  explicit RandomSource(std::uint64_t seed) : state_(seed) {}
  std::uint64_t pick(Facet facet, std::uint64_t count) override;
  std::uint64_t key() override;

 private:
  std::uint64_t state_;
};

/// Choices decoded from bytes, for fuzzing. Any bytes decode; when they are used up every further
/// choice is 0, the simplest. A choice among up to 256 takes one byte, among up to 65,536 two, else
/// four or eight; a byte keeps its meaning when a later one changes.
class ByteSource final : public Source {
 public:
  /// The bytes must outlive the source.
  ByteSource(const std::uint8_t* bytes, std::size_t size) : bytes_(bytes), size_(size) {}
  std::uint64_t pick(Facet facet, std::uint64_t count) override;
  std::uint64_t key() override;

 private:
  std::uint64_t read(std::size_t width);
  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t next_ = 0;
};

/// A well mixed 64-bit value of `value` (the finaliser of splitmix64, Steele, Lea and Flood 2014).
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// A stable 64-bit hash of a text (FNV-1a, mixed): the same on every machine and in every version.
std::uint64_t hash(std::string_view text);

}  // namespace gradgrind

#include "fuzz/support/case_seeds.h"

#include <string>

#include "generators/edges.h"
#include "gradgrind/generators/case.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

constexpr std::size_t kEdges = 6;
constexpr std::size_t kRandom = 5;
constexpr std::size_t kMostBytes = 200;

// Passes the choices of another source on, and writes the bytes from which a ByteSource makes the
// same ones.
class ByteRecorder final : public Source {
 public:
  explicit ByteRecorder(Source& source) : source_(source) {}

  std::uint64_t pick(Facet facet, std::uint64_t count) override {
    return write(source_.pick(facet, count), width_of(count));
  }
  std::uint64_t key() override { return write(source_.key(), 8); }

  // Without zeros at the end: they are what a ByteSource answers when bytes are used up.
  std::string bytes() const { return bytes_.substr(0, bytes_.find_last_not_of('\0') + 1); }

 private:
  // How many bytes a ByteSource reads for a choice: the byte behind them says its own place.
  static std::size_t width_of(std::uint64_t count) {
    const std::uint8_t places[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    ByteSource source(places, sizeof(places));
    source.below(count);
    return source.below(256);
  }

  std::uint64_t write(std::uint64_t word, std::size_t width) {
    for (std::size_t i = 0; i < width; ++i) bytes_.push_back(static_cast<char>(word >> (8 * i)));
    return word;
  }

  Source& source_;
  std::string bytes_;
};

// The byte that chooses `property`.
char byte_of(const PropertyChoice& choice, std::size_t property) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (choice[static_cast<std::uint8_t>(byte)] == property) return static_cast<char>(byte);
  }
  return 0;
}

}  // namespace

std::string drawn_case(const CaseSpace& space, Source& source) {
  ByteRecorder recorder(source);
  space.generate(recorder);
  return recorder.bytes();
}

std::vector<Seed> case_seeds(const CaseSpace& space, const PropertyChoice& choice,
                             std::size_t properties) {
  std::vector<Seed> seeds;
  constexpr std::size_t kAll = 1 + kEdges + kRandom;
  const auto add = [&](const std::string& name, Source& source) {
    const std::size_t property = (seeds.size() * properties / kAll) % properties;
    const std::string bytes = byte_of(choice, property) + drawn_case(space, source);
    if (bytes.size() <= kMostBytes) seeds.push_back({name, bytes});
  };
  ByteSource nothing(nullptr, 0);
  add("simplest", nothing);
  const std::vector<EdgeRow>& edges = space.edges();
  for (std::size_t i = 1; i <= kEdges; ++i) {
    // The first row is the simplest case.
    const std::size_t row = i * (edges.size() - 1) / kEdges;
    detail::EdgeSource source(edges[row], row);
    if (row > 0) add("edge_" + std::to_string(row), source);
  }
  for (std::size_t i = 0; i < kRandom; ++i) {
    RandomSource source(i);
    add("random_" + std::to_string(i), source);
  }
  return seeds;
}

}  // namespace gradgrind::fuzz

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

// The byte that chooses `property`.
char byte_of(const PropertyChoice& choice, std::size_t property) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (choice[static_cast<std::uint8_t>(byte)] == property) return static_cast<char>(byte);
  }
  return 0;
}

}  // namespace

std::vector<Seed> case_seeds(const CaseSpace& space, const PropertyChoice& choice,
                             std::size_t properties) {
  std::vector<Seed> seeds;
  constexpr std::size_t kAll = 1 + kEdges + kRandom;
  const auto add = [&](const std::string& name, Source& source) {
    ByteRecorder recorder(source);
    space.generate(recorder);
    const std::size_t property = (seeds.size() * properties / kAll) % properties;
    const std::string bytes = byte_of(choice, property) + recorder.bytes();
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

// Enumeration of edge cases: discovers the facets of a generator and covers their options.
// Internal.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::detail {

/// A facet that a generator asked for.
struct FoundFacet {
  std::string name;
  std::uint64_t edges = 0;
  /// Options of other facets with which this one is asked for at all: that of an optional input's
  /// values says "x.present" is 1. Empty where the simplest case asks for it.
  EdgeRow needs;
};

/// A generator's code, run for the choices that it asks for.
using Generation = std::function<void(Source&)>;

/// Answers the facets of a row with its options, everything else as a RandomSource does.
class EdgeSource final : public Source {
 public:
  EdgeSource(EdgeRow row, std::uint64_t seed) : row_(std::move(row)), rest_(seed) {}
  std::uint64_t pick(Facet facet, std::uint64_t count) override;
  std::uint64_t key() override { return rest_.key(); }

 private:
  EdgeRow row_;
  RandomSource rest_;
};

/// Every facet that `generate` asks for, in the order of discovery. Runs it once for each option of
/// each facet found, all else at its simplest, so facets behind one or several others are found
/// too.
std::vector<FoundFacet> discover_facets(const Generation& generate);

/// Rows over all facets; the first holds option 0 of each. Every pair of options of two facets
/// appears in a row that also has what the two need, if at most `most_rows` rows do that; else
/// every option of a facet appears in one. Deterministic.
std::vector<EdgeRow> edge_rows(const std::vector<FoundFacet>& facets, std::size_t most_rows);

/// The option that `row` holds for a facet, or nullptr.
const std::uint64_t* option_of(const EdgeRow& row, std::string_view facet);

}  // namespace gradgrind::detail

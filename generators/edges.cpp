#include "generators/edges.h"

#include <algorithm>
#include <map>
#include <utility>

namespace gradgrind::detail {
namespace {

/// Answers a row's facets from it and all else with 0, and keeps what it was asked.
class RecordingSource final : public Source {
 public:
  explicit RecordingSource(const EdgeRow& row) : row_(row) {}

  std::uint64_t pick(Facet facet, std::uint64_t count) override {
    if (facet.name.empty() || facet.edges < 2) return 0;
    asked_.emplace_back(facet.name, std::min(facet.edges, count));
    const std::uint64_t* option = option_of(row_, facet.name);
    return option == nullptr ? 0 : *option % count;
  }

  std::uint64_t key() override { return 0; }

  /// Name and number of edges, in the order asked, repeats included.
  const EdgeRow& asked() const { return asked_; }

 private:
  const EdgeRow& row_;
  EdgeRow asked_;
};

}  // namespace

const std::uint64_t* option_of(const EdgeRow& row, std::string_view facet) {
  for (const auto& [name, option] : row) {
    if (name == facet) return &option;
  }
  return nullptr;
}

std::uint64_t EdgeSource::pick(Facet facet, std::uint64_t count) {
  const std::uint64_t* option = facet.name.empty() ? nullptr : option_of(row_, facet.name);
  // Some cases offer fewer options of a facet than the enumeration saw.
  return option == nullptr ? rest_.pick(facet, count) : *option % count;
}

std::vector<FoundFacet> discover_facets(const Generation& generate) {
  std::vector<FoundFacet> facets;
  std::map<std::string, std::size_t> places;
  const auto run = [&](const EdgeRow& row) {
    RecordingSource source(row);
    generate(source);
    for (const auto& [name, edges] : source.asked()) {
      const auto [place, is_new] = places.emplace(name, facets.size());
      if (is_new) facets.push_back({name, 0, row});
      FoundFacet& facet = facets[place->second];
      facet.edges = std::max(facet.edges, edges);
    }
  };
  run({});
  for (std::size_t i = 0; i < facets.size(); ++i) {
    for (std::uint64_t option = 1; option < facets[i].edges; ++option) {
      EdgeRow row = facets[i].needs;
      row.emplace_back(facets[i].name, option);
      run(row);
    }
  }
  return facets;
}

}  // namespace gradgrind::detail

#include <algorithm>
#include <optional>

#include "generators/edges.h"

namespace gradgrind::detail {
namespace {

/// One option of one facet, by the facet's place in the list.
struct Setting {
  std::size_t facet = 0;
  std::uint64_t option = 0;
};

/// The options of all facets.
using Options = std::vector<std::uint64_t>;

/// The facets of an enumeration by number, with what each needs.
class Facets {
 public:
  explicit Facets(const std::vector<FoundFacet>& found) : found_(found), needs_(found.size()) {
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (std::size_t j = 0; j < found.size(); ++j) {
        const std::uint64_t* option = option_of(found[i].needs, found[j].name);
        if (option != nullptr) needs_[i].push_back({j, *option});
      }
    }
  }

  std::size_t count() const { return found_.size(); }
  std::uint64_t edges(std::size_t facet) const { return found_[facet].edges; }
  const std::vector<Setting>& needs(std::size_t facet) const { return needs_[facet]; }

  EdgeRow row(const Options& options) const {
    EdgeRow row;
    for (std::size_t i = 0; i < count(); ++i) row.emplace_back(found_[i].name, options[i]);
    return row;
  }

  /// A fixed option of each facet that differs from row to row.
  Options scattered(std::size_t row) const {
    Options options;
    for (const FoundFacet& facet : found_) {
      options.push_back(mix(hash(facet.name) + row) % facet.edges);
    }
    return options;
  }

 private:
  const std::vector<FoundFacet>& found_;
  std::vector<std::vector<Setting>> needs_;
};

/// A greedy pairwise covering: each row starts from the first pair that is still missing and gives
/// the other facets, one after another, the option that brings most missing pairs with it.
class PairCovering {
 public:
  explicit PairCovering(const Facets& facets) : facets_(facets) {
    for (std::size_t i = 0; i < facets_.count(); ++i) {
      first_place_.push_back(places_);
      places_ += facets_.edges(i);
    }
    is_covered_.assign(places_ * places_, false);
  }

  /// The rows, or nothing when they are more than `most_rows`.
  std::optional<std::vector<Options>> rows(std::size_t most_rows) {
    std::vector<Options> rows = {Options(facets_.count(), 0)};
    cover(rows.front());
    for (std::size_t a = 0; a < facets_.count(); ++a) {
      for (std::size_t b = a + 1; b < facets_.count(); ++b) {
        for (std::uint64_t i = 0; i < facets_.edges(a); ++i) {
          for (std::uint64_t j = 0; j < facets_.edges(b); ++j) {
            if (is_covered({a, i}, {b, j})) continue;
            if (rows.size() == most_rows) return std::nullopt;
            rows.push_back(completed({{a, i}, {b, j}}, rows.size()));
            cover(rows.back());
          }
        }
      }
    }
    return rows;
  }

 private:
  using Partial = std::vector<std::optional<std::uint64_t>>;

  std::size_t pair_place(Setting a, Setting b) const {
    return (first_place_[a.facet] + a.option) * places_ + first_place_[b.facet] + b.option;
  }

  bool is_covered(Setting a, Setting b) const {
    return is_covered_[a.facet < b.facet ? pair_place(a, b) : pair_place(b, a)];
  }

  void cover(const Options& row) {
    for (std::size_t b = 0; b < row.size(); ++b) {
      for (std::size_t a = 0; a < b; ++a) {
        if (has_needs(row, a, b) && has_needs(row, b, a)) {
          is_covered_[pair_place({a, row[a]}, {b, row[b]})] = true;
        }
      }
    }
  }

  /// Whether `row` has what `facet` needs, as far as that is left open by the pair it makes with
  /// `other`, whose own needs come first where the two contradict each other.
  bool has_needs(const Options& row, std::size_t facet, std::size_t other) const {
    const auto& prior = facets_.needs(std::min(facet, other));
    return std::all_of(
        facets_.needs(facet).begin(), facets_.needs(facet).end(), [&](const Setting& need) {
          const auto same = std::find_if(prior.begin(), prior.end(), [&](const Setting& a_prior) {
            return a_prior.facet == need.facet;
          });
          const bool is_outvoted = same != prior.end() && same->option != need.option;
          return need.facet == other || is_outvoted || row[need.facet] == need.option;
        });
  }

  Options completed(const std::vector<Setting>& pair, std::size_t number) const {
    Partial partial(facets_.count());
    for (const Setting& setting : pair) partial[setting.facet] = setting.option;
    for (const Setting& setting : pair) {
      for (const Setting& need : facets_.needs(setting.facet)) {
        if (!partial[need.facet]) partial[need.facet] = need.option;
      }
    }
    const Options scattered = facets_.scattered(number);
    for (std::size_t facet = 0; facet < partial.size(); ++facet) {
      if (!partial[facet]) partial[facet] = best_option(partial, facet, scattered[facet]);
    }
    Options row;
    for (const auto& option : partial) row.push_back(*option);
    return row;
  }

  /// The option with most pairs that are missing; of equals the first from `preferred` on.
  std::uint64_t best_option(const Partial& partial, std::size_t facet,
                            std::uint64_t preferred) const {
    std::uint64_t best = preferred;
    std::size_t best_gain = 0;
    for (std::uint64_t i = 0; i < facets_.edges(facet); ++i) {
      const std::uint64_t option = (preferred + i) % facets_.edges(facet);
      std::size_t gain = 0;
      for (std::size_t other = 0; other < partial.size(); ++other) {
        if (partial[other] && !is_covered({facet, option}, {other, *partial[other]})) ++gain;
      }
      if (gain > best_gain) {
        best = option;
        best_gain = gain;
      }
    }
    return best;
  }

  const Facets& facets_;
  std::vector<std::size_t> first_place_;
  std::size_t places_ = 0;
  std::vector<bool> is_covered_;
};

/// Whether two facets alone have more pairs of options than there may be rows.
bool is_hopeless(const std::vector<FoundFacet>& found, std::size_t most_rows) {
  std::uint64_t largest = 1;
  std::uint64_t second = 1;
  for (const FoundFacet& facet : found) {
    second = std::max(second, std::min(largest, facet.edges));
    largest = std::max(largest, facet.edges);
  }
  return largest * second > most_rows;
}

/// All simplest, then a row for each option that this one does not show.
std::vector<Options> single_rows(const Facets& facets) {
  std::vector<Options> rows = {Options(facets.count(), 0)};
  for (std::size_t facet = 0; facet < facets.count(); ++facet) {
    const std::uint64_t first = facets.needs(facet).empty() ? 1 : 0;
    for (std::uint64_t option = first; option < facets.edges(facet); ++option) {
      Options row = facets.scattered(rows.size());
      for (const Setting& need : facets.needs(facet)) row[need.facet] = need.option;
      row[facet] = option;
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace

std::vector<EdgeRow> edge_rows(const std::vector<FoundFacet>& facets, std::size_t most_rows) {
  const Facets numbered(facets);
  std::optional<std::vector<Options>> options;
  if (!is_hopeless(facets, most_rows)) options = PairCovering(numbered).rows(most_rows);
  if (!options) options = single_rows(numbered);
  std::vector<EdgeRow> rows;
  for (const Options& row : *options) rows.push_back(numbered.row(row));
  return rows;
}

}  // namespace gradgrind::detail

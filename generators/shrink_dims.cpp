#include <algorithm>
#include <numeric>
#include <optional>
#include <set>

#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

constexpr std::uint64_t kWeightSeeds = 8;
/// How far a block may grow or shrink until the size it leaves is legal.
constexpr std::int64_t kLegalSearch = 64;

std::vector<std::int64_t> leading(std::int64_t count) {
  std::vector<std::int64_t> indices(static_cast<std::size_t>(count));
  std::iota(indices.begin(), indices.end(), 0);
  return indices;
}

/// One free dim of the case that is being shrunk.
class FreeDim {
 public:
  FreeDim(Shrinker& shrinker, const Dim& dim) : shrinker_(shrinker), dim_(dim) {
    const auto& built_from = shrinker.options().built_from;
    changes_weights_ =
        std::find(built_from.begin(), built_from.end(), dim.name) != built_from.end();
  }

  void shrink() {
    if (size() <= dim_.lowest) return;
    const std::optional<std::int64_t> lowest = lowest_legal();
    if (!lowest || keep(leading(*lowest))) return;
    if (shows_in_a_tensor()) {
      drop_blocks(shrinker_, size(), *lowest,
                  [this](std::int64_t begin, std::int64_t count) { return drop(begin, count); });
    } else {
      bisect(*lowest);
    }
  }

 private:
  std::int64_t size() const { return shrinker_.best().dims[dim_.name]; }

  bool is_legal(std::int64_t size) const {
    return size >= dim_.lowest &&
           shrinker_.space().dims().with_size(shrinker_.best().dims, dim_.name, size).has_value();
  }

  std::optional<std::int64_t> lowest_legal() const {
    const std::int64_t end = std::min(size(), dim_.lowest + kLegalSearch);
    for (std::int64_t candidate = dim_.lowest; candidate < end; ++candidate) {
      if (is_legal(candidate)) return candidate;
    }
    return std::nullopt;
  }

  bool shows_in_a_tensor() const {
    const CaseSpace& space = shrinker_.space();
    for (std::size_t input = 0; input < shrinker_.best().inputs.size(); ++input) {
      for (const ShapeExpr::Entry& entry : space.shape_of(input).entries()) {
        if (entry.dim && space.dims().depends_on(*entry.dim, dim_.name)) return true;
      }
    }
    return false;
  }

  /// Tries the case with only the indices `kept`.
  bool keep(const std::vector<std::int64_t>& kept) {
    const auto& built_from = shrinker_.options().built_from;
    auto candidate = shrinker_.space().sliced(shrinker_.best(), dim_.name, kept, built_from);
    if (!candidate) return false;
    if (shrinker_.offer(*candidate)) return true;
    // Other weights may show the failure at this size; one search for them a size is enough.
    if (!changes_weights_ || !sizes_reseeded_.insert(kept.size()).second) return false;
    candidate->weights.state.clear();
    for (std::uint64_t seed = 0; seed < kWeightSeeds; ++seed) {
      candidate->weights.seed = seed;
      if (shrinker_.offer(*candidate)) return true;
    }
    return false;
  }

  std::int64_t drop(std::int64_t begin, std::int64_t count) {
    const std::int64_t before = size();
    const std::int64_t legal = legal_count(begin, count);
    if (legal == 0) return 0;
    std::vector<std::int64_t> kept = leading(before);
    kept.erase(kept.begin() + begin, kept.begin() + begin + legal);
    return keep(kept) ? legal : 0;
  }

  /// The count nearest to `count`, smaller ones first, after whose removal the size is legal.
  std::int64_t legal_count(std::int64_t begin, std::int64_t count) const {
    for (std::int64_t less = count; less > std::max<std::int64_t>(0, count - kLegalSearch);
         --less) {
      if (is_legal(size() - less)) return less;
    }
    const std::int64_t end = std::min(size() - begin, count + kLegalSearch);
    for (std::int64_t more = count + 1; more <= end; ++more) {
      if (is_legal(size() - more)) return more;
    }
    return 0;
  }

  void bisect(std::int64_t refused) {
    while (size() - refused > 1 && !shrinker_.is_exhausted()) {
      std::int64_t middle = refused + (size() - refused) / 2;
      while (middle > refused && !is_legal(middle)) --middle;
      if (middle == refused) {
        middle = refused + (size() - refused) / 2;
        while (middle < size() && !is_legal(middle)) ++middle;
        if (middle == size()) return;
      }
      if (!keep(leading(middle))) refused = middle;
    }
  }

  Shrinker& shrinker_;
  const Dim& dim_;
  bool changes_weights_ = false;
  std::set<std::size_t> sizes_reseeded_;
};

/// `a_case` with every free dim at its lowest legal size, leading indices kept.
Case with_lowest_dims(const Shrinker& shrinker) {
  const CaseSpace& space = shrinker.space();
  Case smallest = shrinker.best();
  bool is_lower = true;
  // A dim may be held up by one that is lowered after it.
  for (int sweep = 0; sweep < 3 && is_lower; ++sweep) {
    is_lower = false;
    for (const Dim& dim : space.dims().dims()) {
      if (dim.kind != Dim::Kind::free) continue;
      const std::int64_t size = smallest.dims[dim.name];
      const std::int64_t end = std::min(size, dim.lowest + kLegalSearch);
      for (std::int64_t lower = dim.lowest; lower < end; ++lower) {
        auto sliced =
            space.sliced(smallest, dim.name, leading(lower), shrinker.options().built_from);
        if (!sliced) continue;
        smallest = *std::move(sliced);
        is_lower = true;
        break;
      }
    }
  }
  return smallest;
}

void zero(Case& a_case) {
  for (Input& input : a_case.inputs) {
    for (TensorValue& tensor : input.tensors)
      tensor.values = Array(tensor.values.dtype(), tensor.values.shape());
  }
}

}  // namespace

void shrink_everything_at_once(Shrinker& shrinker) {
  Case smallest = with_lowest_dims(shrinker);
  Case zeros = smallest;
  zero(zeros);
  if (shrinker.offer(std::move(zeros)) || shrinker.offer(std::move(smallest))) return;
  zeros = shrinker.best();
  zero(zeros);
  shrinker.offer(std::move(zeros));
}

void shrink_dims(Shrinker& shrinker) {
  for (const Dim& dim : shrinker.space().dims().dims()) {
    if (dim.kind == Dim::Kind::free) FreeDim(shrinker, dim).shrink();
  }
}

}  // namespace gradgrind::shrinking

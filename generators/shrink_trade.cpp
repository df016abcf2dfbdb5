#include <algorithm>
#include <complex>
#include <optional>

#include "generators/case_changes.h"
#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

/// At most this many trades are looked at each time that nothing else helps.
constexpr int kTrades = 60;
/// How far below the highest size of a dim a legal one is looked for.
constexpr std::int64_t kLegalSearch = 64;

std::vector<std::int64_t> range(std::int64_t begin, std::int64_t end) {
  std::vector<std::int64_t> indices;
  for (std::int64_t i = begin; i < end; ++i) indices.push_back(i);
  return indices;
}

void add(Array& sum, const Array& term) {
  if (sum.shape() != term.shape()) return;
  for (std::int64_t i = 0; i < sum.numel(); ++i) {
    const Scalar left = sum.at(i);
    const Scalar right = term.at(i);
    if (const auto* complex = std::get_if<std::complex<double>>(&left)) {
      sum.set(i, *complex + std::get<std::complex<double>>(right));
    } else if (const auto* real = std::get_if<double>(&left)) {
      sum.set(i, *real + std::get<double>(right));
    } else {
      std::int64_t total = 0;
      const bool overflows = __builtin_add_overflow(std::get<std::int64_t>(left),
                                                    std::get<std::int64_t>(right), &total);
      if (!overflows) sum.set(i, total);
    }
  }
}

/// `a_case` with the first `size` indices of `dim`, and the content of the others added to theirs.
std::optional<Case> folded(const Shrinker& shrinker, const Case& a_case, const std::string& dim,
                           std::int64_t size) {
  const std::int64_t before = a_case.dims[dim];
  const auto& built_from = shrinker.options().built_from;
  auto sum = shrinker.space().sliced(a_case, dim, range(0, size), built_from);
  if (!sum || size == 0) return sum;
  for (std::int64_t begin = size; begin < before; begin += size) {
    // The last block overlaps the one before it: more content does no harm, it is shrunk again.
    const std::int64_t first = std::min(begin, before - size);
    const auto term = shrinker.space().sliced(a_case, dim, range(first, first + size), built_from);
    if (!term) return std::nullopt;
    for (std::size_t i = 0; i < sum->inputs.size(); ++i) {
      // What does not depend on the dim is the same in every term.
      if (sum->inputs[i] == a_case.inputs[i]) continue;
      auto& tensors = sum->inputs[i].tensors;
      for (std::size_t j = 0; j < tensors.size(); ++j)
        add(tensors[j].values, term->inputs[i].tensors[j].values);
    }
  }
  return sum;
}

/// Offers fewer indices of `giving` for as many more of `gaining` as the order allows.
class Trade {
 public:
  Trade(Shrinker& shrinker, int& left) : shrinker_(shrinker), left_(left) {}

  /// Offers as much of one dim as is legal, for tensors that get smaller by it.
  bool offer_gain(const Dim& gaining) {
    const std::int64_t size = shrinker_.best().dims[gaining.name];
    for (std::int64_t more = gaining.highest; more > std::max(size, gaining.highest - kLegalSearch);
         --more) {
      const auto larger = detail::grown(shrinker_.space(), shrinker_.best(), gaining.name, more);
      if (larger) return left_-- > 0 && shrinker_.offer(*larger);
    }
    return false;
  }

  /// Offers as much less of both dims as will do, for dims that a relation holds together.
  bool offer_both_lower(const Dim& first, const Dim& second) {
    bool was_accepted = false;
    const auto room = [&] {
      const Dims& dims = shrinker_.best().dims;
      return std::min(dims[first.name] - first.lowest, dims[second.name] - second.lowest);
    };
    for (std::int64_t less = room(); less > 0; less /= 2) {
      while (less <= room() && offer_lower(first, second, less)) was_accepted = true;
    }
    return was_accepted;
  }

  bool offer(const Dim& giving, const Dim* gaining) {
    const std::int64_t size = shrinker_.best().dims[giving.name];
    std::int64_t last = size;
    for (const std::int64_t fewer : {giving.lowest, size / 2, size - 1}) {
      if (fewer < giving.lowest || fewer >= size || fewer == last) continue;
      last = fewer;
      if (gaining == nullptr) {
        if (offer_folded(shrinker_.best(), giving, fewer)) return true;
        continue;
      }
      for (const std::int64_t more : sizes_to_gain(giving, *gaining, fewer)) {
        const auto larger = detail::grown(shrinker_.space(), shrinker_.best(), gaining->name, more);
        if (larger && offer_folded(*larger, giving, fewer)) return true;
      }
    }
    return false;
  }

 private:
  std::vector<std::int64_t> sizes_to_gain(const Dim& giving, const Dim& gaining,
                                          std::int64_t fewer) const {
    const Dims& dims = shrinker_.best().dims;
    const std::int64_t same_product =
        dims[giving.name] * dims[gaining.name] / std::max<std::int64_t>(fewer, 1);
    std::vector<std::int64_t> sizes = {std::min(same_product, gaining.highest), gaining.highest};
    if (sizes[0] == sizes[1]) sizes.pop_back();
    sizes.erase(std::remove_if(sizes.begin(), sizes.end(),
                               [&](std::int64_t size) { return size <= dims[gaining.name]; }),
                sizes.end());
    return sizes;
  }

  bool offer_lower(const Dim& first, const Dim& second, std::int64_t less) {
    const auto lower = [&](const Case& a_case, const Dim& dim) {
      return shrinker_.space().sliced(a_case, dim.name, range(0, a_case.dims[dim.name] - less),
                                      shrinker_.options().built_from);
    };
    const auto one = lower(shrinker_.best(), first);
    const auto both = one ? lower(*one, second) : std::nullopt;
    return both && left_-- > 0 && shrinker_.offer(*both);
  }

  bool offer_folded(const Case& a_case, const Dim& giving, std::int64_t fewer) {
    if (left_-- <= 0) return false;
    auto candidate = folded(shrinker_, a_case, giving.name, fewer);
    if (!candidate) return false;
    return shrinker_.offer(*candidate) || offer_with_other_layouts(*candidate);
  }

  /// What hangs on a layout may need another one at the new shape.
  bool offer_with_other_layouts(const Case& a_case) {
    for (std::size_t i = 0; i < a_case.inputs.size(); ++i) {
      for (std::size_t j = 0; j < a_case.inputs[i].tensors.size(); ++j) {
        if (shrinker_.best().inputs[i].tensors[j].layout.is_contiguous()) continue;
        const Shape& shape = a_case.inputs[i].tensors[j].values.shape();
        for (const Layout& layout : plain_layouts(shrinker_.signature().inputs[i].second, shape)) {
          Case candidate = a_case;
          candidate.inputs[i].tensors[j].layout = layout;
          if (shrinker_.offer(std::move(candidate))) return true;
        }
      }
    }
    return false;
  }

  Shrinker& shrinker_;
  int& left_;
};

}  // namespace

void trade_dims(Shrinker& shrinker) {
  int left = kTrades;
  Trade trade(shrinker, left);
  const std::vector<Dim>& dims = shrinker.space().dims().dims();
  const auto& built_from = shrinker.options().built_from;
  // Weights that a module was built with cannot grow.
  const auto is_traded = [&](const Dim& dim) {
    return dim.kind == Dim::Kind::free &&
           std::find(built_from.begin(), built_from.end(), dim.name) == built_from.end();
  };
  for (const Dim& giving : dims) {
    if (!is_traded(giving)) continue;
    if (trade.offer(giving, nullptr) || trade.offer_gain(giving)) return;
    for (const Dim& gaining : dims) {
      if (&gaining == &giving || !is_traded(gaining)) continue;
      if (trade.offer_both_lower(giving, gaining) || trade.offer(giving, &gaining)) return;
    }
  }
}

}  // namespace gradgrind::shrinking

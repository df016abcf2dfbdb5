#include <algorithm>
#include <numeric>

#include "generators/axis.h"
#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

bool offer_legal(Shrinker& shrinker, Case candidate) {
  shrinker.space().repair(candidate);
  return shrinker.space().mismatch(candidate).empty() && shrinker.offer(std::move(candidate));
}

void shorten_list(Shrinker& shrinker, std::size_t input, const Domain& domain) {
  const auto drop = [&](std::int64_t begin, std::int64_t count) {
    Case candidate = shrinker.best();
    auto& tensors = candidate.inputs[input].tensors;
    tensors.erase(tensors.begin() + begin, tensors.begin() + begin + count);
    return offer_legal(shrinker, std::move(candidate)) ? count : std::int64_t{0};
  };
  const auto length = static_cast<std::int64_t>(shrinker.best().inputs[input].tensors.size());
  if (length <= domain.shortest_list || drop(0, length - domain.shortest_list) > 0) return;
  drop_blocks(shrinker, length, domain.shortest_list, drop);
}

void make_absent(Shrinker& shrinker, std::size_t input) {
  if (shrinker.best().inputs[input].tensors.empty()) return;
  Case candidate = shrinker.best();
  candidate.inputs[input].tensors.clear();
  offer_legal(shrinker, std::move(candidate));
}

/// Drops dims of a tensor that broadcasts, all of them first, then single ones from the front; then
/// collapses the others to size 1.
void collapse_broadcast(Shrinker& shrinker, std::size_t input, std::size_t tensor) {
  const auto collapse = [&](std::size_t count) {
    Case candidate = shrinker.best();
    TensorValue& edited = candidate.inputs[input].tensors[tensor];
    for (std::size_t i = 0; i < count; ++i) remove_axis(edited, 0);
    return offer_legal(shrinker, std::move(candidate));
  };
  const auto shape = [&]() -> const Shape& {
    return shrinker.best().inputs[input].tensors[tensor].values.shape();
  };
  if (shape().empty() || collapse(shape().size())) return;
  while (!shape().empty() && collapse(1)) {
  }
  for (std::size_t axis = 0; axis < shape().size(); ++axis) {
    if (shape()[axis] <= 1) continue;
    Case candidate = shrinker.best();
    keep_slices(candidate.inputs[input].tensors[tensor], axis, {0});
    offer_legal(shrinker, std::move(candidate));
  }
}

/// What a variadic dim of a case may become.
class VariadicDim {
 public:
  VariadicDim(Shrinker& shrinker, const Dim& dim) : shrinker_(shrinker), dim_(dim) {}

  void shrink() {
    while (drop_dims(rank() - static_cast<std::size_t>(dim_.lowest))) {
    }
    for (std::size_t i = 0; i < rank();) i += drop_dims(1, i) ? 0 : 1;
    for (std::size_t i = 0; i < rank(); ++i) {
      const std::int64_t size = sizes()[i];
      if (size <= dim_.lowest_size || keep(i, 0, dim_.lowest_size)) continue;
      drop_blocks(shrinker_, size, dim_.lowest_size, [&](std::int64_t begin, std::int64_t count) {
        return keep_all_but(i, begin, count) ? count : std::int64_t{0};
      });
    }
  }

 private:
  const Shape& sizes() const { return shrinker_.best().dims.variadic.at(dim_.name); }
  std::size_t rank() const { return sizes().size(); }

  /// Tries without `count` of the dims from number `first` on.
  bool drop_dims(std::size_t count, std::size_t first = 0) {
    if (count == 0 || rank() < static_cast<std::size_t>(dim_.lowest) + count) return false;
    Case candidate = shrinker_.best();
    for (std::size_t i = 0; i < count; ++i) {
      edit(candidate, first,
           [](TensorValue& tensor, std::size_t axis) { remove_axis(tensor, axis); });
      Shape& left = candidate.dims.variadic.at(dim_.name);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(first));
    }
    return offer_legal(shrinker_, std::move(candidate));
  }

  bool keep(std::size_t number, std::int64_t begin, std::int64_t count) {
    std::vector<std::int64_t> kept(static_cast<std::size_t>(count));
    std::iota(kept.begin(), kept.end(), begin);
    return keep(number, kept);
  }

  bool keep_all_but(std::size_t number, std::int64_t begin, std::int64_t count) {
    std::vector<std::int64_t> kept(static_cast<std::size_t>(sizes()[number]));
    std::iota(kept.begin(), kept.end(), 0);
    kept.erase(kept.begin() + begin, kept.begin() + begin + count);
    return keep(number, kept);
  }

  bool keep(std::size_t number, const std::vector<std::int64_t>& kept) {
    Case candidate = shrinker_.best();
    edit(candidate, number, [&](TensorValue& tensor, std::size_t axis) {
      // A partner that broadcasts has one slice here, which stays.
      if (tensor.values.shape()[axis] != 1 || sizes()[number] == 1) keep_slices(tensor, axis, kept);
    });
    candidate.dims.variadic.at(dim_.name)[number] = static_cast<std::int64_t>(kept.size());
    return offer_legal(shrinker_, std::move(candidate));
  }

  /// Applies `change` to the axis that dim `number` of the variadic dim is in each tensor.
  template <class Change>
  void edit(Case& candidate, std::size_t number, Change change) const {
    const auto& declared = shrinker_.signature().inputs;
    for (std::size_t input = 0; input < candidate.inputs.size(); ++input) {
      for (TensorValue& tensor : candidate.inputs[input].tensors) {
        const std::string& target = declared[input].second.broadcasts_to;
        const std::size_t shaped = target.empty() ? input : index_of(target);
        for (const std::size_t from_end : axes_from_end(candidate, shaped, number)) {
          const std::size_t tensor_rank = tensor.values.shape().size();
          if (from_end <= tensor_rank) change(tensor, tensor_rank - from_end);
        }
      }
    }
  }

  std::size_t index_of(const std::string& input) const {
    const auto& declared = shrinker_.signature().inputs;
    const auto found = std::find_if(declared.begin(), declared.end(),
                                    [&](const auto& entry) { return entry.first == input; });
    return static_cast<std::size_t>(found - declared.begin());
  }

  /// Where dim `number` stands in the shape of `input`, counted from behind (the last axis is 1),
  /// outermost first.
  std::vector<std::size_t> axes_from_end(const Case& candidate, std::size_t input,
                                         std::size_t number) const {
    std::vector<std::size_t> axes;
    std::size_t behind = 0;
    const auto& entries = shrinker_.space().shape_of(input).entries();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
      const std::size_t count =
          entry->variadic.empty() ? 1 : candidate.dims.variadic.at(entry->variadic).size();
      if (entry->variadic == dim_.name) axes.insert(axes.begin(), behind + count - number);
      behind += count;
    }
    return axes;
  }

  Shrinker& shrinker_;
  const Dim& dim_;
};

}  // namespace

void shrink_variadic_dims(Shrinker& shrinker) {
  for (const Dim& dim : shrinker.space().dims().dims()) {
    if (dim.kind == Dim::Kind::variadic) VariadicDim(shrinker, dim).shrink();
  }
}

void shrink_structure(Shrinker& shrinker) {
  const auto& declared = shrinker.signature().inputs;
  for (std::size_t input = 0; input < declared.size(); ++input) {
    const Domain& domain = declared[input].second;
    if (domain.may_be_absent) make_absent(shrinker, input);
    if (domain.is_list) shorten_list(shrinker, input, domain);
    if (domain.broadcasts_to.empty()) continue;
    for (std::size_t i = 0; i < shrinker.best().inputs[input].tensors.size(); ++i)
      collapse_broadcast(shrinker, input, i);
  }
}

}  // namespace gradgrind::shrinking

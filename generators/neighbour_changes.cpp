#include "generators/neighbour_changes.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "generators/case_changes.h"
#include "gradgrind/generators/source.h"

namespace gradgrind::detail {
namespace {

using Kind = ChangedPart::Kind;

constexpr int kContents = 8;
/// Contents are drawn more often than wanted, for a domain of few members draws them again.
constexpr int kContentDraws = 16;
constexpr int kSizes = 5;
constexpr int kParameterValues = 4;
constexpr int kParameterDraws = 12;
constexpr std::uint64_t kWeightSeeds = 8;
constexpr int kWeights = 5;
constexpr std::uint64_t kSeeds = 3;

/// The case after its repair, where that is one of the space and not what it was before.
std::optional<Case> settled(const CaseSpace& space, const Case& before, Case after) {
  space.repair(after);
  if (after == before || !space.mismatch(after).empty()) return std::nullopt;
  return after;
}

/// Other contents of input `input`, drawn as a case draws them. The draws go through the classes of
/// contents from the richest to the simplest.
Change redraw(const CaseSpace& space, std::size_t input, std::uint64_t draw) {
  const Content& content = space.signature().inputs[input].second.content;
  const std::size_t classes = content.classes.size();
  const std::size_t chosen = classes - 1 - (draw * classes / kContents) % classes;
  return {content.classes[chosen], [&space, &content, input, draw, chosen](const Case& before) {
            std::vector<std::int64_t> bounds;
            for (const std::string& bound : content.bounds)
              bounds.push_back(DimExpr::parse(bound).evaluate(before.dims));
            Case after = before;
            RandomSource source(mix(draw ^ mix(input + 1)));
            for (TensorValue& tensor : after.inputs[input].tensors)
              content.fill(source, chosen, bounds, tensor.values);
            return settled(space, before, std::move(after));
          }};
}

std::vector<ChangeablePart> contents_parts(const CaseSpace& space, const Case& failing) {
  std::vector<ChangeablePart> parts;
  for (std::size_t i = 0; i < failing.inputs.size(); ++i) {
    ChangeablePart part{Kind::contents, failing.inputs[i].name, {}, kContents, i};
    for (std::uint64_t draw = 0; draw < kContentDraws; ++draw)
      part.changes.push_back(redraw(space, i, draw));
    parts.push_back(std::move(part));
  }
  return parts;
}

/// The lowest and highest sizes, the next ones, and one in the middle, ascending.
std::vector<std::int64_t> other_sizes(const Dim& dim, std::int64_t size) {
  std::vector<std::int64_t> sizes = {dim.lowest, size - 1, size + 1,
                                     size + (dim.highest - size) / 2, dim.highest};
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  const auto is_none = [&](std::int64_t other) {
    return other == size || other < dim.lowest || other > dim.highest;
  };
  sizes.erase(std::remove_if(sizes.begin(), sizes.end(), is_none), sizes.end());
  return sizes;
}

std::vector<ChangeablePart> size_parts(const CaseSpace& space, const Case& failing,
                                       const NeighbourOptions& options) {
  std::vector<ChangeablePart> parts;
  for (const Dim& dim : space.dims().dims()) {
    if (dim.kind != Dim::Kind::free) continue;
    ChangeablePart part{Kind::size, dim.name, {}, kSizes};
    for (const std::int64_t size : other_sizes(dim, failing.dims[dim.name])) {
      const auto resize = [&space, &options, name = dim.name, size](const Case& before) {
        return resized(space, before, name, size, options.built_from);
      };
      part.changes.push_back({std::to_string(size), resize});
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<ChangeablePart> layout_parts(const CaseSpace& space, const Case& failing) {
  std::vector<ChangeablePart> parts;
  for (std::size_t i = 0; i < failing.inputs.size(); ++i) {
    if (failing.inputs[i].tensors.size() != 1) continue;
    const Domain& domain = space.signature().inputs[i].second;
    ChangeablePart part{Kind::layout, failing.inputs[i].name, {}, kSizes};
    for (const LayoutKind kind : domain.layouts) {
      const bool is_own = kind == failing.inputs[i].tensors.front().layout.kind;
      if (kind == LayoutKind::alias || is_own) continue;
      const auto lay_out = [&space, i, kind](const Case& before) -> std::optional<Case> {
        Case after = before;
        TensorValue& tensor = after.inputs[i].tensors.front();
        tensor.layout = make_layout(kind, tensor.values.shape(), /*key=*/1);
        // The kind may be impossible for this shape, or demand equal slices: that is another case.
        if (tensor.layout.kind != kind) return std::nullopt;
        auto result = settled(space, before, after);
        if (result && result->inputs[i].tensors.front().values != tensor.values)
          return std::nullopt;
        return result;
      };
      part.changes.push_back({std::string(name(kind)), lay_out});
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

std::vector<ChangeablePart> dtype_parts(const CaseSpace& space) {
  const Signature& signature = space.signature();
  std::vector<ChangeablePart> parts;
  ChangeablePart shared{Kind::dtype, "", {}, kSizes};
  for (const DType dtype : signature.dtypes) {
    shared.changes.push_back({std::string(name(dtype)), [&space, dtype](const Case& before) {
                                return settled(space, before,
                                               in_dtype(space.signature(), before, dtype));
                              }});
  }
  parts.push_back(std::move(shared));
  for (std::size_t i = 0; i < signature.inputs.size(); ++i) {
    ChangeablePart own{Kind::dtype, signature.inputs[i].first, {}, kSizes};
    for (const DType dtype : signature.inputs[i].second.dtypes) {
      own.changes.push_back({std::string(name(dtype)), [&space, i, dtype](const Case& before) {
                               Case after = before;
                               for (TensorValue& tensor : after.inputs[i].tensors)
                                 tensor.values = cast(tensor.values, dtype);
                               return settled(space, before, std::move(after));
                             }});
    }
    parts.push_back(std::move(own));
  }
  return parts;
}

std::vector<ChangeablePart> parameter_parts(const CaseSpace& space) {
  std::vector<ChangeablePart> parts;
  for (const auto& [parameter, domain] : space.signature().parameters) {
    ChangeablePart part{Kind::parameter, parameter, {}, kParameterValues};
    for (std::uint64_t draw = 0; draw < kParameterDraws; ++draw) {
      RandomSource source(mix(draw));
      const ParameterValue value = domain.draw({}, source);
      part.changes.push_back(
          {to_string(value), [&space, name = parameter, value](const Case& before) {
             return with_parameter(space, before, name, value);
           }});
    }
    parts.push_back(std::move(part));
  }
  return parts;
}

ChangeablePart weights_part(const CaseSpace& space) {
  ChangeablePart part{Kind::weights, "", {}, kWeights};
  const auto add = [&](const std::string& text, std::function<void(Weights&)> edit) {
    part.changes.push_back({text, [&space, edit = std::move(edit)](const Case& before) {
                              Case after = before;
                              edit(after.weights);
                              return settled(space, before, std::move(after));
                            }});
  };
  for (const WeightPolicy policy : space.signature().weights)
    add("policy " + std::string(name(policy)), [policy](Weights& own) { own.policy = policy; });
  for (std::uint64_t seed = 0; seed < kWeightSeeds; ++seed) {
    add("seed " + std::to_string(seed), [seed](Weights& own) {
      own.seed = seed;
      own.state.clear();
    });
  }
  return part;
}

ChangeablePart seed_part(const CaseSpace& space) {
  ChangeablePart part{Kind::seed, "", {}, static_cast<int>(kSeeds)};
  for (std::uint64_t draw = 1; draw <= kSeeds; ++draw) {
    part.changes.push_back({std::to_string(mix(draw)), [&space, draw](const Case& before) {
                              Case after = before;
                              after.seed = mix(draw);
                              return settled(space, before, std::move(after));
                            }});
  }
  return part;
}

}  // namespace

std::vector<ChangeablePart> changeable_parts(const CaseSpace& space, const Case& failing,
                                             const NeighbourOptions& options) {
  std::vector<ChangeablePart> parts = contents_parts(space, failing);
  const auto append = [&](std::vector<ChangeablePart> more) {
    std::move(more.begin(), more.end(), std::back_inserter(parts));
  };
  append(size_parts(space, failing, options));
  append(dtype_parts(space));
  append(parameter_parts(space));
  append(layout_parts(space, failing));
  const bool has_seeded_weights =
      options.has_weights && failing.weights.policy != WeightPolicy::as_given;
  if (has_seeded_weights) parts.push_back(weights_part(space));
  parts.push_back(seed_part(space));
  return parts;
}

std::optional<Case> resized(const CaseSpace& space, const Case& before, const std::string& name,
                            std::int64_t size, const std::vector<std::string>& built_from) {
  const std::int64_t own = before.dims[name];
  if (size == own) return std::nullopt;
  if (size > own) return grown(space, before, name, size);
  std::vector<std::int64_t> kept(static_cast<std::size_t>(size));
  std::iota(kept.begin(), kept.end(), std::int64_t{0});
  std::optional<Case> after = space.sliced(before, name, kept, built_from);
  return after ? settled(space, before, *std::move(after)) : std::nullopt;
}

std::optional<Case> with_parameter(const CaseSpace& space, const Case& before,
                                   const std::string& name, const ParameterValue& value) {
  Case after = before;
  after.parameters[name] = value;
  return settled(space, before, std::move(after));
}

std::optional<Case> with_values(const CaseSpace& space, const Case& before, std::size_t input,
                                const Array& values) {
  Case after = before;
  Array& own = after.inputs[input].tensors.front().values;
  own = values;
  space.repair(after);
  // What the domain or the layout made of it is more than was asked for.
  const bool stayed = own == values;
  return stayed && space.mismatch(after).empty() ? std::optional<Case>(after) : std::nullopt;
}

}  // namespace gradgrind::detail

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "generators/parsed_signature.h"

namespace gradgrind::detail {
namespace {

/// Sizes at which vectorised loops, blocks and caches have their ends.
constexpr std::array<std::int64_t, 17> kInterestingSizes = {0,  1,  2,  3,  5,  7,   8,   9,  15,
                                                            16, 17, 31, 32, 33, 127, 128, 129};

constexpr std::uint64_t kSizeOptions = 8;
constexpr std::uint64_t kWeightSeeds = 4;

/// A size within bounds: an end, an interesting one, or any. The facet's edges are the two ends.
std::int64_t draw_size(Source& source, std::string_view facet, std::int64_t lowest,
                       std::int64_t highest) {
  if (lowest == highest) return lowest;
  const std::uint64_t option = source.pick({facet, 2}, kSizeOptions);
  if (option == 0) return lowest;
  if (option == 1) return highest;
  const auto* first = std::lower_bound(kInterestingSizes.begin(), kInterestingSizes.end(), lowest);
  const auto* last = std::upper_bound(first, kInterestingSizes.end(), highest);
  if (option <= 4 && first != last) {
    return first[source.below(static_cast<std::uint64_t>(last - first))];
  }
  return source.integer(lowest, highest);
}

/// One of `options`, under a facet where there is a choice at all.
template <class Option>
Option draw_option(Source& source, std::string_view facet, const std::vector<Option>& options) {
  if (options.size() == 1) return options.front();
  return options[source.pick({facet, options.size()}, options.size())];
}

Dims draw_dims(const ParsedSignature& space, Source& source) {
  Dims dims = space.table.solve([&](const Dim& dim, std::int64_t lowest, std::int64_t highest) {
    return draw_size(source, "dim " + dim.name, lowest, highest);
  });
  for (const Dim& dim : space.table.dims()) {
    if (dim.kind != Dim::Kind::variadic) continue;
    Shape& sizes = dims.variadic[dim.name];
    sizes.resize(
        static_cast<std::size_t>(draw_size(source, "rank " + dim.name, dim.lowest, dim.highest)));
    for (std::int64_t& size : sizes) {
      size = draw_size(source, {}, dim.lowest_size, dim.highest_size);
    }
  }
  return dims;
}

/// A shape that broadcasts to `full`: the same, a scalar, all ones, or some dims dropped and others
/// collapsed to 1.
Shape draw_partner_shape(Source& source, const std::string& facet, const Shape& full) {
  if (full.empty()) return full;
  switch (source.pick({facet, 4}, 6)) {
    case 0:
      return full;
    case 1:
      return {};
    case 2:
      return Shape(full.size(), 1);
    default:
      break;
  }
  const auto dropped = static_cast<std::ptrdiff_t>(source.below(full.size()));
  Shape shape(full.begin() + dropped, full.end());
  for (std::int64_t& size : shape) {
    if (source.flag()) size = 1;
  }
  return shape;
}

/// Draws the tensors of one input of a case whose dims and earlier inputs are drawn.
class InputDraw {
 public:
  InputDraw(const ParsedSignature& space, std::size_t place, Device device, const Case& so_far,
            Source& source)
      : space_(space),
        place_(place),
        input_(space.inputs[place]),
        device_(device),
        so_far_(so_far),
        source_(source) {}

  Input drawn() {
    Input result{input_.name, {}};
    const Domain& domain = input_.domain;
    if (domain.may_be_absent && source_.pick({facet("present"), 2}, 2) == 0) return result;
    std::int64_t length = 1;
    if (domain.is_list) {
      length = draw_size(source_, facet("length"), domain.shortest_list, domain.longest_list);
    }
    for (std::int64_t i = 0; i < length; ++i) result.tensors.push_back(tensor());
    return result;
  }

 private:
  std::string facet(const char* what) const { return input_.name + "." + what; }

  TensorValue tensor() {
    const Content& content = input_.domain.content;
    const DType dtype = input_.domain.dtypes.empty()
                            ? so_far_.dtype
                            : draw_option(source_, facet("dtype"), input_.domain.dtypes);
    TensorValue result;
    result.values = Array(dtype, shape());
    result.device = device_;
    std::size_t value_class = 0;
    if (content.classes.size() > 1) {
      const std::size_t count = content.classes.size();
      value_class = source_.pick({facet("values"), count}, count);
    }
    result.value_class = content.classes[value_class];
    content.fill(source_, value_class, input_.bounds_in(so_far_.dims), result.values);
    result.layout = layout_for(result);
    const bool is_shared = !result.layout.expanded.empty() || !result.layout.alias_of.empty();
    if (is_shared) settle(space_, place_, so_far_, result);
    return result;
  }

  Shape shape() {
    Shape full = full_shape(space_, place_, so_far_);
    if (!input_.broadcasts_to) return full;
    return draw_partner_shape(source_, facet("broadcast"), full);
  }

  Layout layout_for(const TensorValue& tensor) {
    std::vector<LayoutKind> possible;
    for (const LayoutKind kind : input_.domain.layouts) {
      const bool is_offered = kind == LayoutKind::alias ? can_alias(space_, place_, so_far_, tensor)
                                                        : is_possible(kind, tensor.values.rank());
      if (is_offered) possible.push_back(kind);
    }
    if (possible.empty()) return {};
    const LayoutKind kind = draw_option(source_, facet("layout"), possible);
    if (kind == LayoutKind::contiguous) return {};
    if (kind != LayoutKind::alias) return make_layout(kind, tensor.values.shape(), source_.key());
    Layout alias;
    alias.kind = LayoutKind::alias;
    alias.alias_of = input_.domain.alias_of;
    return alias;
  }

  const ParsedSignature& space_;
  std::size_t place_;
  const ParsedInput& input_;
  Device device_;
  const Case& so_far_;
  Source& source_;
};

}  // namespace

Case generate(const ParsedSignature& space, Source& source) {
  const Signature& signature = space.signature;
  Case result;
  result.dims = draw_dims(space, source);
  for (const auto& [name, domain] : signature.parameters) {
    result.parameters[name] = domain.draw("param " + name, source);
  }
  result.dtype = draw_option(source, "dtype", signature.dtypes);
  result.weights.policy = draw_option(source, "weights", signature.weights);
  // Few seeds, so that subjects are reused over cases instead of built for each.
  result.weights.seed = source.below(kWeightSeeds);
  const Device device = draw_option(source, "device", signature.devices);
  for (std::size_t i = 0; i < space.inputs.size(); ++i) {
    Input input = InputDraw(space, i, device, result, source).drawn();
    result.inputs.push_back(std::move(input));
  }
  result.seed = source.key();
  return result;
}

}  // namespace gradgrind::detail

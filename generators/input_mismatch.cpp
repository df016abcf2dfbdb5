#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <numeric>

#include "generators/mismatch.h"

namespace gradgrind::detail {
namespace {

std::vector<std::string> names_in(const ShapeExpr& shape) {
  std::vector<std::string> names;
  for (const ShapeExpr::Entry& entry : shape.entries()) {
    const auto& used = entry.dim ? entry.dim->names() : std::vector{entry.variadic};
    for (const std::string& name : used) {
      if (!contains(names, name)) names.push_back(name);
    }
  }
  return names;
}

/// "[0, 3]" for the row-major place 3 of shape [2, 4].
std::string index_text(std::int64_t place, const Shape& shape) {
  Shape index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = place % shape[axis];
    place /= shape[axis];
  }
  return to_string(index);
}

/// The first place at which two arrays of one shape and dtype differ in their bits.
std::int64_t first_difference(const Array& a, const Array& b) {
  const auto differing = std::mismatch(a.data(), a.data() + a.size_in_bytes(), b.data());
  return (differing.first - a.data()) / static_cast<std::ptrdiff_t>(element_size(a.dtype()));
}

bool broadcasts_to(const Shape& shape, const Shape& full) {
  if (shape.size() > full.size()) return false;
  return std::equal(
      shape.rbegin(), shape.rend(), full.rbegin(),
      [](std::int64_t size, std::int64_t whole) { return size == 1 || size == whole; });
}

/// Looks at one input of a case whose dims are right.
class InputMismatch {
 public:
  InputMismatch(const ParsedSignature& space, std::size_t place, const Case& a_case)
      : space_(space), place_(place), input_(space.inputs[place]), case_(a_case) {}

  std::string structural() const {
    const std::string text = count_mismatch(case_.input(input_.name).tensors.size());
    if (!text.empty()) return named(text);
    return first_of({&InputMismatch::type_mismatch, &InputMismatch::shape_mismatch,
                     &InputMismatch::layout_mismatch, &InputMismatch::expanded_mismatch});
  }

  std::string of_values() const { return first_of({&InputMismatch::values_mismatch}); }

 private:
  using Check = std::string (InputMismatch::*)(const TensorValue&) const;

  std::string first_of(std::initializer_list<Check> checks) const {
    const auto& tensors = case_.input(input_.name).tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      for (const Check check : checks) {
        const std::string text = (this->*check)(tensors[i]);
        if (text.empty()) continue;
        return named(input_.domain.is_list ? fmt::format("tensor {}: {}", i, text) : text);
      }
    }
    return {};
  }

  std::string named(const std::string& text) const {
    return fmt::format("input '{}': {}", input_.name, text);
  }

  std::string count_mismatch(std::size_t size) const {
    const Domain& domain = input_.domain;
    const auto count = static_cast<std::int64_t>(size);
    if (count == 0 && domain.may_be_absent) return {};
    if (domain.is_list) {
      if (domain.shortest_list <= count && count <= domain.longest_list) return {};
      return fmt::format("a list of {} tensors, outside {} to {}", count, domain.shortest_list,
                         domain.longest_list);
    }
    if (count == 1) return {};
    return count == 0 ? "it is absent but not optional"
                      : fmt::format("{} tensors where one is expected", count);
  }

  std::string type_mismatch(const TensorValue& tensor) const {
    const DType dtype = tensor.values.dtype();
    const auto& dtypes = input_.domain.dtypes;
    if (dtypes.empty() && dtype != case_.dtype) {
      return fmt::format("dtype {} but the case's shared dtype is {}", name(dtype),
                         name(case_.dtype));
    }
    if (!dtypes.empty() && !contains(dtypes, dtype)) {
      return fmt::format("dtype {}, which is none of {}", name(dtype), listed(dtypes));
    }
    if (!contains(space_.signature.devices, tensor.device)) {
      return fmt::format("device {}, which is none of {}", name(tensor.device),
                         listed(space_.signature.devices));
    }
    return {};
  }

  std::string shape_mismatch(const TensorValue& tensor) const {
    const Shape& shape = tensor.values.shape();
    const Shape full = full_shape(space_, place_, case_);
    if (input_.broadcasts_to) {
      if (broadcasts_to(shape, full)) return {};
      return fmt::format("shape {} does not broadcast to {}, the shape of '{}'", to_string(shape),
                         to_string(full), input_.domain.broadcasts_to);
    }
    if (shape == full) return {};
    return fmt::format("shape {} but \"{}\" is {}{}", to_string(shape), input_.shape.text(),
                       to_string(full), bindings(case_.dims, names_in(input_.shape)));
  }

  std::string layout_mismatch(const TensorValue& tensor) const {
    const Layout& layout = tensor.layout;
    const auto& offered = input_.domain.layouts;
    if (!layout.is_contiguous() && !contains(offered, layout.kind)) {
      return fmt::format("layout {}, which is none of {}", to_string(layout), listed(offered));
    }
    const auto rank = static_cast<std::size_t>(tensor.values.rank());
    const auto is_right = [rank](const auto& entries) {
      return entries.empty() || entries.size() == rank;
    };
    Shape all_dims(rank);
    std::iota(all_dims.begin(), all_dims.end(), 0);
    const bool is_order =
        layout.order.empty() || std::is_permutation(layout.order.begin(), layout.order.end(),
                                                    all_dims.begin(), all_dims.end());
    if (!is_order || !is_right(layout.step) || !is_right(layout.start) ||
        !is_right(layout.expanded)) {
      return fmt::format("layout {} does not describe the {} dims of shape {}", to_string(layout),
                         rank, to_string(tensor.values.shape()));
    }
    const auto below = [](std::int64_t bound) {
      return [bound](std::int64_t entry) { return entry < bound; };
    };
    if (std::any_of(layout.step.begin(), layout.step.end(), below(1)) ||
        std::any_of(layout.start.begin(), layout.start.end(), below(0))) {
      return fmt::format("layout {}: steps are at least 1 and starts at least 0",
                         to_string(layout));
    }
    return alias_mismatch(tensor);
  }

  std::string alias_mismatch(const TensorValue& tensor) const {
    const bool is_alias = tensor.layout.kind == LayoutKind::alias;
    const std::string& partner = input_.domain.alias_of;
    if (tensor.layout.alias_of != (is_alias ? partner : std::string())) {
      return fmt::format("layout {}; an alias of this input has kind alias and partner '{}'",
                         to_string(tensor.layout), partner);
    }
    if (!is_alias) return {};
    if (!can_alias(space_, place_, case_, tensor)) {
      return fmt::format("it is an alias of '{}' but differs from it in shape, dtype or device",
                         partner);
    }
    const Array& shared = case_.input(partner).tensors.front().values;
    if (shared == tensor.values) return {};
    return fmt::format("it is an alias of '{}' but its values differ, first at {}", partner,
                       index_text(first_difference(shared, tensor.values), shared.shape()));
  }

  std::string expanded_mismatch(const TensorValue& tensor) const {
    const Array& values = tensor.values;
    Array representable = values;
    make_representable(tensor.layout, representable);
    if (representable == values) return {};
    return fmt::format("{} is {}, but slices along an expanded dim are one memory (layout {})",
                       element_text(values, first_difference(values, representable)),
                       difference_text(values, representable), to_string(tensor.layout));
  }

  std::string values_mismatch(const TensorValue& tensor) const {
    const Array& values = tensor.values;
    const Content& content = input_.domain.content;
    if (!content.repair) return {};
    Array member = values;
    content.repair(input_.bounds_in(case_.dims), member);
    if (member == values) return {};
    std::vector<std::string> names;
    for (const DimExpr& bound : input_.bounds) {
      names.insert(names.end(), bound.names().begin(), bound.names().end());
    }
    return fmt::format("{} is {}, which is none of \"{}\"{}; {} would be",
                       element_text(values, first_difference(values, member)),
                       difference_text(values, member), content.name, bindings(case_.dims, names),
                       difference_text(member, values));
  }

  static std::string element_text(const Array& values, std::int64_t place) {
    return fmt::format("element {}", index_text(place, values.shape()));
  }

  /// The element of `values` where it first differs from `other`.
  static std::string difference_text(const Array& values, const Array& other) {
    return to_string(values.at(first_difference(values, other)), values.dtype());
  }

  const ParsedSignature& space_;
  std::size_t place_;
  const ParsedInput& input_;
  const Case& case_;
};

}  // namespace

std::string input_mismatch(const ParsedSignature& space, std::size_t place, const Case& a_case) {
  return InputMismatch(space, place, a_case).structural();
}

std::string value_mismatch(const ParsedSignature& space, const Case& a_case) {
  for (std::size_t i = 0; i < space.inputs.size(); ++i) {
    std::string text = InputMismatch(space, i, a_case).of_values();
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace gradgrind::detail

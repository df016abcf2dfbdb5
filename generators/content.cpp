// Contents whose elements do not depend on each other.
#include "generators/content.h"

#include <algorithm>

#include "generators/fill.h"

namespace gradgrind::detail {
namespace {

std::string text(double value) { return to_string(Scalar(value), DType::float64); }

std::string name_of(const ValuePolicy& policy) {
  if (policy.bounded) return "values " + text(policy.lowest) + " .. " + text(policy.highest);
  if (policy.classes == ordinary().classes) return "ordinary values";
  if (policy.classes == extremes().classes) return "values up to extremes";
  if (policy.classes == special().classes) return "special values among others";
  std::string names = "values";
  for (const std::string& value_class : policy.classes) names += " " + value_class;
  return names;
}

/// The integers from `lowest` to `highest` of the evaluated bounds.
using Limit = std::function<std::int64_t(const std::vector<std::int64_t>&)>;

Content between_limits(std::string name, std::vector<std::string> bounds, const Limit& lowest,
                       const Limit& highest) {
  Content content;
  content.name = std::move(name);
  content.classes = integer_classes();
  content.bounds = std::move(bounds);
  content.fill = [=](Source& source, std::size_t class_index, const std::vector<std::int64_t>& at,
                     Array& values) {
    fill_integers(source, class_index, lowest(at), highest(at), values);
  };
  content.repair = [=](const std::vector<std::int64_t>& at, Array& values) {
    repair_integers(lowest(at), highest(at), values);
  };
  return content;
}

}  // namespace

Content floats_content(const ValuePolicy& policy) {
  Content content;
  content.name = name_of(policy);
  content.classes = policy.classes;
  content.fill = [policy](Source& source, std::size_t class_index, const auto&, Array& values) {
    fill_floats(source, policy, policy.classes.at(class_index), values);
  };
  content.repair = [policy](const auto&, Array& values) { repair_floats(policy, values); };
  return content;
}

Content integers_content(std::int64_t lowest, std::int64_t highest) {
  return between_limits(
      "integers " + std::to_string(lowest) + " .. " + std::to_string(highest), {},
      [=](const auto&) { return lowest; }, [=](const auto&) { return highest; });
}

Content below_content(const std::string& what, const std::string& size) {
  return between_limits(
      what + " below " + size, {size}, [](const auto&) { return 0; },
      [](const auto& bounds) { return std::max<std::int64_t>(bounds.at(0) - 1, 0); });
}

Content index_content(const std::string& size) {
  return between_limits(
      "indices into " + size, {size}, [](const auto& bounds) { return -bounds.at(0); },
      [](const auto& bounds) { return std::max<std::int64_t>(bounds.at(0) - 1, 0); });
}

Content length_content(const std::string& highest, std::int64_t lowest) {
  return between_limits(
      "lengths " + std::to_string(lowest) + " .. " + highest, {highest},
      // A length that the axis does not have would be no length of it.
      [=](const auto& bounds) { return std::min(lowest, bounds.at(0)); },
      [](const auto& bounds) { return bounds.at(0); });
}

}  // namespace gradgrind::detail

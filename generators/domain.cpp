#include "gradgrind/generators/domain.h"

#include <algorithm>
#include <cmath>

#include "generators/content.h"
#include "generators/fill.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

std::string text(double value) { return to_string(Scalar(value), DType::float64); }

std::vector<std::string> problems_of(const ValuePolicy& policy) {
  std::vector<std::string> problems;
  if (policy.classes.empty())
    problems.emplace_back("a ValuePolicy names no class; give one of ordinary().classes");
  const auto& known = detail::value_classes();
  for (const std::string& value_class : policy.classes) {
    if (std::find(known.begin(), known.end(), value_class) == known.end())
      problems.push_back("a ValuePolicy: " + unknown_name("value class", value_class, known));
  }
  if (policy.bounded && !(policy.lowest <= policy.highest))
    problems.push_back("between(" + text(policy.lowest) + ", " + text(policy.highest) +
                       "): the lowest must be at most the highest; swap them");
  return problems;
}

Domain make(std::string shape, std::vector<DType> dtypes, Content content,
            Meaning meaning = Meaning::values) {
  Domain domain;
  domain.shape = std::move(shape);
  domain.dtypes = std::move(dtypes);
  domain.content = std::move(content);
  domain.meaning = meaning;
  return domain;
}

Domain make_mask(std::string shape, Content content, Polarity polarity, Meaning meaning) {
  Domain domain = make(std::move(shape), {DType::boolean}, std::move(content), meaning);
  domain.masking.true_masks = polarity == marks_padding;
  return domain;
}

bool is_boolean_mask(const Domain& domain) {
  return domain.meaning == Meaning::padding_mask ||
         (domain.meaning == Meaning::attention_mask && !domain.masking.additive);
}

Domain by_policy(std::string shape, std::vector<DType> dtypes, Content content,
                 const ValuePolicy& policy) {
  Domain domain = make(std::move(shape), std::move(dtypes), std::move(content));
  domain.problems = problems_of(policy);
  return domain;
}

}  // namespace

Domain Domain::of_dtypes(std::vector<DType> set) const {
  Domain changed = *this;
  if (set.empty())
    changed.problems.emplace_back("of_dtypes({}): the set is empty; give at least one dtype");
  changed.dtypes = std::move(set);
  return changed;
}

Domain Domain::with_layouts(std::vector<LayoutKind> kinds) const {
  Domain changed = *this;
  changed.layouts = std::move(kinds);
  return alias_of.empty() ? changed : changed.maybe_alias_of(alias_of);
}

Domain Domain::maybe_alias_of(std::string name) const {
  Domain changed = *this;
  changed.alias_of = std::move(name);
  auto& kinds = changed.layouts;
  if (std::find(kinds.begin(), kinds.end(), LayoutKind::alias) == kinds.end())
    kinds.push_back(LayoutKind::alias);
  return changed;
}

Domain Domain::of(std::string name) const {
  Domain changed = *this;
  changed.masking.of = std::move(name);
  return changed;
}

Domain Domain::or_additive() const {
  Domain changed = *this;
  if (!is_boolean_mask(*this))
    changed.problems.emplace_back(
        "or_additive(): only a boolean mask has an additive form; use it behind padding_mask(), "
        "mask() or causal_mask()");
  changed.masking.or_additive = true;
  return changed;
}

Domain Domain::or_broadcast() const {
  Domain changed = *this;
  if (!is_boolean_mask(*this) && !masking.additive)
    changed.problems.emplace_back(
        "or_broadcast(): only a mask is broadcast over what it masks; use it behind "
        "padding_mask(), mask() or additive_mask()");
  changed.masking.or_broadcast = true;
  return changed;
}

Domain Domain::may_hide_non_finite() const {
  Domain changed = *this;
  if (masking.of.empty())
    changed.problems.emplace_back(
        "may_hide_non_finite(): it masks no input; say .of(\"x\") before it");
  changed.masking.may_hide_non_finite = true;
  return changed;
}

Domain Domain::optional() const {
  Domain changed = *this;
  changed.may_be_absent = true;
  return changed;
}

Domain Domain::list(std::int64_t shortest, std::int64_t longest) const {
  Domain changed = *this;
  changed.is_list = true;
  changed.shortest_list = shortest;
  changed.longest_list = longest;
  return changed;
}

ValuePolicy ordinary() {
  return {{"zero", "constant", "small_integers", "repeats", "ties", "one_hot", "normal", "uniform",
           "log_uniform"}};
}

ValuePolicy extremes() {
  ValuePolicy policy = ordinary();
  for (const char* added : {"huge", "tiny"}) policy.classes.emplace_back(added);
  return policy;
}

ValuePolicy special() {
  ValuePolicy policy = extremes();
  for (const char* added : {"nan", "infinity", "negative_zero", "subnormal", "max", "lowest"})
    policy.classes.emplace_back(added);
  return policy;
}

ValuePolicy between(double lowest, double highest) {
  return {{"constant", "uniform", "repeats", "lowest", "highest", "edges"}, lowest, highest, true};
}

Domain floats(std::string shape, ValuePolicy policy) {
  return by_policy(std::move(shape), {}, detail::floats_content(policy), policy);
}

Domain complexes(std::string shape, ValuePolicy policy) {
  return by_policy(std::move(shape), all_complex(), detail::floats_content(policy), policy);
}

Domain integers(std::string shape, std::int64_t lowest, std::int64_t highest) {
  Domain domain = make(std::move(shape), {DType::int64}, detail::integers_content(lowest, highest));
  if (lowest > highest)
    domain.problems.push_back("integers(" + std::to_string(lowest) + ", " +
                              std::to_string(highest) +
                              "): the lowest must be at most the highest; swap them");
  return domain;
}

Domain booleans(std::string shape) {
  return make(std::move(shape), {DType::boolean}, detail::boolean_content());
}

Domain ids(std::string shape, std::string size) {
  return make(std::move(shape), {DType::int64}, detail::below_content("ids", size), Meaning::ids);
}

Domain labels(std::string shape, std::string classes) {
  return make(std::move(shape), {DType::int64}, detail::below_content("labels", classes),
              Meaning::labels);
}

Domain probabilities(std::string shape) { return floats(std::move(shape), between(0, 1)); }

Domain simplices(std::string shape) {
  return make(std::move(shape), {}, detail::simplex_content());
}

Domain lengths(std::string shape, std::string highest, std::int64_t lowest) {
  Domain domain = make(std::move(shape), {DType::int64}, detail::length_content(highest, lowest),
                       Meaning::lengths);
  if (lowest < 0)
    domain.problems.push_back("lengths(): the lowest is " + std::to_string(lowest) +
                              "; a length is at least 0");
  return domain;
}

Domain padding_mask(std::string shape, Polarity polarity) {
  return make_mask(std::move(shape), detail::padding_content(polarity == marks_padding, false),
                   polarity, Meaning::padding_mask);
}

Domain padding_mask_or_empty(std::string shape, Polarity polarity) {
  return make_mask(std::move(shape), detail::padding_content(polarity == marks_padding, true),
                   polarity, Meaning::padding_mask);
}

Domain mask(std::string shape, Polarity polarity) {
  return make_mask(std::move(shape), detail::mask_content(polarity == marks_padding), polarity,
                   Meaning::attention_mask);
}

Domain causal_mask(std::string shape, Polarity polarity) {
  return make_mask(std::move(shape), detail::causal_content(polarity == marks_padding), polarity,
                   Meaning::attention_mask);
}

Domain additive_mask(std::string shape) {
  Domain domain = make(std::move(shape), {}, detail::additive_content(), Meaning::attention_mask);
  domain.masking.additive = true;
  domain.masking.true_masks = true;
  return domain;
}

Domain attention_weights(std::string shape) {
  Domain domain = probabilities(std::move(shape));
  domain.meaning = Meaning::attention_weights;
  return domain;
}

Domain permutations(std::string shape) {
  return make(std::move(shape), {DType::int64}, detail::permutation_content(),
              Meaning::permutation);
}

Domain indices(std::string shape, std::string size) {
  return make(std::move(shape), {DType::int64}, detail::index_content(size), Meaning::indices);
}

Domain slices(std::string shape, std::string size) {
  return make(std::move(shape), {DType::int64}, detail::slice_content(size));
}

Domain sorted(std::string shape, ValuePolicy policy) {
  return by_policy(std::move(shape), {}, detail::sorted_content(policy), policy);
}

Domain broadcastable(std::string name, ValuePolicy policy) {
  Domain domain = floats("", std::move(policy));
  domain.broadcasts_to = std::move(name);
  return domain;
}

Domain custom(std::string shape, std::vector<DType> dtypes, Content content) {
  return make(std::move(shape), std::move(dtypes), std::move(content));
}

}  // namespace gradgrind

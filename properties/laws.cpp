#include "gradgrind/properties/laws.h"

#include <utility>

#include "properties/law_names.h"

namespace gradgrind {
namespace {

Law law_of(const char* property, std::string input = {}) {
  Law law;
  law.property = property;
  law.input = std::move(input);
  return law;
}

}  // namespace

Law additive(std::string input) { return law_of(kAdditive, std::move(input)); }
Law scale_invariant(std::string input) { return law_of(kScale, std::move(input)); }
Law shift_invariant(std::string input) { return law_of(kShift, std::move(input)); }
Law idempotent() { return law_of(kIdempotent); }
Law involution() { return law_of(kInvolution); }
Law monotone(std::string input) { return law_of(kMonotone, std::move(input)); }
Law odd(std::string input) { return law_of(kOdd, std::move(input)); }
Law even(std::string input) { return law_of(kEven, std::move(input)); }
Law strictly_causal(std::string input) { return law_of(kStrictlyCausal, std::move(input)); }

Law refuses_broadcast(std::string name) { return law_of(kRefusesBroadcast, std::move(name)); }

Law homogeneous(std::string input, double degree) {
  Law law = law_of(kHomogeneous, std::move(input));
  law.degree = degree;
  return law;
}

Law lipschitz(std::string input, double constant) {
  Law law = law_of(kLipschitz, std::move(input));
  law.degree = constant;
  return law;
}

Law symmetric(std::string a, std::string b) {
  Law law = law_of(kSymmetric, std::move(a));
  law.partner = std::move(b);
  return law;
}

Law mean_over(std::string dim) {
  Law law = law_of(kMeanOver);
  law.dim = std::move(dim);
  return law;
}

Law translation_equivariant(std::string dim, std::int64_t margin) {
  Law law = law_of(kTranslation);
  law.dim = std::move(dim);
  law.margin = margin;
  return law;
}

}  // namespace gradgrind

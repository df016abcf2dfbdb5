// The properties that check laws of algebra, by name: gradgrind/properties/laws.h.
#pragma once

namespace gradgrind {

constexpr const char* kAdditive = "is_additive";
constexpr const char* kHomogeneous = "is_homogeneous";
constexpr const char* kScale = "ignores_scale";
constexpr const char* kShift = "ignores_shift";
constexpr const char* kIdempotent = "is_idempotent";
constexpr const char* kInvolution = "is_its_own_inverse";
constexpr const char* kLipschitz = "changes_no_more_than_declared";
constexpr const char* kMonotone = "is_monotone";
constexpr const char* kOdd = "is_odd";
constexpr const char* kEven = "is_even";
constexpr const char* kSymmetric = "is_symmetric";
constexpr const char* kMeanOver = "averages_over_its_rows";
constexpr const char* kStrictlyCausal = "never_sees_its_own_position";
constexpr const char* kRefusesBroadcast = "refuses_shapes_that_broadcast";
constexpr const char* kTranslation = "commutes_with_translation";

}  // namespace gradgrind

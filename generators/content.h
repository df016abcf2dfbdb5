// The contents that domains are made of. Internal.
#pragma once

#include <cstdint>
#include <string>

#include "gradgrind/generators/domain.h"

namespace gradgrind::detail {

Content floats_content(const ValuePolicy& policy);
Content sorted_content(const ValuePolicy& policy);
Content simplex_content();

Content integers_content(std::int64_t lowest, std::int64_t highest);
/// 0 .. size-1, for the dim expression `size`; `what` says what they are.
Content below_content(const std::string& what, const std::string& size);
/// -size .. size-1.
Content index_content(const std::string& size);
Content length_content(const std::string& highest, std::int64_t lowest);
Content permutation_content();
Content slice_content(const std::string& size);

Content boolean_content();
Content padding_content(bool true_masks, bool may_be_empty);
Content mask_content(bool true_masks);
Content causal_content(bool true_masks);
Content additive_content();

}  // namespace gradgrind::detail

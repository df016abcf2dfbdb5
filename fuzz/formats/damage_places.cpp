// Damage to where things are: lengths, offsets, versions.
#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

std::vector<Variant> length_bomb(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::length)) {
    const Field& field = at(document, position);
    for (const std::uint64_t length :
         {highest(field.number), highest(field.number) - 15, highest(field.number) / 2,
          std::uint64_t{0xfffffff0U}, std::uint64_t{1} << 62}) {
      if (length <= highest(field.number)) variants.push_back(one(set(position, length)));
    }
  }
  return variants;
}

std::vector<Variant> wrong_length(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::length)) {
    const Field& field = at(document, position);
    for (const std::uint64_t length : {field.value + 1, field.value - 1, std::uint64_t{0}}) {
      // A length of nothing is 0 in a valid file.
      if (length != field.value) variants.push_back(one(set(position, length)));
    }
  }
  return variants;
}

std::vector<Variant> wrong_version(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::version)) {
    const Field& field = at(document, position);
    // A later minor version may be read; one that nobody wrote may not.
    variants.push_back(one(set(position, highest(field.number))));
    variants.push_back(one(set(position, field.value + 100)));
  }
  return variants;
}

std::vector<Variant> offset_overflow(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::begin)) {
    const std::uint64_t value = at(document, position).value;
    for (const std::uint64_t offset : {~std::uint64_t{0} - 3, ~std::uint64_t{0} / 2}) {
      Variant variant;
      variant.edits = {set(position, offset)};
      variants.push_back(variant);
      variant.edits.push_back(
          set(position + 2, offset + (at(document, position + 2).value - value)));
      if (position + 2 < static_cast<int>(document.fields.size()) &&
          at(document, position + 2).role == FieldRole::end) {
        variants.push_back(variant);
      }
    }
  }
  return variants;
}

std::vector<Variant> offset_past_end(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::end)) {
    const Field& field = at(document, position);
    for (const std::uint64_t more : {1, 4, 4096}) {
      variants.push_back(one(set(position, field.value + more)));
    }
    if (field.number.is_decimal()) variants.push_back(one(set_text(position, "-4")));
  }
  return variants;
}

std::vector<Variant> ranges_inverted(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::begin)) {
    const int end = position + 2;
    if (end >= static_cast<int>(document.fields.size())) continue;
    if (at(document, end).role != FieldRole::end) continue;
    const std::uint64_t from = at(document, position).value;
    const std::uint64_t to = at(document, end).value;
    if (from == to) continue;
    variants.push_back({{set(position, to), set(end, from)}, Expectation::refuses});
  }
  return variants;
}

std::vector<Variant> ranges_overlapping(const Document& document) {
  std::vector<Variant> variants;
  const std::vector<int> begins = fields_of(document, FieldRole::begin);
  const std::vector<int> ends = fields_of(document, FieldRole::end);
  for (std::size_t i = 1; i < begins.size() && i < ends.size(); ++i) {
    const std::uint64_t from = at(document, begins[0]).value;
    const std::uint64_t size = at(document, ends[i]).value - at(document, begins[i]).value;
    if (size == 0 || at(document, begins[i]).value == from) continue;
    variants.push_back({{set(begins[i], from), set(ends[i], from + size)}, Expectation::refuses});
  }
  return variants;
}

}  // namespace

std::vector<DamageClass> place_damage() {
  return {
      {19, "offset overflows", false, offset_overflow},
      {20, "offset past the end", false, offset_past_end},
      {21, "ranges inverted", false, ranges_inverted},
      {22, "ranges overlapping", false, ranges_overlapping},
      {28, "length too large", false, length_bomb},
      {28, "wrong length", false, wrong_length},
      {43, "wrong version", false, wrong_version},
  };
}

}  // namespace gradgrind::detail

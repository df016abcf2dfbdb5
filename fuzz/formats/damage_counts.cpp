// Damage to the counts of a header: sizes, ranks, their products.
#include <algorithm>

#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

__extension__ using Wide = unsigned __int128;

// The dims of one payload.
struct Dims {
  std::vector<int> fields;
  std::vector<std::uint64_t> values;
};

std::vector<Dims> dims_of_payloads(const Document& document) {
  std::vector<Dims> all;
  for (const int position : fields_of(document, FieldRole::dim)) {
    const std::string& of = at(document, position).of;
    if (all.empty() || at(document, all.back().fields.front()).of != of) all.emplace_back();
    all.back().fields.push_back(position);
    all.back().values.push_back(at(document, position).value);
  }
  return all;
}

// Zero where there is one, else the product or a number beyond 64 bits.
Wide exact_product(const std::vector<std::uint64_t>& values) {
  if (std::count(values.begin(), values.end(), 0U) > 0) return 0;
  constexpr Wide kBeyond = static_cast<Wide>(1) << 100;
  Wide product = 1;
  for (const std::uint64_t value : values) {
    if (product < kBeyond) product *= value;
  }
  return product;
}

// Dims that promise another number of elements than the file has must be refused; others make
// another file.
Expectation for_dims(const Dims& dims, const std::vector<std::uint64_t>& now) {
  return exact_product(now) == exact_product(dims.values) ? Expectation::survives
                                                          : Expectation::refuses;
}

Variant changed_dims(const Dims& dims, const std::vector<std::uint64_t>& now) {
  Variant variant;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i] != dims.values[i]) variant.edits.push_back(set(dims.fields[i], now[i]));
  }
  variant.expectation = for_dims(dims, now);
  return variant;
}

void each_dim(const Document& document,
              const std::vector<std::uint64_t> (*numbers)(std::uint64_t, NumberFormat),
              std::vector<Variant>& variants) {
  for (const Dims& dims : dims_of_payloads(document)) {
    for (std::size_t i = 0; i < dims.fields.size(); ++i) {
      for (const std::uint64_t number :
           numbers(dims.values[i], at(document, dims.fields[i]).number)) {
        std::vector<std::uint64_t> now = dims.values;
        now[i] = number;
        if (now != dims.values) variants.push_back(changed_dims(dims, now));
      }
    }
  }
}

std::vector<Variant> byte_order(const Document& document) {
  std::vector<Variant> variants;
  for (const Dims& dims : dims_of_payloads(document)) {
    const int width = at(document, dims.fields.front()).number.width;
    if (width < 2) continue;
    Variant variant;
    std::vector<std::uint64_t> now;
    for (std::size_t i = 0; i < dims.fields.size(); ++i) {
      std::string bytes = encoded(at(document, dims.fields[i]));
      std::uint64_t value = 0;
      const bool big = at(document, dims.fields[i]).number.big_endian;
      if (!big) std::reverse(bytes.begin(), bytes.end());
      for (std::size_t b = bytes.size(); b-- > 0;) {
        value = value << 8 | static_cast<unsigned char>(bytes[b]);
      }
      now.push_back(value);
    }
    variant = changed_dims(dims, now);
    if (!variant.edits.empty()) variants.push_back(variant);
  }
  return variants;
}

std::vector<Variant> count_too_large(const Document& document) {
  std::vector<Variant> variants;
  each_dim(
      document,
      [](std::uint64_t value, NumberFormat format) -> const std::vector<std::uint64_t> {
        const std::uint64_t most = highest(format);
        std::vector<std::uint64_t> numbers;
        for (const std::uint64_t number :
             {value + 1, 2 * value, most / 2, most / 2 + 1, most, std::uint64_t{0x7fffffff},
              std::uint64_t{0xffffffff}, std::uint64_t{0x100000000}}) {
          if (number <= most) numbers.push_back(number);
        }
        return numbers;
      },
      variants);
  return variants;
}

std::vector<Variant> count_too_small(const Document& document) {
  std::vector<Variant> variants;
  each_dim(
      document,
      [](std::uint64_t value, NumberFormat) -> const std::vector<std::uint64_t> {
        if (value < 2) return {};
        return {value - 1};
      },
      variants);
  return variants;
}

std::vector<Variant> zero_count(const Document& document) {
  std::vector<Variant> variants;
  each_dim(
      document, [](std::uint64_t, NumberFormat) -> const std::vector<std::uint64_t> { return {0}; },
      variants);
  return variants;
}

std::vector<Variant> negative_count(const Document& document) {
  std::vector<Variant> variants;
  each_dim(
      document,
      [](std::uint64_t, NumberFormat format) -> const std::vector<std::uint64_t> {
        if (format.is_decimal()) return {};
        return {highest(format), highest(format) / 2 + 1};
      },
      variants);
  for (const int position : fields_of(document, FieldRole::dim)) {
    if (!at(document, position).number.is_decimal()) continue;
    for (const char* text : {"-1", "-9223372036854775808", "-0x1", "- 1"}) {
      variants.push_back(one(set_text(position, text)));
    }
  }
  return variants;
}

// Every pair of dims set to the numbers given, where they can hold them; others stay.
std::vector<Variant> pairs(const Document& document,
                           const std::vector<std::pair<std::uint64_t, std::uint64_t>>& numbers) {
  std::vector<Variant> variants;
  for (const Dims& dims : dims_of_payloads(document)) {
    for (std::size_t i = 0; i + 1 < dims.fields.size(); ++i) {
      const std::uint64_t most = highest(at(document, dims.fields[i]).number);
      for (const auto& [first, second] : numbers) {
        if (first > most || second > most) continue;
        std::vector<std::uint64_t> now = dims.values;
        now[i] = first;
        now[i + 1] = second;
        variants.push_back(changed_dims(dims, now));
      }
    }
  }
  return variants;
}

std::vector<Variant> product_overflow_64(const Document& document) {
  std::vector<Variant> variants = pairs(document, {{std::uint64_t{1} << 32, std::uint64_t{1} << 32},
                                                   {std::uint64_t{1} << 62, 4},
                                                   {0xffffffffU, 0x80000000U}});
  for (const Dims& dims : dims_of_payloads(document)) {
    if (dims.fields.size() < 3) continue;
    std::vector<std::uint64_t> now = dims.values;
    now[0] = now[1] = std::uint64_t{1} << 31;
    now[2] = 4;
    variants.push_back(changed_dims(dims, now));
  }
  return variants;
}

std::vector<Variant> product_overflow_32(const Document& document) {
  return pairs(document, {{65536, 65536}, {65537, 65535}, {0x10001, 0x10000}, {46341, 46341}});
}

std::vector<Variant> overflow_behind_zero(const Document& document) {
  return pairs(document, {{std::uint64_t{1} << 62, 0},
                          {0, std::uint64_t{1} << 62},
                          {0xffffffffU, 0},
                          {0, 0xffffffffU}});
}

std::vector<Variant> bytes_overflow(const Document& document) {
  std::vector<Variant> variants;
  each_dim(
      document,
      [](std::uint64_t value, NumberFormat format) -> const std::vector<std::uint64_t> {
        // Times 2, 4 or 8 bytes these are few again, in 32 or 64 bits.
        std::vector<std::uint64_t> numbers;
        for (const int bits : {29, 30, 31, 61, 62, 63}) {
          const std::uint64_t number = (std::uint64_t{1} << bits) + value;
          if (number <= highest(format)) numbers.push_back(number);
        }
        return numbers;
      },
      variants);
  return variants;
}

std::vector<Variant> rank_bomb(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::rank)) {
    const Field& field = at(document, position);
    // One dim more or less takes elements for sizes, or sizes for elements, and may make sense.
    variants.push_back(one(set(position, field.value + 1), Expectation::survives));
    if (field.value > 0) {
      variants.push_back(one(set(position, field.value - 1), Expectation::survives));
    }
    for (const std::uint64_t rank : {std::uint64_t{255}, highest(field.number)}) {
      if (rank <= highest(field.number)) variants.push_back(one(set(position, rank)));
    }
  }
  return variants;
}

std::vector<Variant> dims_bomb(const Document& document) {
  std::vector<Variant> variants;
  for (const Dims& dims : dims_of_payloads(document)) {
    const Field& first = at(document, dims.fields.front());
    if (!first.number.is_decimal()) continue;
    for (const std::uint64_t count : {65, 20000}) {
      // Dims of size one change nothing about the number of elements.
      variants.push_back(one(repeated(dims.fields.front(), "1, ", count), Expectation::survives));
    }
  }
  return variants;
}

}  // namespace

std::vector<DamageClass> count_damage() {
  return {
      {9, "byte order of counts", false, byte_order},
      {11, "count too large", false, count_too_large},
      {12, "count too small", false, count_too_small},
      {13, "zero count", false, zero_count},
      {14, "negative count", false, negative_count},
      {15, "product overflows 64 bits", false, product_overflow_64},
      {16, "product overflows 32 bits", false, product_overflow_32},
      {17, "overflow behind a zero", false, overflow_behind_zero},
      {18, "bytes overflow", false, bytes_overflow},
      {27, "rank too large", false, rank_bomb},
      {27, "thousands of dims", false, dims_bomb},
  };
}

}  // namespace gradgrind::detail

#include "generators/array_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <vector>

namespace gradgrind::detail {
namespace {

constexpr std::int64_t kWholeElements = 16;
constexpr std::size_t kExceptions = 4;

/// The elements of an array by their bits, so that -0 differs from 0 and a NaN equals itself.
class Bits {
 public:
  explicit Bits(const Array& array)
      : bytes_(array.data()), size_(element_size(array.dtype())), count_(array.numel()) {}

  std::int64_t count() const { return count_; }
  bool are_equal(std::int64_t a, std::int64_t b) const {
    return std::memcmp(at(a), at(b), size_) == 0;
  }

 private:
  const std::byte* at(std::int64_t index) const {
    return bytes_ + static_cast<std::size_t>(index) * size_;
  }

  const std::byte* bytes_;
  std::size_t size_;
  std::int64_t count_;
};

/// An element that has the value of more than half of them, where there is such a value (the
/// majority vote of Boyer and Moore).
std::int64_t likely_majority(const Bits& bits) {
  std::int64_t candidate = 0;
  std::int64_t votes = 0;
  for (std::int64_t i = 0; i < bits.count(); ++i) {
    if (votes == 0) candidate = i;
    votes += bits.are_equal(i, candidate) ? 1 : -1;
  }
  return candidate;
}

std::string element(const Array& array, std::int64_t index) {
  return to_string(array.at(index), array.dtype());
}

std::string all(const Array& array, std::int64_t index) {
  const std::string text = element(array, index);
  return "all " + (text == "0" || text == "0+0i" ? "zero" : text);
}

std::string position(const Shape& shape, std::int64_t index) {
  Shape result(shape.size());
  for (std::size_t dim = shape.size(); dim-- > 0;) {
    result[dim] = index % shape[dim];
    index /= shape[dim];
  }
  return to_string(result);
}

/// "all zero but [1] = 2, [3] = 4", or nothing where there are too many exceptions.
std::optional<std::string> by_exceptions(const Array& array) {
  const Bits bits(array);
  const std::int64_t usual = likely_majority(bits);
  std::vector<std::int64_t> exceptions;
  for (std::int64_t i = 0; i < bits.count(); ++i) {
    if (bits.are_equal(i, usual)) continue;
    if (exceptions.size() == kExceptions) return std::nullopt;
    exceptions.push_back(i);
  }
  std::string text = all(array, usual);
  const char* joint = " but ";
  for (const std::int64_t index : exceptions) {
    text += joint + position(array.shape(), index) + " = " + element(array, index);
    joint = ", ";
  }
  return text;
}

/// The elements from `index` on, in the brackets of the dims from `dim` on. Moves `index`.
std::string nested(const Array& array, std::size_t dim, std::int64_t& index) {
  if (dim == array.shape().size()) return element(array, index++);
  std::string text = "[";
  for (std::int64_t i = 0; i < array.shape()[dim]; ++i) {
    if (i > 0) text += ", ";
    text += nested(array, dim + 1, index);
  }
  return text + "]";
}

std::string digest_of_flags(const Array& array) {
  const auto* flags = array.as<std::uint8_t>();
  const auto count = std::count_if(flags, flags + array.numel(), [](auto flag) { return flag; });
  return fmt::format("{} of {} true", count, array.numel());
}

std::string digest_of_integers(const Array& array) {
  std::int64_t lowest = std::get<std::int64_t>(array.at(0));
  std::int64_t highest = lowest;
  double mean = 0;
  for (std::int64_t i = 0; i < array.numel(); ++i) {
    const std::int64_t value = std::get<std::int64_t>(array.at(i));
    lowest = std::min(lowest, value);
    highest = std::max(highest, value);
    mean += static_cast<double>(value) / static_cast<double>(array.numel());
  }
  return fmt::format("min {}, max {}, mean {:.4g}", lowest, highest, mean);
}

std::string digest_of_reals(const Array& array) {
  std::int64_t nans = 0;
  std::vector<double> finite;
  for (std::int64_t i = 0; i < array.numel(); ++i) {
    const double value = array.real_at(i);
    if (std::isnan(value)) ++nans;
    if (std::isfinite(value)) finite.push_back(value);
  }
  const auto count = static_cast<std::int64_t>(finite.size());
  const std::int64_t infinities = array.numel() - count - nans;
  std::vector<std::string> parts;
  if (count > 0) {
    const auto [lowest, highest] = std::minmax_element(finite.begin(), finite.end());
    double mean = 0;
    // Each term divided, not the sum: that could overflow.
    for (const double value : finite) mean += value / static_cast<double>(count);
    parts.push_back(fmt::format("min {:.4g}, max {:.4g}, mean {:.4g}", *lowest, *highest, mean));
  }
  if (nans > 0) parts.push_back(fmt::format("{} NaN", nans));
  if (infinities > 0) parts.push_back(fmt::format("{} infinite", infinities));
  return fmt::format("{}{}", is_complex(array.dtype()) ? "moduli " : "", fmt::join(parts, ", "));
}

std::string digest(const Array& array) {
  if (array.dtype() == DType::boolean) return digest_of_flags(array);
  if (is_integral(array.dtype())) return digest_of_integers(array);
  return digest_of_reals(array);
}

}  // namespace

std::string describe_values(const Array& array) {
  if (array.numel() == 0) return "empty";
  std::optional<std::string> short_text = by_exceptions(array);
  const bool is_constant = short_text && short_text->find(" but ") == std::string::npos;
  if (is_constant && array.numel() > 1) return *short_text;
  if (array.numel() > kWholeElements) return short_text ? *short_text : digest(array);
  std::int64_t index = 0;
  std::string whole = nested(array, 0, index);
  return short_text && short_text->size() < whole.size() ? *short_text : whole;
}

}  // namespace gradgrind::detail

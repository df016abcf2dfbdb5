// Contents whose rows hang together: sorted ones, simplices, permutations, slices.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "generators/backgrounds.h"
#include "generators/content.h"
#include "generators/fill.h"
#include "generators/storage.h"
#include "generators/words.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::detail {
namespace {

/// Calls `visitor(row, length, index)` for each row of `values`, `row` a pointer to its elements.
template <class Visitor>
void for_each_row(Array& values, Visitor&& visitor) {
  const Rows rows(values);
  with_type(values.dtype(), [&](auto type) {
    auto* elements = values.as<typename decltype(type)::type>();
    for (std::int64_t i = 0; i < rows.count; ++i)
      visitor(elements + i * rows.length, rows.length, i);
  });
}

void sort_rows(Array& values) {
  for_each_row(values, [](auto* row, std::int64_t length, std::int64_t) {
    std::stable_sort(row, row + length, [](auto a, auto b) {
      const double left = to_real(a);
      const double right = to_real(b);
      return std::isnan(right) ? !std::isnan(left) : left < right;
    });
  });
}

/// Scales a row of weights to the sum 1 unless it has that already, up to rounding.
template <class T>
void normalise(T* row, std::int64_t length) {
  using Format = FloatBits<T>;
  double sum = 0;
  double largest = 0;
  bool is_clean = true;
  for (std::int64_t i = 0; i < length; ++i) {
    const double weight = to_real(row[i]);
    is_clean = is_clean && weight >= 0;
    if (!(weight >= 0)) row[i] = T(0);
    largest = std::fmax(largest, weight);
    sum += weight;
  }
  // What rounding each element to T, and this very sum to double, can leave.
  const double epsilon = std::ldexp(1.0, -Format::kMantissa);
  const double tolerance =
      4 * epsilon + static_cast<double>(length) *
                        (to_real(Format::value(1)) + std::numeric_limits<double>::epsilon());
  if (is_clean && std::abs(sum - 1) <= tolerance) return;
  if (largest == 0) {
    row[0] = T(1);
    return;
  }
  // Weighed against the largest, no sum overflows.
  const auto relative = [largest](T weight) {
    const double value = to_real(weight);
    if (std::isinf(largest)) return std::isinf(value) ? 1.0 : 0.0;
    return value / largest;
  };
  double total = 0;
  for (std::int64_t i = 0; i < length; ++i) total += relative(row[i]);
  for (std::int64_t i = 0; i < length; ++i) row[i] = from_real<T>(relative(row[i]) / total);
}

void normalise_rows(Array& values) {
  for_each_row(values, [&](auto* row, std::int64_t length, std::int64_t) {
    using T = std::remove_pointer_t<decltype(row)>;
    if constexpr (is_float_type<T>) {
      normalise(row, length);
    } else {
      throw UsageError("simplices(): dtype " + std::string(name(values.dtype())) +
                       " is not floating; give of_dtypes() floating dtypes only.");
    }
  });
}

/// Replaces the elements of a row by their ranks; equal ones rank in order of position.
template <class T>
void rank(T* row, std::int64_t length) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(length));
  std::iota(order.begin(), order.end(), 0);
  const std::vector<T> old(row, row + length);
  std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
    const double left = to_real(old[static_cast<std::size_t>(a)]);
    const double right = to_real(old[static_cast<std::size_t>(b)]);
    return std::isnan(right) ? !std::isnan(left) : left < right;
  });
  for (std::int64_t i = 0; i < length; ++i)
    row[order[static_cast<std::size_t>(i)]] = from_integer<T>(i);
}

/// The classes of simplices, in order.
enum class Weights { one_hot, equal, random, peaked, sparse };

/// What an element weighs before its row is scaled to the sum 1.
template <class T>
T weight(Weights kind, bool is_hot, std::uint64_t word) {
  switch (kind) {
    case Weights::one_hot:
      return from_integer<T>(is_hot ? 1 : 0);
    case Weights::equal:
      return from_integer<T>(1);
    case Weights::random:
      return from_real<T>(std::abs(uniform_value<double>(word)));
    case Weights::peaked:
      return from_real<T>(std::abs(log_uniform_value<double>(word)));
    case Weights::sparse:
      return from_real<T>(std::fmax(0.0, uniform_value<double>(word)));
  }
  throw InternalError("no class of simplices has the number " +
                      std::to_string(static_cast<int>(kind)));
}

/// The classes of permutations, in order.
enum class Order { identity, shuffled, reversed, rotated, one_swap };

template <class T>
void permute(Order kind, Words words, std::int64_t index, T* row, std::int64_t length) {
  const std::int64_t shift = words.below(index, length);
  for (std::int64_t i = 0; i < length; ++i) {
    const std::int64_t value = kind == Order::reversed  ? length - 1 - i
                               : kind == Order::rotated ? (i + shift) % length
                                                        : i;
    row[i] = from_integer<T>(value);
  }
  const Words swaps = words.fork();
  if (kind == Order::shuffled) {
    for (std::int64_t i = length - 1; i > 0; --i)
      std::swap(row[i], row[swaps.below(index * length + i, i + 1)]);
  }
  if (kind == Order::one_swap && length > 1)
    std::swap(row[shift], row[(shift + 1 + swaps.below(index, length - 1)) % length]);
}

/// Brings (start, stop, step) to 0 <= start <= stop <= size and step >= 1.
void repair_slice(std::int64_t size, std::int64_t* triple, std::int64_t length) {
  size = std::max<std::int64_t>(size, 0);
  triple[0] = std::clamp<std::int64_t>(triple[0], 0, size);
  if (length > 1) triple[1] = std::clamp(triple[1], triple[0], size);
  for (std::int64_t i = 2; i < length; ++i) triple[i] = std::max<std::int64_t>(triple[i], 1);
}

template <class T>
void store(const std::vector<std::int64_t>& from, T* row) {
  for (const std::int64_t value : from) *row++ = from_integer<T>(value);
}

}  // namespace

Content sorted_content(const ValuePolicy& policy) {
  const Content floats = floats_content(policy);
  Content content = floats;
  content.name += ", ascending";
  content.fill = [floats](Source& source, std::size_t class_index, const auto& bounds,
                          Array& values) {
    floats.fill(source, class_index, bounds, values);
    sort_rows(values);
  };
  content.repair = [floats](const auto& bounds, Array& values) {
    floats.repair(bounds, values);
    sort_rows(values);
  };
  return content;
}

Content simplex_content() {
  Content content;
  content.name = "weights of sum 1";
  content.classes = {"one_hot", "equal", "random", "peaked", "sparse"};
  content.fill = [](Source& source, std::size_t class_index, const auto&, Array& values) {
    const std::uint64_t key = source.key();
    const Words words(key);
    for_each_row(values, [&](auto* row, std::int64_t length, std::int64_t index) {
      // The simplest input puts all weight first.
      const std::int64_t hot = key == 0 ? 0 : words.below(index, length);
      for (std::int64_t i = 0; i < length; ++i) {
        const bool is_hot = i == hot;
        row[i] = weight<std::remove_pointer_t<decltype(row)>>(static_cast<Weights>(class_index),
                                                              is_hot, words[index * length + i]);
      }
    });
    normalise_rows(values);
  };
  content.repair = [](const auto&, Array& values) { normalise_rows(values); };
  return content;
}

Content permutation_content() {
  Content content;
  content.name = "permutations";
  content.classes = {"identity", "shuffled", "reversed", "rotated", "one_swap"};
  content.fill = [](Source& source, std::size_t class_index, const auto&, Array& values) {
    const Words words(source.key());
    for_each_row(values, [&](auto* row, std::int64_t length, std::int64_t index) {
      permute(static_cast<Order>(class_index), words, index, row, length);
    });
  };
  content.repair = [](const auto&, Array& values) {
    for_each_row(values, [](auto* row, std::int64_t length, std::int64_t) { rank(row, length); });
  };
  return content;
}

Content slice_content(const std::string& size) {
  Content content;
  content.name = "slices of " + size;
  content.classes = {"whole", "any", "empty", "single", "stepped"};
  content.bounds = {size};
  content.fill = [classes = content.classes](Source& source, std::size_t class_index,
                                             const auto& bounds, Array& values) {
    const std::string& kind = classes.at(class_index);
    const std::int64_t axis = std::max<std::int64_t>(bounds.at(0), 0);
    const Words words(source.key());
    for_each_row(values, [&](auto* row, std::int64_t length, std::int64_t index) {
      const std::int64_t start = kind == "whole" ? 0 : words.below(3 * index, axis + 1);
      std::int64_t stop = start + words.below(3 * index + 1, axis - start + 1);
      if (kind == "whole") stop = axis;
      if (kind == "empty") stop = start;
      if (kind == "single") stop = start + 1;
      std::int64_t step = 1 + words.below(3 * index + 2, axis + 1);
      if (kind == "whole") step = 1;
      if (kind == "stepped") step = 2 + words.below(3 * index + 2, 2);
      std::vector<std::int64_t> triple = {start, stop, step};
      triple.resize(static_cast<std::size_t>(length), 1);
      repair_slice(axis, triple.data(), length);
      store(triple, row);
    });
  };
  content.repair = [](const auto& bounds, Array& values) {
    for_each_row(values, [&](auto* row, std::int64_t length, std::int64_t) {
      std::vector<std::int64_t> triple;
      for (std::int64_t i = 0; i < length; ++i)
        triple.push_back(from_real<std::int64_t>(to_real(row[i])));
      repair_slice(bounds.at(0), triple.data(), length);
      store(triple, row);
    });
  };
  return content;
}

}  // namespace gradgrind::detail

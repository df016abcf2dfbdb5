// Boolean and additive masks.
#include <algorithm>
#include <limits>

#include "generators/content.h"
#include "generators/storage.h"
#include "generators/words.h"

namespace gradgrind::detail {
namespace {

/// What stands for masked and for kept.
struct Polarities {
  bool true_masks;
  bool is_additive = false;
};

/// A mask in memory, row by row.
template <class T>
class Mask {
 public:
  Mask(const Polarities& polarities, Array& values)
      : rows(values), elements_(values.as<T>()), is_additive_(polarities.is_additive) {
    if (is_additive_) {
      masked_ = from_real<T>(-std::numeric_limits<double>::infinity());
      kept_ = from_integer<T>(0);
    } else {
      masked_ = from_integer<T>(polarities.true_masks);
      kept_ = from_integer<T>(!polarities.true_masks);
    }
  }

  bool is_masked(std::int64_t row, std::int64_t position) const {
    const double value = to_real(elements_[row * rows.length + position]);
    if (is_additive_) return value < -0.5;
    return (value != 0) == (to_real(masked_) != 0);
  }

  void set(std::int64_t row, std::int64_t position, bool is_masked) {
    elements_[row * rows.length + position] = is_masked ? masked_ : kept_;
  }

  const Rows rows;

 private:
  T* elements_;
  bool is_additive_;
  T masked_;
  T kept_;
};

template <class Visitor>
void with_mask(const Polarities& polarities, Array& values, Visitor&& visitor) {
  with_type(values.dtype(), [&](auto type) {
    Mask<typename decltype(type)::type> mask(polarities, values);
    visitor(mask);
  });
}

/// Any pattern that keeps a position of each row.
Content pattern_content(std::string name, Polarities polarities) {
  Content content;
  content.name = std::move(name);
  content.classes = {"none_masked", "mixed", "one_masked", "one_kept"};
  content.fill = [=](Source& source, std::size_t class_index, const auto&, Array& values) {
    const Words words(source.key());
    const Words places = words.fork();
    with_mask(polarities, values, [&](auto& mask) {
      const std::int64_t length = mask.rows.length;
      for (std::int64_t i = 0; i < mask.rows.count; ++i) {
        const std::int64_t place = places.below(i, length);
        for (std::int64_t j = 0; j < length; ++j) {
          bool is_masked = false;
          if (class_index == 1) is_masked = j != place && words[i * length + j] >> 63 != 0;
          if (class_index == 2) is_masked = j == place && length > 1;
          if (class_index == 3) is_masked = j != place;
          mask.set(i, j, is_masked);
        }
      }
    });
  };
  content.repair = [=](const auto&, Array& values) {
    with_mask(polarities, values, [](auto& mask) {
      for (std::int64_t i = 0; i < mask.rows.count; ++i) {
        bool keeps_any = false;
        for (std::int64_t j = 0; j < mask.rows.length; ++j) {
          const bool is_masked = mask.is_masked(i, j);
          mask.set(i, j, is_masked);
          keeps_any = keeps_any || !is_masked;
        }
        if (!keeps_any) mask.set(i, 0, false);
      }
    });
  };
  return content;
}

/// The valid length of a row under one class of padding masks.
std::int64_t valid_length(const std::string& padding_class, std::int64_t shortest,
                          std::int64_t longest, std::int64_t row, Words words) {
  if (padding_class == "mixed") return shortest + words.below(row, longest - shortest + 1);
  if (padding_class == "shortest") return shortest;
  if (padding_class == "one_padded") return std::max(shortest, longest - 1);
  if (padding_class == "some_empty" && words[row] >> 63 != 0) return 0;
  return longest;
}

}  // namespace

Content boolean_content() {
  Content content;
  content.name = "booleans";
  content.classes = {"all_false", "mixed", "one_true", "all_true"};
  content.fill = [](Source& source, std::size_t class_index, const auto&, Array& values) {
    const Words words(source.key());
    const std::int64_t count = values.numel();
    with_type(values.dtype(), [&](auto type) {
      using T = typename decltype(type)::type;
      T* elements = values.as<T>();
      std::fill_n(elements, count, from_integer<T>(class_index == 3 ? 1 : 0));
      if (class_index == 1) {
        for (std::int64_t i = 0; i < count; ++i)
          elements[i] = from_integer<T>(static_cast<std::int64_t>(words[i] >> 63));
      }
      if (class_index == 2 && count > 0) elements[words.below(0, count)] = from_integer<T>(1);
    });
  };
  content.repair = [](const auto&, Array& values) {
    with_type(values.dtype(), [&](auto type) {
      using T = typename decltype(type)::type;
      T* elements = values.as<T>();
      std::transform(elements, elements + values.numel(), elements,
                     [](T value) { return from_integer<T>(to_real(value) != 0); });
    });
  };
  return content;
}

Content padding_content(bool true_masks, bool may_be_empty) {
  const Polarities polarities{true_masks};
  Content content;
  content.name = true_masks ? "padding, true where padded" : "padding, true where valid";
  content.classes = {"no_padding", "mixed", "one_padded", "shortest"};
  if (may_be_empty) {
    content.name += ", rows may be empty";
    content.classes.emplace_back("some_empty");
  }
  content.fill = [=, classes = content.classes](Source& source, std::size_t class_index,
                                                const auto&, Array& values) {
    const Words words(source.key());
    const std::string& padding_class = classes.at(class_index);
    with_mask(polarities, values, [&](auto& mask) {
      const std::int64_t longest = mask.rows.length;
      const std::int64_t shortest = may_be_empty ? 0 : 1;
      for (std::int64_t i = 0; i < mask.rows.count; ++i) {
        const std::int64_t valid = valid_length(padding_class, shortest, longest, i, words);
        for (std::int64_t j = 0; j < longest; ++j) mask.set(i, j, j >= valid);
      }
    });
  };
  content.repair = [=](const auto&, Array& values) {
    with_mask(polarities, values, [&](auto& mask) {
      for (std::int64_t i = 0; i < mask.rows.count; ++i) {
        std::int64_t valid = 0;
        for (std::int64_t j = 0; j < mask.rows.length; ++j) valid += mask.is_masked(i, j) ? 0 : 1;
        if (!may_be_empty) valid = std::max<std::int64_t>(valid, 1);
        for (std::int64_t j = 0; j < mask.rows.length; ++j) mask.set(i, j, j >= valid);
      }
    });
  };
  return content;
}

Content mask_content(bool true_masks) {
  return pattern_content(true_masks ? "mask, true where masked" : "mask, true where kept",
                         {true_masks});
}

Content additive_content() { return pattern_content("0 or -inf", {true, true}); }

Content causal_content(bool true_masks) {
  const auto write = [=](Array& values) {
    const Shape& shape = values.shape();
    const std::int64_t queries = shape.size() < 2 ? 1 : shape[shape.size() - 2];
    with_mask({true_masks}, values, [&](auto& mask) {
      for (std::int64_t i = 0; i < mask.rows.count; ++i) {
        for (std::int64_t j = 0; j < mask.rows.length; ++j) mask.set(i, j, j > i % queries);
      }
    });
  };
  Content content;
  content.name = true_masks ? "causal, true where masked" : "causal, true where kept";
  content.classes = {"causal"};
  content.fill = [=](Source&, std::size_t, const auto&, Array& values) { write(values); };
  content.repair = [=](const auto&, Array& values) { write(values); };
  return content;
}

}  // namespace gradgrind::detail

#include <algorithm>
#include <cstring>
#include <map>

#include "generators/shrinker.h"

namespace gradgrind::shrinking {
namespace {

/// How many groups of equal elements, and how many single elements, are simplified in one round.
constexpr std::size_t kGroups = 16;
constexpr std::size_t kSingles = 32;
/// Up to how many elements that are not 0 are moved and added up.
constexpr std::size_t kMoved = 8;

using Positions = std::vector<std::int64_t>;

/// The values of one tensor of the case that is being shrunk.
class TensorValues {
 public:
  TensorValues(Shrinker& shrinker, std::size_t input, std::size_t tensor)
      : shrinker_(shrinker), input_(input), tensor_(tensor) {}

  void shrink() {
    if (nonzero().empty() || set_zero(nonzero())) return;
    set_same_value();
    zero_blocks();
    truncate();
    simplify_groups();
    simplify_singles();
    gather();
  }

 private:
  const Array& values() const { return shrinker_.best().inputs[input_].tensors[tensor_].values; }

  Positions nonzero() const {
    const Array& array = values();
    const std::size_t size = element_size(array.dtype());
    Positions positions;
    for (std::int64_t i = 0; i < array.numel(); ++i) {
      const std::byte* element = array.data() + static_cast<std::size_t>(i) * size;
      if (std::any_of(element, element + size, [](std::byte byte) { return byte != std::byte{0}; }))
        positions.push_back(i);
    }
    return positions;
  }

  /// Tries the case with `edit` made to the values.
  template <class Edit>
  bool offer(Edit edit) {
    if (shrinker_.is_exhausted()) return false;
    Case candidate = shrinker_.best();
    edit(candidate.inputs[input_].tensors[tensor_].values);
    return shrinker_.offer(std::move(candidate));
  }

  bool set(const Positions& positions, const Scalar& value) {
    return offer([&](Array& array) {
      for (const std::int64_t position : positions) array.set(position, value);
    });
  }

  Scalar scalar(double value) const {
    if (is_complex(values().dtype())) return std::complex<double>(value);
    if (is_floating(values().dtype())) return value;
    // The bound is 2^63, which does not convert; set() saturates what its dtype cannot hold.
    return value < 9223372036854775808.0 ? static_cast<std::int64_t>(value) : INT64_MAX;
  }

  bool set_zero(const Positions& positions) { return set(positions, scalar(0)); }

  /// All that is not 0 to one value: in one run what else takes one an element.
  void set_same_value() {
    const Positions positions = nonzero();
    if (positions.size() < 2) return;
    if (!set(positions, scalar(1))) set(positions, values().at(positions.front()));
  }

  void zero_blocks() {
    Positions left = nonzero();
    const auto drop = [&](std::int64_t begin, std::int64_t count) -> std::int64_t {
      const auto first = left.begin() + begin;
      const auto last = first + count;
      if (!set_zero(Positions(first, last))) return 0;
      left.erase(first, last);
      return count;
    };
    drop_blocks(shrinker_, static_cast<std::int64_t>(left.size()), 0, drop);
  }

  void truncate() {
    if (!is_floating(values().dtype()) || nonzero().size() < 2) return;
    offer([](Array& array) {
      for (std::int64_t i = 0; i < array.numel(); ++i)
        array.set(i, std::trunc(std::get<double>(array.at(i))));
    });
  }

  /// Where each of the values that are not 0 stands, in order of first appearance.
  std::vector<Positions> groups() const {
    const Array& array = values();
    const std::size_t size = element_size(array.dtype());
    std::map<std::vector<std::byte>, std::size_t> known;
    std::vector<Positions> all;
    for (const std::int64_t position : nonzero()) {
      const std::byte* element = array.data() + static_cast<std::size_t>(position) * size;
      const auto [entry, is_new] =
          known.try_emplace(std::vector<std::byte>(element, element + size), all.size());
      if (is_new) all.emplace_back();
      all[entry->second].push_back(position);
    }
    return all;
  }

  void simplify_groups() {
    std::vector<Positions> all = groups();
    if (all.size() > kGroups) all.resize(kGroups);
    for (const Positions& group : all) {
      if (group.size() > 1) simplify_together(group);
    }
  }

  void simplify_singles() {
    Positions positions = nonzero();
    if (positions.size() > kSingles) positions.resize(kSingles);
    // From behind, as the order compares them.
    for (auto position = positions.rbegin(); position != positions.rend(); ++position)
      simplify_together({*position});
  }

  /// Moves equal elements along the order of simplicity, as one.
  void simplify_together(const Positions& positions) {
    const Array& array = values();
    const Scalar value = array.at(positions.front());
    if (const auto* complex = std::get_if<std::complex<double>>(&value)) {
      simplify(complex->imag(), largest(), [&](double imaginary) {
        return set(positions, std::complex<double>(real_part(positions.front()), imaginary));
      });
      simplify(complex->real(), largest(), [&](double real) {
        return set(positions, std::complex<double>(real, imaginary_part(positions.front())));
      });
      return;
    }
    const auto* integer = std::get_if<std::int64_t>(&value);
    const double number =
        integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value);
    simplify(number, largest(), [&](double simpler) { return set(positions, scalar(simpler)); });
  }

  double largest() const {
    const DType dtype = values().dtype();
    return is_floating(dtype) || is_complex(dtype) ? largest_finite(dtype)
                                                   : static_cast<double>(highest_integer(dtype));
  }

  double real_part(std::int64_t position) const {
    return std::get<std::complex<double>>(values().at(position)).real();
  }
  double imaginary_part(std::int64_t position) const {
    return std::get<std::complex<double>>(values().at(position)).imag();
  }

  /// Adds neighbours up where one element with their sum will do, and moves what is left forwards.
  void gather() {
    if (values().dtype() != DType::boolean) add_up();
    const Positions positions = nonzero();
    if (positions.size() > kMoved) return;
    for (const std::int64_t position : positions) move_forwards(position);
  }

  void add_up() {
    const Positions positions = nonzero();
    if (positions.size() > kMoved) return;
    for (std::size_t i = positions.size(); i-- > 1;) {
      offer([&](Array& array) {
        array.set(positions[i - 1], sum(array.at(positions[i - 1]), array.at(positions[i])));
        array.set(positions[i], scalar(0));
      });
    }
  }

  static Scalar sum(const Scalar& a, const Scalar& b) {
    if (const auto* complex = std::get_if<std::complex<double>>(&a))
      return *complex + std::get<std::complex<double>>(b);
    if (const auto* real = std::get_if<double>(&a)) return *real + std::get<double>(b);
    std::int64_t total = 0;
    const std::int64_t left = std::get<std::int64_t>(a);
    const std::int64_t right = std::get<std::int64_t>(b);
    if (__builtin_add_overflow(left, right, &total)) return left < 0 ? INT64_MIN : INT64_MAX;
    return total;
  }

  void move_forwards(std::int64_t position) {
    const Array& array = values();
    for (std::int64_t target = 0; target < position; ++target) {
      if (array.real_at(target) != 0) continue;
      const Scalar value = array.at(position);
      offer([&](Array& edited) {
        edited.set(target, value);
        edited.set(position, scalar(0));
      });
      return;
    }
  }

  Shrinker& shrinker_;
  std::size_t input_;
  std::size_t tensor_;
};

}  // namespace

void shrink_values(Shrinker& shrinker) {
  for (std::size_t i = 0; i < shrinker.best().inputs.size(); ++i) {
    for (std::size_t j = 0; j < shrinker.best().inputs[i].tensors.size(); ++j)
      TensorValues(shrinker, i, j).shrink();
  }
}

}  // namespace gradgrind::shrinking

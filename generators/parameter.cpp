#include "gradgrind/generators/parameter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <tuple>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

/// Of the options of a number's facet the first few are its edges, the rest draw from the range.
constexpr std::uint64_t kNumberOptions = 8;

/// The domain that has no value, and why.
ParameterDomain impossible(std::string why) {
  ParameterDomain domain;
  domain.text = std::move(why);
  return domain;
}

/// The value of `value`'s alternative T, or what to say of one that has another.
template <class T>
const T& held(const char* domain, const ParameterValue& value) {
  if (const T* held_value = std::get_if<T>(&value)) return *held_value;
  throw UsageError(fmt::format("{} cannot simplify {}: the parameter holds a value of another type",
                               domain, to_string(value)));
}

/// The legal value nearest to 0.
template <class Number>
Number simplest_of(Number lowest, Number highest) {
  return std::clamp(Number{0}, lowest, highest);
}

/// The edges of a range without repeats, simplest first.
template <class Number>
std::vector<Number> edges_of(Number lowest, Number highest) {
  std::vector<Number> edges = {simplest_of(lowest, highest)};
  for (const Number edge : {lowest, highest}) {
    if (std::find(edges.begin(), edges.end(), edge) == edges.end()) edges.push_back(edge);
  }
  return edges;
}

/// An edge now and then, else `draw_any()`. A range of one value takes no choice.
template <class Number, class DrawAny>
ParameterValue draw_number(std::string_view name, Source& source, const std::vector<Number>& edges,
                           DrawAny draw_any) {
  if (edges.size() == 1) return edges.front();
  const std::uint64_t option = source.pick({name, edges.size()}, kNumberOptions);
  if (option < edges.size()) return edges[option];
  return draw_any();
}

/// The simplicity of the values of one real range: a strict total order. Nearness to the simplest
/// value comes first, but only up to a resolution of 2^-21 of the range; below that, short decimals
/// win. A coarse order ends in few steps, and two neighbours of it are within 2^-20.
class RealOrder {
 public:
  RealOrder(double lowest, double highest)
      : lowest_(lowest),
        highest_(highest),
        simplest_(simplest_of(lowest, highest)),
        resolution_(std::ldexp(highest, -21) - std::ldexp(lowest, -21)) {}

  bool contains(double value) const { return lowest_ <= value && value <= highest_; }

  std::vector<ParameterValue> simpler(double value) const {
    std::vector<double> candidates = {simplest_, -value};
    for (const double small : {1, 2, 3, 4, 5, 8, 10, 16, 32, 64, 100, 1000}) {
      candidates.insert(candidates.end(), {small, -small});
    }
    const double distance = value - simplest_;
    for (int halvings = 1; halvings <= 21; ++halvings) {
      candidates.push_back(value - std::ldexp(distance, -halvings));
    }
    candidates.push_back(simplest_ + std::copysign(next_bucket(std::abs(distance)), distance));
    for (int digits = 1; digits <= 9; ++digits) {
      candidates.push_back(truncated(value, digits));
      candidates.push_back(next_decimal(candidates.back(), value, digits));
    }
    return simplest_first(std::move(candidates), value);
  }

 private:
  using Rank = std::tuple<double, bool, std::size_t, double>;

  Rank rank(double value) const {
    const double distance = std::abs(value - simplest_);
    const double bucket = resolution_ > 0 ? std::floor(distance / resolution_) : distance;
    return {bucket, std::signbit(value), fmt::format("{}", std::abs(value)).size(), distance};
  }

  /// The far end of the bucket before that of `distance`: where a threshold lies in that bucket, no
  /// halving need meet it.
  double next_bucket(double distance) const {
    return std::max(0.0, (std::floor(distance / resolution_) - std::ldexp(1.0, -10)) * resolution_);
  }

  /// `value` cut towards 0 after that many significant digits.
  static double truncated(double value, int digits) {
    const double rounded = read(fmt::format("{:.{}e}", value, digits - 1));
    if (std::abs(rounded) <= std::abs(value)) return rounded;
    return next_decimal(rounded, -value, digits);
  }

  /// `rounded`, a decimal of that many significant digits, moved on by one unit of its last digit
  /// in the direction of `value`'s sign.
  static double next_decimal(double rounded, double value, int digits) {
    const double exponent = std::floor(std::log10(std::abs(value)));
    const double step = read(fmt::format("1e{}", exponent - digits + 1));
    return read(fmt::format("{:.{}e}", rounded + std::copysign(step, value), digits - 1));
  }

  static double read(const std::string& text) {
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  std::vector<ParameterValue> simplest_first(std::vector<double> candidates, double value) const {
    std::vector<std::pair<Rank, double>> ranked;
    const Rank limit = rank(value);
    for (const double candidate : candidates) {
      if (!contains(candidate) || !(rank(candidate) < limit)) continue;
      ranked.emplace_back(rank(candidate), candidate);
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.erase(std::unique(ranked.begin(), ranked.end()), ranked.end());
    std::vector<ParameterValue> result;
    for (const auto& [ignored, candidate] : ranked) result.emplace_back(candidate);
    return result;
  }

  double lowest_;
  double highest_;
  double simplest_;
  double resolution_;
};

/// Simpler integers of a range: nearer to the simplest one, positive before negative.
std::vector<ParameterValue> simpler_integers(std::int64_t lowest, std::int64_t highest,
                                             std::int64_t value) {
  const std::int64_t simplest = simplest_of(lowest, highest);
  const auto rank = [simplest](std::int64_t number) {
    const auto a = static_cast<std::uint64_t>(number);
    const auto b = static_cast<std::uint64_t>(simplest);
    return std::pair(number < simplest ? b - a : a - b, number < 0);
  };
  std::vector<std::int64_t> candidates = {simplest};
  for (const std::int64_t small : {1, 2, 3, 4, 5, 8, 10, 16, 32, 64, 100, 1000}) {
    candidates.insert(candidates.end(), {small, -small});
  }
  // The mirror image of the lowest integer does not exist.
  if (value < 0 && value + 1 >= -std::numeric_limits<std::int64_t>::max()) {
    candidates.push_back(-value);
  }
  for (std::uint64_t step = rank(value).first; step > 0; step /= 2) {
    const auto origin = static_cast<std::uint64_t>(value);
    const std::uint64_t nearer = value < simplest ? origin + step : origin - step;
    candidates.push_back(static_cast<std::int64_t>(nearer));
  }
  std::sort(candidates.begin(), candidates.end(),
            [&](std::int64_t a, std::int64_t b) { return rank(a) < rank(b); });
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  std::vector<ParameterValue> result;
  for (const std::int64_t candidate : candidates) {
    const bool is_legal = lowest <= candidate && candidate <= highest;
    if (is_legal && rank(candidate) < rank(value)) result.emplace_back(candidate);
  }
  return result;
}

}  // namespace

std::string to_string(const ParameterValue& value) {
  struct Printer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return fmt::format("{}", number); }
    std::string operator()(double number) const { return fmt::format("{}", number); }
    std::string operator()(const std::string& text) const { return fmt::format("\"{}\"", text); }
    std::string operator()(const OpaqueValue& opaque) const { return opaque.text; }
  };
  return std::visit(Printer{}, value);
}

ParameterDomain real(double lowest, double highest) {
  if (!std::isfinite(lowest) || !std::isfinite(highest)) {
    return impossible(fmt::format("real({}, {}): bounds must be finite", lowest, highest));
  }
  if (lowest > highest) {
    return impossible(
        fmt::format("real({}, {}): the lowest is above the highest; swap them", lowest, highest));
  }
  ParameterDomain domain;
  domain.text = fmt::format("{} to {}", lowest, highest);
  domain.draw = [=, edges = edges_of(lowest, highest)](std::string_view name, Source& source) {
    return draw_number(name, source, edges, [&] { return source.real(lowest, highest); });
  };
  domain.simpler = [order = RealOrder(lowest, highest)](const ParameterValue& value) {
    return order.simpler(held<double>("real()", value));
  };
  domain.contains = [=](const ParameterValue& value) {
    const auto* number = std::get_if<double>(&value);
    return number != nullptr && lowest <= *number && *number <= highest;
  };
  return domain;
}

ParameterDomain integer(std::int64_t lowest, std::int64_t highest) {
  if (lowest > highest) {
    return impossible(fmt::format("integer({}, {}): the lowest is above the highest; swap them",
                                  lowest, highest));
  }
  ParameterDomain domain;
  domain.text = fmt::format("{} to {}", lowest, highest);
  domain.draw = [=, edges = edges_of(lowest, highest)](std::string_view name, Source& source) {
    return draw_number(name, source, edges, [&] { return source.integer(lowest, highest); });
  };
  domain.simpler = [=](const ParameterValue& value) {
    return simpler_integers(lowest, highest, held<std::int64_t>("integer()", value));
  };
  domain.contains = [=](const ParameterValue& value) {
    const auto* number = std::get_if<std::int64_t>(&value);
    return number != nullptr && lowest <= *number && *number <= highest;
  };
  return domain;
}

ParameterDomain choice(std::vector<std::string> options) {
  if (options.empty()) {
    return impossible("choice({}): there is nothing to choose from; name at least one option");
  }
  ParameterDomain domain;
  domain.text = fmt::format("one of \"{}\"", fmt::join(options, "\", \""));
  domain.draw = [options](std::string_view name, Source& source) -> ParameterValue {
    if (options.size() == 1) return options.front();
    return options[source.pick({name, options.size()}, options.size())];
  };
  domain.simpler = [options](const ParameterValue& value) {
    const auto end =
        std::find(options.begin(), options.end(), held<std::string>("choice()", value));
    return std::vector<ParameterValue>(options.begin(), end);
  };
  domain.contains = [options](const ParameterValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text != nullptr && std::find(options.begin(), options.end(), *text) != options.end();
  };
  return domain;
}

ParameterDomain flag() {
  ParameterDomain domain;
  domain.text = "false or true";
  domain.draw = [](std::string_view name, Source& source) -> ParameterValue {
    return source.pick({name, 2}, 2) == 1;
  };
  domain.simpler = [](const ParameterValue& value) -> std::vector<ParameterValue> {
    if (held<bool>("flag()", value)) return {false};
    return {};
  };
  domain.contains = [](const ParameterValue& value) { return std::holds_alternative<bool>(value); };
  return domain;
}

}  // namespace gradgrind

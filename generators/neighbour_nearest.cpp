#include "generators/neighbour_nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <utility>
#include <variant>

namespace gradgrind::detail {
namespace {

using Kind = ChangedPart::Kind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Elements that are named singly; more are counted.
constexpr std::size_t kNamed = 3;
/// Halvings of a change that is no whole number; more digits would say no more.
constexpr int kHalvings = 4;

int rank_of(Kind kind) {
  switch (kind) {
    case Kind::contents:
      return 0;
    case Kind::layout:
      return 1;
    case Kind::dtype:
      return 2;
    case Kind::size:
      return 3;
    case Kind::parameter:
      return 4;
    case Kind::weights:
      return 5;
    case Kind::seed:
      return 6;
  }
  return 6;
}

double gap(double a, double b) {
  const double result = std::abs(a - b);
  return std::isnan(result) ? kInfinity : result;
}

double gap(const Scalar& a, const Scalar& b) {
  const auto complex = [](const Scalar& value) {
    return std::visit(
        [](const auto& own) { return std::complex<double>(own); },
        value.index() == 0 ? Scalar(static_cast<double>(std::get<std::int64_t>(value))) : value);
  };
  return gap(std::abs(complex(a) - complex(b)), 0);
}

/// Nothing for what is no number.
std::optional<double> number(const ParameterValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  return std::nullopt;
}

/// Goes from `holding` towards `failing`, halving the way; `holds_at` says whether the case with
/// that number holds. Whole numbers stay whole.
double nearest_number(double failing, double holding, const std::function<bool(double)>& holds_at) {
  if (!std::isfinite(failing) || !std::isfinite(holding)) return holding;
  const bool is_whole = failing == std::trunc(failing) && holding == std::trunc(holding);
  for (int step = 0; is_whole ? std::abs(failing - holding) > 1 : step < kHalvings; ++step) {
    const double middle = failing + (holding - failing) / 2;
    const double next = is_whole ? std::trunc(middle) : middle;
    if (next == failing || next == holding) break;
    (holds_at(next) ? holding : failing) = next;
  }
  return holding;
}

}  // namespace

bool operator<(const Distance& a, const Distance& b) {
  return std::tie(a.changes, a.kind, a.magnitude) < std::tie(b.changes, b.kind, b.magnitude);
}

void Nearest::measure(Candidate& candidate) const {
  Distance& distance = candidate.distance;
  distance = {1, rank_of(candidate.kind), 0};
  switch (candidate.kind) {
    case Kind::contents: {
      distance.changes = 0;
      const auto& before = failing_.inputs[candidate.input].tensors;
      const auto& after = candidate.holding.inputs[candidate.input].tensors;
      for (std::size_t t = 0; t < before.size(); ++t) {
        for (std::int64_t i = 0; i < before[t].values.numel(); ++i) {
          const double own = gap(before[t].values.at(i), after[t].values.at(i));
          if (own > 0) ++distance.changes;
          distance.magnitude = std::max(distance.magnitude, own);
        }
      }
      return;
    }
    case Kind::size:
      distance.magnitude = gap(static_cast<double>(failing_.dims[candidate.name]),
                               static_cast<double>(candidate.holding.dims[candidate.name]));
      return;
    case Kind::parameter: {
      const auto before = number(failing_.parameters.at(candidate.name));
      const auto after = number(candidate.holding.parameters.at(candidate.name));
      distance.magnitude = before && after ? gap(*before, *after) : kInfinity;
      return;
    }
    case Kind::layout:
    case Kind::dtype:
      return;
    case Kind::weights:
    case Kind::seed:
      distance.changes = kInfinity;
  }
}

void Nearest::keep(Candidate candidate) {
  measure(candidate);
  if (candidate.kind == Kind::contents &&
      (!nearest_contents_ || candidate.distance < nearest_contents_->distance)) {
    nearest_contents_ = candidate;
  }
  if (!nearest_ || candidate.distance < nearest_->distance) nearest_ = std::move(candidate);
}

void Nearest::offer(const ChangeablePart& part, Case holding, const std::string& change) {
  keep({part.kind, part.name, part.input, change, std::move(holding), {}});
}

void Nearest::refine(const Holds& holds) {
  if (!nearest_) return;
  if (nearest_contents_) {
    Candidate contents = *nearest_contents_;
    revert_elements(contents, holds);
    approach(contents, holds);
    keep(std::move(contents));
  }
  if (nearest_->kind != Kind::contents) {
    Candidate other = *nearest_;
    approach(other, holds);
    keep(std::move(other));
  }
}

std::vector<std::int64_t> Nearest::changed_elements(const Candidate& candidate) const {
  const Array& before = failing_.inputs[candidate.input].tensors.front().values;
  const Array& after = candidate.holding.inputs[candidate.input].tensors.front().values;
  std::vector<std::int64_t> positions;
  for (std::int64_t i = 0; i < before.numel(); ++i)
    if (gap(before.at(i), after.at(i)) > 0) positions.push_back(i);
  return positions;
}

void Nearest::revert_elements(Candidate& candidate, const Holds& holds) const {
  if (failing_.inputs[candidate.input].tensors.size() != 1) return;
  const Array& before = failing_.inputs[candidate.input].tensors.front().values;
  std::vector<std::int64_t> changed = changed_elements(candidate);
  for (std::size_t block = changed.size() / 2; block > 0; block /= 2) {
    for (std::size_t start = 0; start < changed.size() && changed.size() > 1;) {
      const std::size_t end = std::min(start + block, changed.size());
      Array values = candidate.holding.inputs[candidate.input].tensors.front().values;
      for (std::size_t i = start; i < end; ++i) values.set(changed[i], before.at(changed[i]));
      std::optional<Case> nearer = with_values(space_, failing_, candidate.input, values);
      if (!nearer || !holds(*nearer)) {
        start = end;
        continue;
      }
      candidate.holding = *std::move(nearer);
      changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(start),
                    changed.begin() + static_cast<std::ptrdiff_t>(end));
    }
  }
}

void Nearest::approach(Candidate& candidate, const Holds& holds) const {
  // Takes `nearer` over where it holds.
  const auto adopt = [&](std::optional<Case> nearer) {
    if (!nearer || !holds(*nearer)) return false;
    candidate.holding = *std::move(nearer);
    return true;
  };
  const std::string& name = candidate.name;
  if (candidate.kind == Kind::size) {
    nearest_number(static_cast<double>(failing_.dims[name]),
                   static_cast<double>(candidate.holding.dims[name]), [&](double size) {
                     return adopt(resized(space_, failing_, name, static_cast<std::int64_t>(size),
                                          options_.built_from));
                   });
    candidate.change = std::to_string(candidate.holding.dims[name]);
  } else if (candidate.kind == Kind::parameter) {
    const ParameterValue& before = failing_.parameters.at(name);
    const auto failing = number(before);
    const auto holding = number(candidate.holding.parameters.at(name));
    if (!failing || !holding) return;
    nearest_number(*failing, *holding, [&](double value) {
      const bool is_integer = std::holds_alternative<std::int64_t>(before);
      return adopt(with_parameter(
          space_, failing_, name,
          is_integer ? ParameterValue(static_cast<std::int64_t>(value)) : ParameterValue(value)));
    });
    candidate.change = to_string(candidate.holding.parameters.at(name));
  } else if (candidate.kind == Kind::contents) {
    if (failing_.inputs[candidate.input].tensors.size() != 1) return;
    const Array& before = failing_.inputs[candidate.input].tensors.front().values;
    const std::vector<std::int64_t> changed = changed_elements(candidate);
    if (is_complex(before.dtype()) || changed.size() > kNamed) return;
    for (const std::int64_t position : changed) {
      const Array after = candidate.holding.inputs[candidate.input].tensors.front().values;
      nearest_number(before.real_at(position), after.real_at(position), [&](double value) {
        Array values = candidate.holding.inputs[candidate.input].tensors.front().values;
        values.set(position, is_floating(values.dtype())
                                 ? Scalar(value)
                                 : Scalar(static_cast<std::int64_t>(value)));
        return adopt(with_values(space_, failing_, candidate.input, values));
      });
    }
  }
}

std::string Nearest::elements_text(const Candidate& candidate) const {
  const Input& input = failing_.inputs[candidate.input];
  if (input.tensors.size() != 1) return "other contents of " + candidate.name;
  const std::vector<std::int64_t> changed = changed_elements(candidate);
  if (changed.size() > kNamed || changed.empty()) {
    return fmt::format("{} other element{} of {}", changed.size(), changed.size() == 1 ? "" : "s",
                       candidate.name);
  }
  const Array& before = input.tensors.front().values;
  const Array& after = candidate.holding.inputs[candidate.input].tensors.front().values;
  std::string text;
  for (const std::int64_t position : changed) {
    if (!text.empty()) text += ", ";
    text += element_change_text(candidate.name, before, position, after.at(position));
  }
  return text;
}

std::string Nearest::text() const {
  if (!nearest_) return {};
  const std::string& name = nearest_->name;
  const std::string& change = nearest_->change;
  switch (nearest_->kind) {
    case Kind::layout:
      return name + " " + change;
    case Kind::dtype:
      return name + (name.empty() ? "" : " in ") + change;
    case Kind::size:
    case Kind::parameter:
      return name + "=" + change;
    case Kind::weights:
      return "weights of " + change;
    case Kind::seed:
      return "another seed";
    case Kind::contents:
      return elements_text(*nearest_);
  }
  return {};
}

}  // namespace gradgrind::detail

#include "bench/fuzzing/masks_by_hand.h"

#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <array>
#include <functional>
#include <limits>
#include <map>
#include <stdexcept>

#include "tests/fuzz/planted/maskers.h"

namespace bench {
namespace {

enum class Mask : std::uint8_t {
  padding,           // of which no row is all
  padding_or_empty,  // of which a row may be
  pairs,             // of queries and keys
  future,            // no mask is given, and later positions are hidden
};

struct Tested {
  Mask mask = Mask::padding;
  MaskedSizes most;
  std::function<at::Tensor(const at::Tensor&, const at::Tensor&)> faulty;
  std::function<at::Tensor(const at::Tensor&, const at::Tensor&)> sound;
  bool may_hide_nan = false;
};

// Of what attention gives back the result is looked at.
template <class Function>
auto result_of(Function attention) {
  return [attention](const at::Tensor& x, const at::Tensor& hidden) {
    return std::get<0>(attention(x, hidden));
  };
}

template <class Function>
auto over_scores(Function softmax) {
  return [softmax](const at::Tensor& x, const at::Tensor& hidden) {
    return softmax(x.squeeze(-1), hidden);
  };
}

template <class Function>
auto without_mask(Function attention) {
  return [attention](const at::Tensor& x, const at::Tensor&) { return attention(x); };
}

const std::map<std::string, Tested>& tested_functions() {
  using namespace planted;
  static const std::map<std::string, Tested> all = {
      {"inverted", {Mask::padding_or_empty, {3, 6, 3}, mean_of_padding, mean}},
      {"amount", {Mask::padding, {3, 6, 3}, mean_over_all, mean}},
      {"product", {Mask::padding, {3, 6, 3}, mean_by_product, mean, true}},
      {"gradient", {Mask::padding, {3, 6, 3}, mean_with_leaking_gradient, mean}},
      {"full_row",
       {Mask::padding_or_empty,
        {3, 6, 1},
        over_scores(softmax_without_guard),
        over_scores(softmax)}},
      {"added", {Mask::padding, {3, 6, 1}, over_scores(softmax_of_sum), over_scores(softmax)}},
      {"late", {Mask::pairs, {2, 5, 3}, result_of(attention_masked_late), result_of(attention)}},
      {"finite",
       {Mask::pairs, {2, 5, 3}, result_of(attention_filled_finite), result_of(attention)}},
      {"wrong_dim", {Mask::padding, {3, 5, 3}, padded_attention_over_queries, padded_attention}},
      {"off_by_one",
       {Mask::future,
        {2, 12, 3},
        without_mask(causal_attention_off_by_one),
        without_mask(causal_attention)}},
  };
  return all;
}

std::string base_of(const std::string& name) {
  const std::string kTwin = "sound_";
  return name.rfind(kTwin, 0) == 0 ? name.substr(kTwin.size()) : name;
}

const Tested* find(const std::string& name) {
  const auto found = tested_functions().find(base_of(name));
  return found == tested_functions().end() ? nullptr : &found->second;
}

at::Tensor values(const std::vector<float>& numbers, at::IntArrayRef shape) {
  return at::tensor(numbers).reshape(shape);
}

// The mask; of each row something is left, unless the function knows what to do then.
at::Tensor hidden_of(const Tested& tested, const MaskedInput& input) {
  const std::int64_t length = input.length;
  if (tested.mask == Mask::future) return at::arange(length).gt(input.position);
  const std::int64_t rows = tested.mask == Mask::pairs ? length : input.batch;
  const at::Tensor hidden =
      at::tensor(std::vector<std::uint8_t>(input.hides.begin(), input.hides.end()))
          .reshape({rows, length})
          .to(at::kBool);
  if (tested.mask == Mask::padding_or_empty) return hidden;
  const at::Tensor is_first = at::arange(length).eq(0);
  return hidden.logical_and(is_first.logical_and(hidden.all(-1, true)).logical_not());
}

// Elements of x that may change, [batch, length], under a mask over each row, over keys or time.
at::Tensor changing_of(const Tested& tested, const at::Tensor& hidden, const MaskedInput& input) {
  if (tested.mask == Mask::future) return hidden.unsqueeze(0);
  if (tested.mask != Mask::pairs) return hidden;
  // The query itself has to stay as it is.
  const at::Tensor others = at::arange(input.length).ne(input.position);
  return hidden[input.position].logical_and(others).unsqueeze(0);
}

// What of the result may not change.
at::Tensor seen_of(const Tested& tested, const at::Tensor& hidden, const MaskedInput& input,
                   const at::Tensor& result) {
  if (tested.mask == Mask::pairs) return result.select(1, input.position);
  if (tested.mask == Mask::future) return result.slice(1, 0, input.position + 1);
  const bool has_positions = result.dim() == 3;
  return has_positions ? result.masked_fill(hidden.unsqueeze(-1), 0) : result;
}

}  // namespace

MaskedSizes most_of(const std::string& name) {
  const Tested* const tested = find(name);
  return tested == nullptr ? MaskedSizes() : tested->most;
}

std::size_t mask_size_of(const std::string& name, const MaskedInput& input) {
  const Mask mask = find(name)->mask;
  if (mask == Mask::future) return 0;
  const std::int64_t rows = mask == Mask::pairs ? input.length : input.batch;
  return static_cast<std::size_t>(rows * input.length);
}

void check_mask_by_hand(const std::string& name, const MaskedInput& input) {
  const Tested& tested = *find(name);
  const auto& function = base_of(name) == name ? tested.faulty : tested.sound;
  const std::array<std::int64_t, 3> shape = {input.batch, input.length, input.width};
  const at::Tensor hidden = hidden_of(tested, input);
  const at::Tensor x = values(input.x, shape);
  const at::Tensor result = function(x, hidden);
  if (!at::isfinite(result).all().item<bool>()) throw std::logic_error("the result is not finite");

  at::Tensor other = values(input.other, shape);
  if (tested.may_hide_nan) other.fill_(std::numeric_limits<float>::quiet_NaN());
  const at::Tensor changed = at::where(changing_of(tested, hidden, input).unsqueeze(-1), other, x);
  const at::Tensor again = function(changed, hidden);
  if (!at::allclose(seen_of(tested, hidden, input, result),
                    seen_of(tested, hidden, input, again))) {
    throw std::logic_error("the result depends on what is hidden");
  }
}

}  // namespace bench

#include "tests/fuzz/planted/masker_contracts.h"

#include "gradgrind/gradgrind.h"
#include "tests/fuzz/planted/maskers.h"

namespace planted {
namespace {

namespace gg = gradgrind;

template <class Function>
gg::Contract mean_over(const std::string& name, Function function, const gg::Domain& pad) {
  return gg::function(name, function)
      .dim("B", 1, 3)
      .dim("T", 1, 6)
      .dim("E", 1, 3)
      .input("x", gg::floats("B T E"))
      .input("pad", pad)
      .output("y", gg::floats("B E"))
      .batch("B")
      .sequence("T");
}

template <class Function>
gg::Contract softmax_over(const std::string& name, Function function, const gg::Domain& hidden) {
  return gg::function(name, function)
      .dim("B", 1, 3)
      .dim("N", 1, 6)
      .input("scores", gg::floats("B N"))
      .input("hidden", hidden)
      .output("p", gg::probabilities("B N"))
      .batch("B")
      .unordered("N");
}

template <class Function>
gg::Contract attention_under(const std::string& name, Function function) {
  return gg::function(name, function)
      .dim("B", 1, 2)
      .dim("T", 1, 5)
      .dim("E", 1, 3)
      .input("x", gg::floats("B T E"))
      .input("hidden", gg::mask("T T", gg::marks_padding).of("x"))
      .output("y", gg::floats("B T E"))
      .output("weights", gg::attention_weights("B T T"))
      .batch("B");
}

template <class Function>
gg::Contract padded_attention_of(const std::string& name, Function function) {
  return gg::function(name, function)
      .dim("B", 1, 3)
      .dim("T", 1, 5)
      .dim("E", 1, 3)
      .input("x", gg::floats("B T E"))
      .input("pad", gg::padding_mask("B T", gg::marks_padding).of("x"))
      .output("y", gg::floats("B T E"))
      .batch("B")
      .sequence("T");
}

template <class Function>
gg::Contract causal_attention_of(const std::string& name, Function function) {
  return gg::function(name, function)
      .dim("B", 1, 2)
      .dim("T", 1, 12)
      .dim("E", 1, 3)
      .input("x", gg::floats("B T E"))
      .output("y", gg::floats("B T E"))
      .batch("B")
      .sequence("T")
      .causal();
}

}  // namespace

std::vector<PlantedMasker> planted_maskers() {
  const gg::Domain pad = gg::padding_mask("B T", gg::marks_padding).of("x");
  const gg::Domain or_empty = gg::padding_mask_or_empty("B T", gg::marks_padding).of("x");
  const gg::Domain over_nan = pad.may_hide_non_finite();
  const gg::Domain hidden = gg::mask("B N", gg::marks_padding).of("scores");
  const gg::Domain all_hidden = gg::padding_mask_or_empty("B N", gg::marks_padding).of("scores");
  return {
      {"inverted", "takes the mean of the padding",
       mean_over("MeanOfPadding", mean_of_padding, or_empty), mean_over("Mean", mean, or_empty)},
      {"amount", "divides the sum by all positions, padding included",
       mean_over("MeanOverAll", mean_over_all, pad), mean_over("Mean", mean, pad)},
      {"product", "multiplies by the mask, and 0 * NaN is NaN",
       mean_over("MeanByProduct", mean_by_product, over_nan), mean_over("Mean", mean, over_nan)},
      {"gradient", "takes the padding off by its value alone, so that its gradient stays",
       mean_over("MeanWithLeakingGradient", mean_with_leaking_gradient, pad),
       mean_over("Mean", mean, pad)},
      {"full_row", "gives NaN for a row from which everything is hidden",
       softmax_over("SoftmaxWithoutGuard", softmax_without_guard, all_hidden),
       softmax_over("Softmax", softmax, all_hidden)},
      {"added", "adds a boolean mask to the scores, where it is 0 or 1",
       softmax_over("SoftmaxOfSum", softmax_of_sum, hidden.or_additive()),
       softmax_over("Softmax", softmax, hidden.or_additive())},
      {"late", "masks behind the softmax, so that weights do not sum to one",
       attention_under("AttentionMaskedLate", attention_masked_late),
       attention_under("Attention", attention)},
      {"finite", "fills with -1e4, which scores of large vectors fall below",
       attention_under("AttentionFilledFinite", attention_filled_finite),
       attention_under("Attention", attention)},
      {"wrong_dim", "masks queries instead of keys",
       padded_attention_of("AttentionOverQueries", padded_attention_over_queries),
       padded_attention_of("PaddedAttention", padded_attention)},
      {"off_by_one", "from the third block of four queries on it sees one position ahead",
       causal_attention_of("CausalAttentionOffByOne", causal_attention_off_by_one),
       causal_attention_of("CausalAttention", causal_attention)},
  };
}

}  // namespace planted

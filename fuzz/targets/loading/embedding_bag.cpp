// Asserts of at::embedding_bag with ids and offsets that nobody checked: they are refused with a
// c10::Error, or bags are the sums, means or maxima of the rows that lie in them.
#include <ATen/Functions.h>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

// Nothing where something is refused. `ends`: the last offset is where the last bag ends.
at::Tensor bags(const gg::Inputs& of, std::int64_t mode, bool ends) {
  try {
    return std::get<0>(
        at::embedding_bag(of["weight"], of["ids"], of["offsets"], false, mode, false, {}, ends));
  } catch (const c10::Error&) {
    return of["weight"].new_empty({0});
  }
}

// The bag of ids [from, to), or nothing where there is none.
at::Tensor plain(const gg::Inputs& of, std::int64_t from, std::int64_t to, std::int64_t mode) {
  const at::Tensor& weight = of["weight"];
  if (from < 0 || from > to || to > of["ids"].numel()) return {};
  const at::Tensor chosen = of["ids"].narrow(0, from, to - from);
  if (chosen.lt(0).logical_or(chosen.ge(weight.size(0))).any().item<bool>()) return {};
  const at::Tensor rows = weight.index_select(0, chosen);
  if (to == from) return weight.new_zeros({weight.size(1)});
  return mode == 0 ? rows.sum(0) : mode == 1 ? rows.mean(0) : std::get<0>(rows.max(0));
}

template <int mode, bool ends>
bool is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor seen = bags(inputs, mode, ends);
  if (seen.dim() == 1) return true;
  const at::Tensor stops = at::cat({inputs["offsets"], at::tensor({inputs["ids"].numel()})});
  for (std::int64_t bag = 0; bag < seen.size(0); ++bag) {
    const auto from = stops[bag].item<std::int64_t>();
    const at::Tensor right = plain(inputs, from, stops[bag + 1].item<std::int64_t>(), mode);
    if (!right.defined() || !at::allclose(seen[bag], right)) return false;
  }
  return seen.size(0) == inputs["offsets"].numel() - (ends ? 1 : 0);
}

const gg::Contract embedding_bag =
    gg::function("EmbeddingBag", [](const gg::Inputs& inputs) { return bags(inputs, 0, false); })
        .dim("V", 1, 3)
        .dim("N", 0, 5)
        .dim("M", 1, 4)
        .input("weight", gg::floats("V 2", gg::between(-4, 4)))
        .input("ids", gg::integers("N", -1, 3))
        .input("offsets", gg::integers("M", -1, 6))
        .only({"sums", "means", "maxima", "sums_to_an_end", "maxima_to_an_end"})
        .property("sums", is_refused_or_right<0, false>)
        .property("means", is_refused_or_right<1, false>)
        .property("maxima", is_refused_or_right<2, false>)
        .property("sums_to_an_end", is_refused_or_right<0, true>)
        .property("maxima_to_an_end", is_refused_or_right<2, true>);

}  // namespace

GRADGRIND_FUZZ(embedding_bag);

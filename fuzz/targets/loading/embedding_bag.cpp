// Asserts of at::embedding_bag with ids and offsets that nobody checked: they are refused with a
// c10::Error, or bags are the sums, means or maxima that a plain loop finds.
#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <vector>

#include "gradgrind/fuzz.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

struct Bags {
  std::int64_t mode;
  bool ends;  // the last offset is where the last bag ends

  // Nothing where something is refused.
  at::Tensor operator()(const at::Tensor& weight, const at::Tensor& ids,
                        const at::Tensor& offsets) const {
    try {
      return std::get<0>(at::embedding_bag(weight, ids, offsets, false, mode, false, {}, ends));
    } catch (const c10::Error&) {
      return weight.new_empty({0});
    }
  }
};

// The bag of ids [from, to), or nothing where there is none.
at::Tensor plain(const at::Tensor& weight, const at::Tensor& ids, std::int64_t from,
                 std::int64_t to, std::int64_t mode) {
  if (from < 0 || from > to || to > ids.numel()) return {};
  const at::Tensor chosen = ids.narrow(0, from, to - from);
  if (((chosen < 0) | (chosen >= weight.size(0))).any().item<bool>()) return {};
  const at::Tensor rows = weight.index_select(0, chosen);
  if (to == from) return weight.new_zeros({weight.size(1)});
  if (mode == 2) return std::get<0>(rows.max(0));
  return mode == 1 ? rows.mean(0) : rows.sum(0);
}

template <int mode, bool ends>
bool is_refused_or_right(gg::Trial& trial) {
  const gg::Inputs inputs = trial.inputs();
  const at::Tensor bags = Bags{mode, ends}(inputs["weight"], inputs["ids"], inputs["offsets"]);
  if (bags.dim() == 1) return true;
  const at::Tensor& offsets = inputs["offsets"];
  for (std::int64_t bag = 0; bag < bags.size(0); ++bag) {
    const bool is_last = bag + 1 == offsets.numel();
    const auto to = is_last ? inputs["ids"].numel() : offsets[bag + 1].item<std::int64_t>();
    const at::Tensor right =
        plain(inputs["weight"], inputs["ids"], offsets[bag].item<std::int64_t>(), to, mode);
    if (!right.defined() || !at::allclose(bags[bag], right)) return false;
  }
  return bags.size(0) == offsets.numel() - (ends ? 1 : 0);
}

const gg::Contract embedding_bag =
    gg::function("EmbeddingBag", Bags{0, false})
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

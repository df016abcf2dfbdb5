// Domains: the sets of values that an input may take.
//
// Layer 1, vocabulary; the bodies that fill arrays are layer 2. A Domain is a plain value. Building
// one never throws: its texts are parsed when a CaseSpace is made of it, and problems are listed
// there together.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/array.h"
#include "gradgrind/generators/dtype.h"
#include "gradgrind/generators/layout.h"
#include "gradgrind/generators/source.h"

namespace gradgrind {

/// What fills a tensor. Four members make a domain of one's own.
struct Content {
  /// What the values are: "ids below V". Stands in reports.
  std::string name;
  /// The classes of contents it can make ("zero", "normal", ...), simplest first, at least one.
  /// Each is drawn with equal probability, walked by the edge enumerator, and counted.
  std::vector<std::string> classes = {"any"};
  /// Dim expressions whose values `fill` and `repair` are given as `bounds`, in this order.
  std::vector<std::string> bounds;

  using Fill = std::function<void(Source& source, std::size_t class_index,
                                  const std::vector<std::int64_t>& bounds, Array& values)>;
  /// Writes every element of `values`, which has its dtype and shape already.
  Fill fill;

  using Repair = std::function<void(const std::vector<std::int64_t>& bounds, Array& values)>;
  /// Moves `values` to a member of the domain, and leaves a member as it is. Called after every
  /// edit of shrinking: with it a permutation stays one when a row is dropped. Absent: any values
  /// are members.
  Repair repair;
};

/// Which elements of another input a mask covers.
struct Masking {
  std::string of;                    ///< The input whose positions it marks; empty: no mask.
  bool true_masks = true;            ///< A true element marks a position that must not matter.
  bool additive = false;             ///< Floating: 0 keeps, a very negative number or -inf masks.
  bool or_additive = false;          ///< The additive form of a boolean mask is taken too.
  bool or_broadcast = false;         ///< So is a mask with axes of size 1, but for the last.
  bool may_hide_non_finite = false;  ///< What it masks may be NaN or infinite.
};

/// Polarity of a boolean mask.
enum Polarity : bool {
  marks_valid = false,   ///< true: the position counts.
  marks_padding = true,  ///< true: the position is padding and must not matter.
};

/// What the properties need to know of an input's role.
enum class Meaning : std::uint8_t {
  values,
  ids,
  labels,
  lengths,
  padding_mask,
  attention_mask,
  indices,
  permutation,
  attention_weights,
};

/// The set of values that one input may take.
struct Domain {
  std::string shape;          ///< A ShapeExpr, or for a broadcast partner empty.
  std::vector<DType> dtypes;  ///< Drawn from; empty: the floating dtype that the case shares.
  Content content;
  Meaning meaning = Meaning::values;
  Masking masking;
  std::vector<LayoutKind> layouts = {LayoutKind::contiguous};
  std::string alias_of;        ///< Partner of LayoutKind::alias.
  std::string broadcasts_to;   ///< Name of the input whose shape this one broadcasts to, or empty.
  bool may_be_absent = false;  ///< An optional input; absent it is an undefined tensor.
  bool is_list = false;
  std::int64_t shortest_list = 0;
  std::int64_t longest_list = 0;
  std::vector<std::string>
      problems;  ///< What is wrong with how it was built, for a CaseSpace to list.

  /// Draws from these dtypes instead of the shared one.
  Domain of_dtypes(std::vector<DType> set) const;
  /// Draws a layout from these kinds.
  Domain with_layouts(std::vector<LayoutKind> kinds) const;
  /// Now and then the same memory as input `name`, which is declared earlier.
  Domain maybe_alias_of(std::string name) const;
  /// Marks positions of input `name`. For masks and lengths.
  Domain of(std::string name) const;
  /// A boolean mask whose additive form (0 keeps, -infinity masks) is taken too, and means the
  /// same.
  Domain or_additive() const;
  /// A mask that may also have size 1 along any axis but the last, and is broadcast then.
  Domain or_broadcast() const;
  /// A mask behind which NaN and infinities may stand: they spread nowhere.
  Domain may_hide_non_finite() const;
  /// May be absent. A mask that hides nothing means the same as an absent one.
  Domain optional() const;
  /// A list of `shortest` to `longest` tensors (inclusive), each drawn on its own.
  Domain list(std::int64_t shortest, std::int64_t longest) const;
};

/// How the elements of a floating or integer domain are chosen: a set of classes, perhaps within
/// bounds. Each class that a policy names makes at least 2 % of the cases.
struct ValuePolicy {
  std::vector<std::string> classes;
  double lowest = 0;   ///< Inclusive; used when `bounded`.
  double highest = 0;  ///< Inclusive.
  bool bounded = false;
};

/// What honest code must cope with unasked: zero, constant, small_integers, repeats, ties, one_hot,
/// normal (approximately, within 3.5 deviations), uniform (-1 to 1), log_uniform (magnitudes 1e-3
/// to 1e3). Finite; magnitudes up to 1000 are members.
ValuePolicy ordinary();
/// Ordinary values and, in single elements or everywhere, magnitudes near the dtype's largest
/// ("huge": largest/4 .. largest) and smallest ("tiny"). Finite.
ValuePolicy extremes();
/// Ordinary values, extremes, and spikes of nan, infinity, negative_zero, subnormal, max, lowest:
/// one class each.
ValuePolicy special();
/// Within the bounds, both inclusive, in every dtype: constant, uniform, repeats, lowest, highest,
/// edges. Where a dtype has no value between them, the nearest that it has.
ValuePolicy between(double lowest, double highest);

/// Real floating values. Shares its dtype with the contract's other floating inputs.
Domain floats(std::string shape, ValuePolicy policy = ordinary());
/// complex64 or complex128; real and imaginary part by the policy.
Domain complexes(std::string shape, ValuePolicy policy = ordinary());
/// int64 unless of_dtypes() says otherwise; values lowest .. highest, both inclusive.
Domain integers(std::string shape, std::int64_t lowest, std::int64_t highest);
/// true or false.
Domain booleans(std::string shape);

/// int64 ids 0 .. size-1 for the dim expression `size` (a vocabulary).
Domain ids(std::string shape, std::string size);
/// int64 class labels 0 .. classes-1.
Domain labels(std::string shape, std::string classes);
/// Values in [0, 1].
Domain probabilities(std::string shape);
/// Non-negative values that sum to 1 along the last dim, up to rounding.
Domain simplices(std::string shape);
/// int64 lengths lowest .. highest (a dim expression), both inclusive.
Domain lengths(std::string shape, std::string highest, std::int64_t lowest = 1);
/// bool; each row of the last dim is valid up to a drawn length of at least 1, then padding.
Domain padding_mask(std::string shape, Polarity polarity);
/// As padding_mask(), and a row may be padding from its start.
Domain padding_mask_or_empty(std::string shape, Polarity polarity);
/// bool, any pattern with at least one position of each row left unmasked. `polarity` says what
/// true means, as for padding_mask().
Domain mask(std::string shape, Polarity polarity);
/// bool; shape [..., T, S]: position s is masked for query t when s > t.
Domain causal_mask(std::string shape, Polarity polarity);
/// Floating 0 or -infinity, any pattern with at least one 0 in each row.
Domain additive_mask(std::string shape);
/// Of an output: weights that attention gives to the keys of the last dim. Non-negative, 0 where a
/// mask hides a key, and of sum 1 wherever any is left.
Domain attention_weights(std::string shape);
/// int64 permutations of 0 .. n-1 along the last dim.
Domain permutations(std::string shape);
/// int64 indices -size .. size-1: negative ones count from the end.
Domain indices(std::string shape, std::string size);
/// int64 triples (start, stop, step) of last dim 3 that slice an axis of `size`: 0 <= start <= stop
/// <= size, step >= 1.
Domain slices(std::string shape, std::string size);
/// Floating values that ascend along the last dim.
Domain sorted(std::string shape, ValuePolicy policy = ordinary());
/// Floating values of a shape that broadcasts to that of input `name`, declared earlier: leading
/// dims may be missing, any other may be 1.
Domain broadcastable(std::string name, ValuePolicy policy = ordinary());
/// A domain of one's own.
Domain custom(std::string shape, std::vector<DType> dtypes, Content content);

}  // namespace gradgrind

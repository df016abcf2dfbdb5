// The cases of a contract: generation, edges, repair, and the stream that all properties share.
//
// Layer 2, generators.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/dims.h"
#include "gradgrind/generators/domain.h"
#include "gradgrind/generators/parameter.h"
#include "gradgrind/generators/source.h"

namespace gradgrind {

/// What of a contract concerns its cases, as data.
struct Signature {
  std::vector<Dim> dims;
  std::vector<std::string> relations;  ///< "K <= T": solved, not rejected.
  std::vector<std::pair<std::string, ParameterDomain>> parameters;
  std::vector<std::pair<std::string, Domain>> inputs;
  std::vector<DType> dtypes = common_floats();  ///< The shared floating dtype is one of these.
  std::vector<Device> devices = {Device::cpu};
  std::vector<WeightPolicy> weights = {WeightPolicy::fresh, WeightPolicy::noisy};
  /// Further dim expressions that must divide and be at least 0: shapes of outputs and targets.
  std::vector<std::string> further_shapes;
};

/// One row of the edge enumeration: an option for each facet, by name.
using EdgeRow = std::vector<std::pair<std::string, std::uint64_t>>;

/// A checked Signature. Immutable, cheap to copy, safe to share between threads.
class CaseSpace {
 public:
  /// Throws one UsageError that lists every problem of the signature: texts that do not parse,
  /// unknown or doubly declared names, impossible dims, empty sets of dtypes, reversed bounds.
  explicit CaseSpace(Signature signature);

  const Signature& signature() const;
  const DimTable& dims() const;

  /// Decodes one case. Any source gives a legal one; an exhausted one gives the simplest.
  Case generate(Source& source) const;

  /// The edge rows: each dim at its bounds, each dtype, device, layout, value class, and so on;
  /// pairwise where at most 60 rows cover all pairs, else one row for each option.
  const std::vector<EdgeRow>& edges() const;

  /// Case `index` of the stream that belongs to `seed`: a pure function of its arguments. The
  /// first edges().size() cases are the edges, the rest are random.
  Case at(std::uint64_t seed, std::uint64_t index) const;

  /// The parsed shape of input `input`; empty for a broadcast partner.
  const ShapeExpr& shape_of(std::size_t input) const;

  /// Brings `a_case` back into the space after an edit: values to their domain, aliases to their
  /// partner's values, expanded dims to equal slices. Shapes must be right already.
  void repair(Case& a_case) const;

  /// Why `a_case` is not of this space (a wrong shape, a missing input, values outside a domain,
  /// ...), or empty when it is: structural_mismatch(), else value_mismatch().
  std::string mismatch(const Case& a_case) const;
  /// Likewise, but whatever the values: a subject can be called with such a case.
  std::string structural_mismatch(const Case& a_case) const;
  /// The first value outside its domain, of a case whose structure is right, or empty.
  std::string value_mismatch(const Case& a_case) const;

  /// `a_case` with only the indices `kept` of the free dim `name` left in every tensor that depends
  /// on it, derived dims taken along, values repaired; nothing where the dims become illegal.
  /// Entries of weights.state whose axes are a multiple of a dim in `built_from` are sliced with
  /// it.
  std::optional<Case> sliced(const Case& a_case, const std::string& name,
                             const std::vector<std::int64_t>& kept,
                             const std::vector<std::string>& built_from = {}) const;

 private:
  struct Body;
  std::shared_ptr<const Body> body_;
};

}  // namespace gradgrind

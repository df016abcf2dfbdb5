// Which cases a property runs, and in which order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/settings.h"

namespace gradgrind {

/// One case of a property's list, and where it came from.
struct PlannedCase {
  Case content;
  std::string origin;       ///< "regression FILE", "example 1", "edge case", "random case".
  std::uint64_t index = 0;  ///< In the stream; 0 outside of it.
};

/// The cases of one property: stored ones, examples, then the
/// stream of the seed. A pure function of contract, property, settings and the stored files.
class CasePlan {
 public:
  CasePlan(const Contract& contract, const Property& property, const Settings& settings);

  std::uint64_t size() const { return first_.size() + from_stream_; }
  /// How many of them come before the stream.
  std::uint64_t before_stream() const { return first_.size(); }
  PlannedCase at(std::uint64_t position) const;
  /// Files that were passed by because they are broken, with the reason.
  const std::vector<std::string>& broken_files() const { return broken_; }

 private:
  const Contract& contract_;
  const Settings& settings_;
  std::vector<PlannedCase> first_;
  std::uint64_t from_stream_ = 0;
  std::vector<std::string> broken_;
};

/// So many cases a claim that one case proves is tried on before it is called refuted, whatever the
/// scale; fewer where the property plans fewer. A few edges may show nothing of a sound subject.
constexpr int kLeastRefuting = 20;

/// How many stream cases a property runs under these settings.
int planned_cases(const Contract& contract, const Property& property, const Settings& settings);

/// A walk over a plan: for a claim about every case as the plan stands, with edges before random
/// cases; for a claim that one case proves the stream backwards, since a random case is the
/// likelier proof. Cases of the dtype `first`, where one is given, come before the others.
class CaseOrder {
 public:
  CaseOrder(const CasePlan& plan, Quantifier quantifier, std::optional<DType> first)
      : plan_(plan), quantifier_(quantifier), first_(first) {}

  /// The next case and its position in the plan; nothing after the last.
  std::optional<std::pair<std::uint64_t, PlannedCase>> next();

 private:
  const CasePlan& plan_;
  Quantifier quantifier_;
  std::optional<DType> first_;
  std::uint64_t walked_ = 0;
  std::vector<std::uint64_t> put_off_;
  std::size_t taken_up_ = 0;
};

}  // namespace gradgrind

// Neighbours of a failing case: what does not matter, what does, and the nearest case that holds.
//
// Layer 2, generators. Works on cases, never on tensors, over a judge, as shrinking does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gradgrind/generators/case.h"
#include "gradgrind/generators/case_space.h"

namespace gradgrind {

/// What a case does, seen from the failing one.
enum class Likeness : std::uint8_t {
  fails_alike,  ///< With the same identity.
  fails_otherwise,
  holds,
  says_nothing,  ///< The property discards it.
};

/// One part of a case, and what came of changing it while all else stayed. Each change is told in a
/// word: a size, the name of a dtype, the class that contents were drawn from.
struct ChangedPart {
  enum class Kind : std::uint8_t { contents, layout, dtype, size, parameter, weights, seed };
  Kind kind = Kind::contents;
  std::string name;  ///< Of the input, dim or parameter; empty for what a case has once.
  std::vector<std::string> alike;      ///< Changes after which the case fails alike.
  std::vector<std::string> otherwise;  ///< ... fails in another way.
  std::vector<std::string> holding;    ///< ... holds.
  int silent = 0;                      ///< ... says nothing.

  /// Whether the part may be anything, as far as was seen: every change fails alike, and there were
  /// at least three of them or no others to be had.
  bool is_irrelevant() const;
};

/// What the neighbours of a failing case do.
struct Neighbourhood {
  std::vector<ChangedPart> parts;  ///< Those with a change that says something.
  int together = 0;                ///< Cases in which all irrelevant parts were changed at once.
  int together_alike = 0;          ///< Those of them that fail alike.
  /// The nearest case that holds: "x[0, 0] = 88 in place of 89", "B=1". Empty: none was found.
  std::string nearest;
  int runs = 0;             ///< Calls of the judge.
  bool is_complete = true;  ///< No budget ended the search.
  /// The finding whose smallest case this one shares, and where its neighbours were looked at; all
  /// else is empty then.
  std::string same_as;
};

struct NeighbourOptions {
  int runs = 200;           ///< At most this many calls of the judge.
  double seconds = 10;      ///< And at most this long; both are checked before each call.
  bool has_weights = true;  ///< Whether the subject has any.
  std::vector<std::string> built_from;  ///< As in ShrinkOptions.
};

using JudgeNeighbour = std::function<Likeness(const Case&)>;

/// Changes `failing`, of `space`, in one part at a time: up to 8 other contents of each input, its
/// layouts, up to 5 other sizes of each free dim (what is added repeats the last slice), the
/// dtypes, up to 4 other values of each parameter, 5 other weights, 3 other seeds. Where other
/// contents matter, single elements are changed as well, by one step, to 0 or to 1. Last, what
/// turned out not to matter is changed at once, 4 times. A few dozen runs; no case is run twice.
///
/// Deterministic, unless `seconds` cuts it.
Neighbourhood explore_neighbours(const CaseSpace& space, const Case& failing,
                                 const JudgeNeighbour& judge, const NeighbourOptions& options = {});

// A neighbourhood in words, lines broken between thoughts; empty where there is nothing to say.

/// "fails alike for 8 of 8 other contents of x, 4 of 4 other sizes of B".
std::string any_text(const Neighbourhood& seen);
/// "B: holds with 1, fails alike with 3, 4".
std::string matters_text(const Neighbourhood& seen);
/// "with x[0, 0] = 88 in place of 89", or that no neighbour holds.
std::string holds_text(const Neighbourhood& seen);

}  // namespace gradgrind

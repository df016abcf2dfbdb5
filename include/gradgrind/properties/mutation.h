// Mutation testing: what would the tests not notice?
//
// Layer 3, properties. Each operator that a subject's forward calls is made to go wrong, one at a
// time and without a rebuild, and the suite has to notice. What it does not notice is listed with
// the line of source to look at.
//
//   std::cout << gg::to_text(gg::mutation_score(contract, gg::suite_of(contract)));
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/property.h"
#include "gradgrind/properties/settings.h"

namespace gradgrind {

/// What came of one mutant.
enum class MutantOutcome : std::uint8_t {
  killed,      ///< A property failed.
  survived,    ///< Every property held.
  equivalent,  ///< It changes no bit of any case, for a reason of the closed list.
  timed_out,   ///< The suite did not end; neither killed nor survived.
  unviable,    ///< Nothing to notice: it throws wherever it acts, or acts nowhere.
};

/// What kills a mutant whose process dies before any property runs.
inline constexpr char kFirstForward[] = "the first forward";

/// One mutation of one operator call in the subject's source.
struct Mutant {
  std::string mutation;       ///< "negates_its_result".
  std::string group;          ///< "value", "mask", ...: what the matrix counts by.
  std::string operator_name;  ///< "aten::relu".
  int site = 0;               ///< Place of the call in the order of the forward, from 1.
  /// The user's line that calls it, or LibTorch's module; empty where nothing is known.
  std::string line;
  MutantOutcome outcome = MutantOutcome::survived;
  std::string reason;  ///< Why it is equivalent or unviable.
  /// Properties that failed: the first one, or every one; or kFirstForward.
  std::vector<std::string> killers;
  int cases = 0;  ///< Cases that the first of them had judged by then.
  /// Whether outputs, gradients and buffers are the same bits in all cases. Of a survivor: no
  /// reason of the closed list says that they must be.
  bool changes_nothing = false;
};

struct MutationSettings {
  Settings run = process_settings();  ///< Seed, folders, and limits of a case.
  /// Above 0: multiplies every property's number of cases, of which at least 6 are left.
  double scale = 0.2;
  int most_mutants = 1000;      ///< Beyond it a sample is drawn by the seed.
  bool every_property = false;  ///< Go on after the first that kills: the whole matrix.
  double most_seconds = 60;     ///< That one mutant may take before it counts as timed out.
};

/// The mutants of one contract, and what the suite made of them.
struct MutationScore {
  std::string contract;
  std::vector<Mutant> mutants;          ///< In the order of their sites.
  int possible = 0;                     ///< Mutants there are; more than ran where a sample did.
  std::vector<std::string> properties;  ///< Those that judged, in the order of the suite.

  int count(MutantOutcome outcome) const;
  /// Killed of all killed and survived; 0 without any.
  double score() const;
  /// Equivalents among all viable mutants.
  double equivalent_share() const;
  /// Above a share of 15 % equivalents the score says nothing: too much was argued away.
  bool is_void() const;
};

/// Runs `suite` once for each mutant of the contract's subject, in a child process each. Throws
/// UsageError when the contract is impossible, when the suite fails without a mutant, when no
/// property judges a case, and when there are no mutants: a score over none is no score.
MutationScore mutation_score(const Contract& contract, const Suite& suite,
                             const MutationSettings& settings = {});

/// The score, the matrix of properties by groups, and the survivors with their lines.
std::string to_text(const MutationScore& score);

/// One mutation, for listings.
struct MutationInfo {
  std::string name;
  std::string group;
  std::string what;  ///< One clause: "its result comes out with the other sign".
};
std::vector<MutationInfo> known_mutations();

}  // namespace gradgrind

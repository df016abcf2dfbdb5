// A target: what becomes of one input.
//
// Layer 4, faces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace gradgrind {
class Loader;
}

namespace gradgrind::fuzz {

/// The bytes of an input.
using Bytes = std::string_view;

/// Why an input fails.
struct Failure {
  std::string verdict;    ///< "differs", "throws", "wrong value", ...: the kind, in a word or two.
  std::string signature;  ///< Equal for inputs that fail from one cause, as far as can be told.
  std::string report;     ///< For people.
};

/// An input in words.
struct Explanation {
  std::string summary;  ///< One line: "a valid file with 1 edit: dims[1] 3 -> 4294967296".
  std::string report;   ///< For people, several lines.
};

/// Whether an input fails as the one that is being made smaller does.
using FailsAlike = std::function<bool(Bytes)>;

/// An input with a name: "dims_2_3.idx".
struct Seed {
  std::string name;
  std::string bytes;
};

/// A fuzz target behind one face, whoever drives it.
class Target {
 public:
  virtual ~Target() = default;

  virtual const std::string& name() const = 0;
  /// Called once, before the first input and not before main(). Throws UsageError where the target
  /// cannot be.
  virtual void start() {}
  /// Judges one input. Deaths and hangs are left to whoever drives.
  virtual std::optional<Failure> run(Bytes input) = 0;
  /// The failure of `input` as clear as can be; slow. For an input that does not fail, what it
  /// stands for. May die as run() may.
  virtual Explanation explain(Bytes input) = 0;
  /// The smallest input that still fails alike. `fails_alike` says no to everything once time is
  /// up. Default: bytes are dropped and made 0.
  virtual std::string shrink(Bytes input, const FailsAlike& fails_alike);
  /// Changes `data` in place and returns its new size, at most `capacity`. Pure in its arguments.
  virtual std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t capacity,
                             unsigned seed);
  /// Inputs to start from.
  virtual std::vector<Seed> seeds() { return {}; }
  /// Byte strings that mean something to the code under test.
  virtual std::vector<std::string> dictionary() { return {}; }
};

/// A target that judges cases of a contract: the first byte chooses a property of its suite, the
/// rest decodes to a case.
std::unique_ptr<Target> make_target(const Contract& contract);

/// A target that gives a loader files: the input as it is or, where it starts like a tape
/// (fuzz/README.md), a valid file with the edits that the tape holds.
std::unique_ptr<Target> make_target(const Loader& loader);

/// Makes `target` the one of this process. A second one ends the process with a message.
bool set_target(std::unique_ptr<Target> target);

/// Seeds of a target that is written by hand, an LLVMFuzzerTestOneInput: what its replay program
/// writes with --write-seeds. Called at most once a program; gives back true.
bool offer_seeds(std::function<std::vector<Seed>()> seeds);
/// Those, or none.
std::vector<Seed> offered_seeds();

/// The target of this process, or null.
Target* current_target();

/// What GRADGRIND_FUZZ calls: takes whatever make_target() does.
template <class Subject>
bool register_target(const Subject& subject) {
  return set_target(make_target(subject));
}

}  // namespace gradgrind::fuzz

// Semantic coverage: what an uninstrumented LibTorch does, told to the fuzzing engine.
//
// Layer 4, faces. libFuzzer reads an array of counters beside those that the compiler puts into
// instrumented code (section __libfuzzer_extra_counters). A feature is a hash of what was seen; its
// counter counts. Without libFuzzer the array is just memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace gradgrind::fuzz {

/// Kinds of features; part of the hash, so that they do not meet.
enum class Feature : std::uint8_t { operators, values, result, exception, allocation, user };

/// Counts one feature. A target of one's own may: note(Feature::user, state_of_the_parser).
void note(Feature kind, std::uint64_t value);

/// Notes dtype, rank, order of size and strides of what the code under test gave back.
void note_result(const at::Tensor& tensor);

/// Notes an exception by type and normalised text. At most 1,024 different ones are told apart: a
/// message that quotes its input would otherwise make every input new.
void note_exception(const std::string& type, const std::string& message);

/// Notes the order of magnitude of a number of bytes, under a name for what they are.
void note_size(Feature kind, std::uint64_t what, std::uint64_t bytes);

/// While it lives, operators dispatched on this thread are noted, as the levers say.
class OperatorCoverage {
 public:
  OperatorCoverage();
  ~OperatorCoverage();
  /// As made anew, and quicker: the next operator follows none.
  void begin_input();
  OperatorCoverage(const OperatorCoverage&) = delete;
  OperatorCoverage& operator=(const OperatorCoverage&) = delete;

 private:
  struct Installed;
  std::unique_ptr<Installed> installed_;
};

/// How many counters are not zero. libFuzzer clears them before each input.
std::size_t features_noted();
void forget_features();

}  // namespace gradgrind::fuzz

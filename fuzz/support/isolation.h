// Inputs in a child first: one that kills is a finding, and the fuzzer goes on.
#pragma once

#include <memory>
#include <optional>

#include "gradgrind/fuzz/target.h"
#include "properties/worker.h"

namespace gradgrind::fuzz {

/// Runs inputs of a target in a child that is forked from this warm process, anew after a death:
/// 3-4.5 ms, where starting the program anew takes a second.
class Isolation {
 public:
  explicit Isolation(Target& target, WorkerLimits limits) : target_(target), limits_(limits) {}

  /// How `input` fails. A death is a failure with the verdict "dies", or "hangs".
  std::optional<Failure> run(Bytes input);

 private:
  Target& target_;
  WorkerLimits limits_;
  std::unique_ptr<Worker> worker_;
};

/// The failure that a death is.
Failure failure_of_death(const std::string& target, const Reply& reply);

/// "" for no failure.
std::string to_text(const std::optional<Failure>& failure);
std::optional<Failure> failure_from_text(const std::string& text);

}  // namespace gradgrind::fuzz

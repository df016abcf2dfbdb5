#include "fuzz/support/shrink_input.h"

#include <chrono>
#include <nlohmann/json.hpp>

namespace gradgrind::fuzz {

Explanation explained(Target& target, Bytes input, const WorkerLimits& limits) {
  // No journal entry: an explanation may take far longer than an input.
  Worker worker(
      [&](const std::string& bytes, const Worker::Tell&) {
        const Explanation said = target.explain(bytes);
        const nlohmann::json value = {{"summary", said.summary}, {"report", said.report}};
        return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
      },
      limits);
  const Reply reply = worker.request(std::string(input));
  if (!reply.text.has_value()) {
    const Failure death = failure_of_death(target.name(), reply);
    return {death.signature, death.report};
  }
  const nlohmann::json value = nlohmann::json::parse(*reply.text);
  return {value.at("summary"), value.at("report")};
}

std::optional<ShrunkInput> shrink_input(Target& target, Bytes input, const WorkerLimits& worker,
                                        const ShrinkLimits& limits) {
  using Clock = std::chrono::steady_clock;
  Isolation isolation(target, worker);
  const std::optional<Failure> failure = isolation.run(input);
  if (!failure.has_value()) return std::nullopt;
  ShrunkInput shrunk{*failure, std::string(input), {}, 0};
  const auto start = Clock::now();
  const FailsAlike fails_alike = [&](Bytes candidate) {
    const std::chrono::duration<double> elapsed = Clock::now() - start;
    if (shrunk.runs >= limits.runs || elapsed.count() > limits.seconds) return false;
    ++shrunk.runs;
    std::optional<Failure> again = isolation.run(candidate);
    if (!again.has_value() || again->signature != failure->signature) return false;
    shrunk.failure = std::move(*again);
    return true;
  };
  shrunk.input = target.shrink(input, fails_alike);
  shrunk.explanation = explained(target, shrunk.input, worker);
  return shrunk;
}

}  // namespace gradgrind::fuzz

// A contract as a target: bytes to a case, judged by its suite.
#include <algorithm>
#include <utility>

#include "fuzz/support/case_seeds.h"
#include "fuzz/support/engine.h"
#include "fuzz/support/error_cost.h"
#include "fuzz/support/message_shape.h"
#include "fuzz/support/night_log.h"
#include "fuzz/support/property_choice.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/case_text.h"
#include "gradgrind/generators/source.h"
#include "properties/finding.h"
#include "properties/global_state.h"
#include "properties/result_text.h"
#include "properties/runner.h"
#include "properties/worker.h"

namespace gradgrind::fuzz {
namespace {

class ContractTarget final : public Target {
 public:
  explicit ContractTarget(Contract contract) : contract_(std::move(contract)) {}

  const std::string& name() const override { return contract_.name(); }

  void start() override {
    const std::vector<std::string> problems = contract_.problems();
    if (!problems.empty()) throw UsageError(problems);
    suite_ = fuzzed_suite(contract_);
    if (suite_.empty()) {
      throw UsageError("GRADGRIND_FUZZ(" + name() +
                       "): no property of its suite can judge single inputs; promise more, or take "
                       "fewer of them out");
    }
    const Probe known = probe_in_child();
    guard_ = std::make_unique<GlobalStateGuard>();
    set_error_cost();
    choice_ = std::make_unique<PropertyChoice>(suite_);
    runner_ = std::make_unique<Runner>(contract_, process_settings());
    runner_->assume(known);
  }

  std::optional<Failure> run(Bytes input) override {
    const Decoded decoded = decode(input);
    const OperatorCoverage coverage;
    if (!levers().all_properties) return judge(suite_[decoded.property], decoded.content);
    for (const Property& property : suite_) {
      if (auto failure = judge(property, decoded.content)) return failure;
    }
    return std::nullopt;
  }

  Explanation explain(Bytes input) override {
    const Decoded decoded = decode(input);
    const Property& property = suite_[decoded.property];
    const Verdict verdict = runner_->judge(property, decoded.content);
    if (verdict.is_failure()) {
      const PlannedCase planned{decoded.content, "input of the fuzzer", 0};
      const Finding found = shrunk_finding(*runner_, property, planned, verdict, {});
      return {found.evidence.message, found.report};
    }
    std::string text = name() + "." + property.name + ": " + std::string(to_word(verdict.outcome));
    if (!verdict.reason.empty()) text += ", " + verdict.reason;
    return {text, text + "\n\n" + describe(decoded.content)};
  }

  // A case drawn anew now and then, and often where there are few bytes yet: such are cases of the
  // smallest sizes, and an engine that adds byte by byte stays with them for long.
  std::size_t mutate(std::uint8_t* data, std::size_t size, std::size_t capacity,
                     unsigned seed) override {
    constexpr std::size_t kFewBytes = 16;
    RandomSource source(seed);
    const bool is_anew = source.below(size < kFewBytes ? 2 : 8) == 0;
    if (!is_anew) return mutate_bytes(data, size, capacity, seed);
    const auto chosen = static_cast<char>(source.below(256));
    const std::string drawn = chosen + drawn_case(contract_.space(), source);
    if (drawn.size() > capacity) return mutate_bytes(data, size, capacity, seed);
    std::copy(drawn.begin(), drawn.end(), data);
    return drawn.size();
  }

  std::vector<Seed> seeds() override {
    return case_seeds(contract_.space(), *choice_, suite_.size());
  }

 private:
  struct Decoded {
    std::size_t property;
    Case content;
  };

  static std::string_view to_word(Outcome outcome) { return gradgrind::name(outcome); }

  Decoded decode(Bytes input) const {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(input.data());
    ByteSource source(bytes, input.size());
    const auto chosen = static_cast<std::uint8_t>(source.below(256));
    return {(*choice_)[chosen], contract_.space().generate(source)};
  }

  // A subject that dies while it is probed must not take the fuzzer along.
  Probe probe_in_child() const {
    const Settings& settings = process_settings();
    if (!can_isolate()) return Runner(contract_, settings).probe();
    Worker worker([&](const std::string&,
                      const Worker::Tell&) { return to_text(Runner(contract_, settings).probe()); },
                  {settings.hang_seconds, settings.memory_gb});
    const Reply reply = worker.request("probe");
    return reply.text.has_value() ? probe_from_text(*reply.text) : Probe();
  }

  std::string signature(const Property& property, const Evidence& evidence,
                        const std::string& verdict) const {
    return name() + "." + property.name + ": " + verdict +
           (evidence.output.empty() ? "" : " in " + evidence.output) +
           (evidence.site.empty() ? "" : " at " + shape_of_message(evidence.site));
  }

  std::optional<Failure> judge(const Property& property, const Case& a_case) {
    const Verdict verdict = runner_->judge(property, a_case);
    if (!verdict.is_failure()) {
      if (verdict.outcome == Outcome::discarded) note_exception("discarded", verdict.reason);
      return std::nullopt;
    }
    const Evidence& evidence = verdict.evidence;
    Failure failure;
    failure.verdict = evidence.kind;
    failure.signature = signature(property, evidence, failure.verdict);
    // A night meets the same failure thousands of times.
    if (night_log() != nullptr && night_log()->has_met(failure.signature)) return failure;
    if (!runner_->judge_anew(property, a_case).is_failure()) {
      failure.verdict = "non-deterministic";
      failure.signature = signature(property, evidence, failure.verdict);
    }
    failure.report = name() + "." + property.name + " does not hold\n\n  " + property.claim +
                     "\n  " + evidence.message + "\n";
    if (!evidence.worst.empty()) failure.report += "  " + evidence.worst + "\n";
    failure.report += "\n" + describe(a_case) +
                      "\n\nGive the input to the target's replay program with --explain for the "
                      "smallest case.\nsignature: " +
                      failure.signature;
    return failure;
  }

  Contract contract_;
  Suite suite_;
  std::unique_ptr<GlobalStateGuard> guard_;
  std::unique_ptr<PropertyChoice> choice_;
  std::unique_ptr<Runner> runner_;
};

}  // namespace

std::unique_ptr<Target> make_target(const Contract& contract) {
  return std::make_unique<ContractTarget>(contract);
}

}  // namespace gradgrind::fuzz

#include "properties/mutation/mutant_run.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "gradgrind/generators/error.h"
#include "properties/forward_hook.h"
#include "properties/global_state.h"
#include "properties/worker.h"

namespace gradgrind {
namespace {

using nlohmann::json;

// What a child says of one mutant, or of the subject itself.
struct Answer {
  std::string unviable;
  Judgement judgement;
  Equivalence equivalence;
};

std::string to_text(const Answer& answer) {
  json failures = json::array();
  for (const Judgement::Failure& failure : answer.judgement.failures) {
    failures.push_back({failure.property, failure.cases, failure.message});
  }
  // What an exception says may be no UTF-8.
  return json{{"unviable", answer.unviable},
              {"failures", failures},
              {"judged", answer.judgement.judged},
              {"out_of_time", answer.judgement.is_out_of_time},
              {"changes_nothing", answer.equivalence.changes_nothing},
              {"reason", answer.equivalence.reason}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Answer answer_from_text(const std::string& text) {
  const json values = json::parse(text);
  Answer answer;
  answer.unviable = values["unviable"];
  for (const json& failure : values["failures"]) {
    answer.judgement.failures.push_back({failure[0], failure[1], failure[2]});
  }
  answer.judgement.judged = values["judged"].get<std::vector<std::string>>();
  answer.judgement.is_out_of_time = values["out_of_time"];
  answer.equivalence.changes_nothing = values["changes_nothing"];
  answer.equivalence.reason = values["reason"];
  return answer;
}

Judgement judge(const MutationGround& ground, const std::shared_ptr<ForwardHook>& hook,
                const JudgeOptions& options) {
  const ForwardHookScope scope(hook);
  Runner runner(ground.contract, ground.settings.run);
  return judge_suite(runner, ground.suite, options);
}

Answer answer_of(const MutationGround& ground, const PlacedMutation& placed,
                 const Worker::Tell& tell) {
  const GlobalStateGuard guard;
  Answer answer;
  Runner unmutated(ground.contract, ground.settings.run);
  answer.unviable = why_unviable(unmutated, ground.cases, placed);
  if (!answer.unviable.empty()) return answer;
  const auto hook = std::make_shared<Mutator>(placed.site, *placed.mutation, Mutator::Mode::mutate);
  answer.judgement =
      judge(ground, hook, {!ground.settings.every_property, ground.settings.most_seconds, tell});
  if (answer.judgement.failures.empty() && !answer.judgement.is_out_of_time) {
    answer.equivalence = equivalence_of(unmutated, ground.cases, placed);
  }
  return answer;
}

// Runs `serve` in a child, or here where none can be had.
Reply reply_of(const Settings& settings, const Worker::Serve& serve, const Worker::Tell& hear) {
  if (!settings.isolate || !can_isolate()) return {serve({}, hear), {}, {}, {}};
  Worker worker(serve, {settings.hang_seconds, settings.memory_gb});
  return worker.request({}, hear);
}

bool is_a_hang(const Reply& reply) { return reply.death.rfind("no end", 0) == 0; }

std::string failing_suite(const MutationGround& ground, const Judgement& judgement) {
  std::string text = "mutation_score(" + ground.contract.name() +
                     "): the suite must hold without a mutant, but fails:";
  for (const Judgement::Failure& failure : judgement.failures) {
    text += "\n  " + failure.property + ": " + failure.message;
  }
  return text + "\nmend the subject, or declare what is meant to fail with .except()";
}

}  // namespace

std::vector<std::string> judge_unmutated(const MutationGround& ground) {
  std::string running;
  const auto serve = [&](const std::string&, const Worker::Tell& tell) {
    const GlobalStateGuard guard;
    Answer answer;
    answer.judgement = judge(ground, nullptr, {false, 0, tell});
    return to_text(answer);
  };
  const Reply reply = reply_of(ground.settings.run, serve,
                               [&](const std::string& property) { running = property; });
  if (!reply.text.has_value()) {
    throw UsageError("mutation_score(" + ground.contract.name() +
                     "): the suite must hold without a mutant, but " + running +
                     " ends the process: " + reply.death);
  }
  const Judgement judgement = answer_from_text(*reply.text).judgement;
  if (!judgement.failures.empty()) throw UsageError(failing_suite(ground, judgement));
  return judgement.judged;
}

void run_mutant(const MutationGround& ground, const PlacedMutation& placed, Mutant& mutant) {
  std::string running = kFirstForward;
  const Reply reply = reply_of(
      ground.settings.run,
      [&](const std::string&, const Worker::Tell& tell) {
        return to_text(answer_of(ground, placed, tell));
      },
      [&](const std::string& property) { running = property; });
  if (!reply.text.has_value()) {
    mutant.outcome = is_a_hang(reply) ? MutantOutcome::timed_out : MutantOutcome::killed;
    mutant.reason = reply.death;
    if (mutant.outcome == MutantOutcome::killed) mutant.killers = {running};
    return;
  }
  const Answer answer = answer_from_text(*reply.text);
  mutant.changes_nothing = answer.equivalence.changes_nothing;
  mutant.reason = answer.unviable + answer.equivalence.reason;
  for (const Judgement::Failure& failure : answer.judgement.failures) {
    if (mutant.killers.empty()) mutant.cases = failure.cases;
    mutant.killers.push_back(failure.property);
  }
  if (!answer.unviable.empty()) {
    mutant.outcome = MutantOutcome::unviable;
  } else if (!mutant.killers.empty()) {
    mutant.outcome = MutantOutcome::killed;
  } else if (answer.judgement.is_out_of_time) {
    mutant.outcome = MutantOutcome::timed_out;
  } else if (!answer.equivalence.reason.empty()) {
    mutant.outcome = MutantOutcome::equivalent;
  } else {
    mutant.outcome = MutantOutcome::survived;
  }
}

}  // namespace gradgrind

// The same seed gives the same bits.
#include <ATen/core/grad_mode.h>

#include "properties/compare.h"
#include "properties/groups/groups.h"
#include "properties/groups/hidden_inputs.h"
#include "properties/groups/sampling.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

constexpr int kSteps = 2;

// What a few training steps leave behind: outputs, gradients, parameters.
struct Run {
  Outputs outputs;
  std::vector<NamedTensor> gradients;
};

Run training_run(Trial& trial, const std::vector<NamedTensor>& start,
                 const std::vector<at::Tensor>& teacher) {
  Model& model = trial.model();
  model.restore(start);
  model.train(true);
  Run run;
  for (int step = 0; step < kSteps; ++step) {
    model.zero_grad();
    run.outputs = trial.forward_with_grad(trial.inputs());
    const at::Tensor loss = loss_of(trial, run.outputs, trial.targets(), teacher);
    if (!loss.defined() || !loss.requires_grad()) break;
    run_backward(loss);
    const at::NoGradGuard no_grad;
    run.gradients.clear();
    for (const NamedTensor& parameter : model.parameters()) {
      at::Tensor values = parameter.tensor;
      if (!values.grad().defined()) continue;
      run.gradients.push_back({parameter.name, values.grad().clone()});
      values.sub_(values.grad(), 0.01);
    }
  }
  return run;
}

Verdict check_same_seed(Trial& trial) {
  const std::vector<at::Tensor> teacher = teacher_outputs(trial);
  const std::vector<NamedTensor> start = trial.model().snapshot();
  const Run first = training_run(trial, start, teacher);
  const Run second = training_run(trial, start, teacher);
  if (auto verdict = bits_differ(trial, first.outputs, "in the first run", second.outputs,
                                 "in the second, under the same seed")) {
    return *verdict;
  }
  for (std::size_t i = 0; i < first.gradients.size() && i < second.gradients.size(); ++i) {
    const NamedTensor& gradient = first.gradients[i];
    if (same_bits(gradient.tensor, second.gradients[i].tensor)) continue;
    return failure("differs", gradient.name,
                   "the gradient of " + gradient.name + " differs between two runs of one seed",
                   worst_text("d/d " + gradient.name, gradient.tensor, "in the first run",
                              second.gradients[i].tensor, "in the second"));
  }
  return Verdict::holds();
}

Verdict check_ignores_seed(Trial& trial) {
  const Outputs first = trial.outputs();
  Model& model = trial.model();
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  const Outputs second = model.forward(trial.inputs(), trial.seed("another seed"));
  if (auto verdict =
          bits_differ(trial, first, "under one seed", second, "under another, in evaluation")) {
    return *verdict;
  }
  return Verdict::holds();
}

std::string declared_stochastic(const Contract& contract) { return contract.data().stochastic; }
std::string without_randomness(const Contract& contract) {
  return contract.data().stochastic.empty() ? "not declared random in evaluation" : "";
}

}  // namespace

Suite determinism_group() {
  Suite suite;
  Property& same =
      add(suite, "same_seed_gives_the_same_bits",
          "under one seed two runs of forward, backward and two training steps give the same bits",
          ToleranceClass::exact, nullptr, check_same_seed);
  same.cost = 12;
  same.cases = 30;
  Property& ignores = add(suite, "evaluation_ignores_the_seed",
                          "in evaluation another seed of the generators changes no bit",
                          ToleranceClass::exact, declared_stochastic, check_ignores_seed);
  ignores.cost = 2;
  Property& matters = add(suite, "another_seed_gives_other_results",
                          "what is declared random in evaluation depends on the seed",
                          ToleranceClass::exact, without_randomness, check_other_seed_matters);
  matters.quantifier = Quantifier::some;
  matters.cost = 3;
  matters.cases = 100;  // In small ones there may be nothing to draw.
  Property& draws = add(suite, "draws_follow_their_distribution",
                        "what is declared to be drawn follows its distribution, each element by "
                        "itself",
                        ToleranceClass::statistic, without_draws, check_draws);
  draws.cost = 1000;
  draws.cases = 10;  // An axis of one says nothing of neighbours.
  Property& initial = add(suite, "initial_values_follow_their_distribution",
                          "what the constructor is declared to draw follows its distribution, each "
                          "element by itself",
                          ToleranceClass::statistic, without_initial_draws, check_initial_draws);
  initial.cost = 1000;
  initial.cases = 3;
  Property& dropout =
      add(suite, "a_dropout_acts_in_training",
          "with a dropout of a rate above 0, a forward in training depends on the seed",
          ToleranceClass::exact, without_module, check_dropout_acts);
  dropout.quantifier = Quantifier::some;
  dropout.cost = 3;
  dropout.cases = 100;  // Zeros stay zeros.
  Property& generator = add(suite, "leaves_the_generator_alone",
                            "a forward in evaluation neither draws from the global generator nor "
                            "seeds it",
                            ToleranceClass::exact, declared_stochastic, check_generator_untouched);
  generator.cases = 10;
  Property& memory = add(suite, "never_reads_what_nobody_wrote",
                         "outputs and gradients are the same bits whatever fresh memory holds",
                         ToleranceClass::exact, nullptr, check_fresh_memory);
  memory.cost = 8;
  memory.cases = 20;
  Property& threads =
      add(suite, "thread_counts_agree", "one thread and two give the same outputs up to rounding",
          ToleranceClass::ladder, nullptr, check_thread_counts);
  threads.cost = 2;
  threads.cases = 20;
  return labelled("determinism", std::move(suite));
}

}  // namespace gradgrind

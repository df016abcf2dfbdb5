// What is saved comes back; what is cloned is apart.
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <set>

#include "properties/compare.h"
#include "properties/groups/broken_archives.h"
#include "properties/groups/groups.h"
#include "properties/groups/modes.h"
#include "properties/groups/support.h"
#include "properties/groups/training_mode.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

std::set<std::string> names_of(const std::vector<NamedTensor>& state) {
  std::set<std::string> names;
  for (const NamedTensor& entry : state) names.insert(entry.name);
  return names;
}

Outputs evaluate(const Trial& trial, const Model& model) {
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  return model.forward(trial.inputs(), trial.tested().seed);
}

void scramble(const Model& model) {
  const at::NoGradGuard no_grad;
  for (const NamedTensor& entry : model.state()) {
    at::Tensor tensor = entry.tensor;
    if (tensor.is_floating_point()) tensor.add_(1);
  }
}

Verdict check_save_and_load(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Outputs expected = trial.outputs();
  const std::string archive = trial.model().save();
  const std::unique_ptr<Model> twin = trial.another(/*seed_offset=*/1);
  if (twin != nullptr) {
    const std::set<std::string> own = names_of(trial.model().state());
    const std::set<std::string> other = names_of(twin->state());
    for (const std::string& entry : own) {
      if (other.count(entry) != 0) continue;
      return failure("missing", entry, "a twin built for the same case has no " + entry);
    }
    for (const std::string& entry : other) {
      if (own.count(entry) != 0) continue;
      return failure("missing", entry, "a twin built for the same case has " + entry + " besides");
    }
  } else {
    scramble(trial.model());
  }
  Model& loaded = twin != nullptr ? *twin : trial.model();
  loaded.load(archive);
  const std::vector<NamedTensor> saved = trial.model().state();
  for (const NamedTensor& entry : loaded.state()) {
    for (const NamedTensor& original : saved) {
      if (original.name != entry.name || same_bits(original.tensor, entry.tensor)) continue;
      return failure(
          "differs", entry.name, entry.name + " is another after save and load",
          worst_text(entry.name, original.tensor, "when saved", entry.tensor, "when loaded"));
    }
  }
  const Outputs actual = evaluate(trial, loaded);
  if (auto verdict = bits_differ(trial, expected, "before saving", actual,
                                 "after loading into a twin with other weights")) {
    verdict->evidence.message += "; something that matters is not saved";
    return *verdict;
  }
  return Verdict::holds();
}

Verdict check_clone(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Outputs expected = trial.outputs();
  std::unique_ptr<Model> clone;
  try {
    clone = std::make_unique<Model>(trial.model().clone());
  } catch (const std::exception&) {
    return Verdict::not_applicable("probed: clone() is not implemented (derive from Cloneable)");
  }
  clone->train(false);
  if (auto verdict = bits_differ(trial, expected, "by the original", evaluate(trial, *clone),
                                 "by its clone")) {
    return *verdict;
  }
  scramble(*clone);
  if (auto verdict = bits_differ(trial, expected, "before its clone was written to",
                                 trial.forward(trial.inputs()), "after")) {
    verdict->evidence.message += "; the clone shares memory with the original";
    return *verdict;
  }
  return Verdict::holds();
}

}  // namespace

Suite state_group() {
  Suite suite;
  Property& saves = add(suite, "saves_and_loads",
                        "saved and loaded into a twin with other weights, the subject gives the "
                        "same bits",
                        ToleranceClass::exact, without_module, check_save_and_load);
  saves.cost = 4;
  saves.cases = 20;
  Property& refuses =
      add(suite, "refuses_broken_archives",
          "an archive cut short, flipped or with other shapes loads as it was saved or is refused, "
          "and a refusal changes nothing",
          ToleranceClass::exact, without_module, check_broken_archives);
  refuses.cost = 10;
  refuses.cases = 10;
  Property& clones = add(suite, "clone_is_equal_then_independent",
                         "a clone gives the same bits, and writing to it leaves the original alone",
                         ToleranceClass::exact, without_module, check_clone);
  clones.cost = 4;
  clones.cases = 20;
  Property& reach = add(suite, "modes_reach_every_submodule",
                        "train(), eval(), to() and zero_grad() reach every submodule and tensor",
                        ToleranceClass::structure, without_module, check_modes_reach);
  reach.cases = 10;
  Property& round_trip =
      add(suite, "training_mode_leaves_no_trace",
          "a switch to training and back, with nothing run in between, changes no bit",
          ToleranceClass::exact, without_module, check_mode_round_trip);
  round_trip.cost = 2;
  round_trip.cases = 20;
  Property& agrees = add(suite, "training_agrees_with_evaluation",
                         "but for LibTorch's dropouts and norms, a forward in training gives what "
                         "one in evaluation does",
                         ToleranceClass::ladder, without_module, check_training_agrees);
  agrees.cost = 5;
  agrees.cases = 20;
  Property& keeps = add(suite, "a_forward_keeps_the_mode",
                        "a forward leaves each submodule in the mode in which it was",
                        ToleranceClass::structure, without_module, check_keeps_modes);
  keeps.cost = 2;
  keeps.cases = 10;
  Property& graph = add(suite, "buffers_keep_no_graph",
                        "after a forward in training no buffer hangs on its graph",
                        ToleranceClass::structure, without_module, check_buffers_keep_no_graph);
  graph.cases = 10;
  Property& apart =
      add(suite, "buffers_are_apart_from_parameters", "no buffer has the memory of a parameter",
          ToleranceClass::structure, without_module, check_buffers_apart);
  apart.cases = 10;
  Property& resumes = add(suite, "resumes_where_it_was_saved",
                          "training that is saved and resumed by a twin goes on as if it never "
                          "stopped",
                          ToleranceClass::exact, without_trainable_module, check_resumed_training);
  resumes.cost = 25;
  resumes.cases = 5;
  return labelled("state", std::move(suite));
}

}  // namespace gradgrind

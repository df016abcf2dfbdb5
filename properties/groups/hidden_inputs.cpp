#include "properties/groups/hidden_inputs.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/dropout.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "gradgrind/properties/hostile_memory.h"
#include "gradgrind/properties/observation.h"
#include "properties/compare.h"
#include "properties/groups/pullback.h"
#include "properties/groups/support.h"
#include "properties/journal.h"
#include "properties/tolerance.h"
#include "properties/worker.h"

namespace gradgrind {
namespace {

at::Tensor generator_state() { return at::globalContext().defaultGenerator(at::kCPU).get_state(); }

// -- Fresh memory ---------------------------------------------------------------------------------

// Floats are 0 under one pattern and NaN under the other, integers 0 and -1.
constexpr std::uint8_t kPatterns[] = {0x00, 0xff};

struct Results {
  Outputs outputs;
  Outputs gradients;
  std::vector<std::string> names;
};

Results results_over(Trial& trial, std::uint8_t pattern) {
  HostileMemoryOptions options;
  options.guards = false;
  options.fill = pattern;
  const HostileMemory memory(options);
  Results results;
  results.outputs = trial.forward(trial.inputs());
  if (!trial.contract().data().undifferentiable.empty()) return results;
  const Pullback pull(trial, differentiable_inputs(trial));
  if (!pull.exists()) return results;
  results.gradients = pull(pull.output_gradients(trial.seed("output gradients")));
  results.names = pull.names();
  return results;
}

// -- Dropouts -------------------------------------------------------------------------------------

template <class Dropout>
bool acts(const torch::nn::Module& module) {
  const auto* dropout = dynamic_cast<const Dropout*>(&module);
  return dropout != nullptr && dropout->options.p() > 0;
}

// The first registered dropout that should do something; empty for none.
std::string active_dropout(const torch::nn::Module& root) {
  for (const auto& entry : root.named_modules()) {
    const torch::nn::Module& module = *entry.value();
    if (acts<torch::nn::DropoutImpl>(module) || acts<torch::nn::Dropout2dImpl>(module) ||
        acts<torch::nn::Dropout3dImpl>(module) || acts<torch::nn::AlphaDropoutImpl>(module) ||
        acts<torch::nn::FeatureAlphaDropoutImpl>(module)) {
      return entry.key().empty() ? "the subject itself" : entry.key();
    }
  }
  return {};
}

bool has_dropout(const torch::nn::Module& root) {
  const auto modules = root.modules();
  return std::any_of(modules.begin(), modules.end(), [](const auto& module) {
    return module->name().find("Dropout") != std::string::npos;
  });
}

// The rate in the arguments of a dropout: "float32 [2, 3], float 0.5, true".
double rate_of(const OperatorCall& call) {
  constexpr std::string_view kBefore = "], float ";
  const std::string inputs = call.inputs.text();
  const std::size_t at = inputs.find(kBefore);
  return at == std::string::npos ? 0 : std::strtod(inputs.c_str() + at + kBefore.size(), nullptr);
}

// The first dropout of a rate above 0 that a forward calls as a function; empty for none.
std::string called_dropout(Trial& trial) {
  const Trace trace = observe({}, [&] { trial.forward(trial.inputs()); });
  for (const OperatorCall& call : trace.calls) {
    if (call.depth > 0 || call.name.find("dropout") == std::string::npos) continue;
    if (rate_of(call) > 0) return std::string(call.name);
  }
  return {};
}

constexpr int kSeeds = 4;

// Whether other seeds change a forward in the model's present mode.
bool depends_on_seed(Trial& trial) {
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  const Model& model = trial.model();
  const Outputs first = model.forward(trial.inputs(), trial.tested().seed);
  for (int i = 0; i < kSeeds; ++i) {
    const Outputs other = model.forward(trial.inputs(), trial.seed("seed " + std::to_string(i)));
    if (bits_differ(trial, first, "", other, "")) return true;
  }
  return false;
}

}  // namespace

Verdict check_generator_untouched(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const Inputs inputs = trial.inputs();
  Model& model = trial.model();
  at::manual_seed(trial.tested().seed);
  const at::Tensor seeded = generator_state();
  const at::NoGradGuard no_grad;
  const Phase phase("forward");
  model.forward(inputs, trial.tested().seed);
  if (same_bits(seeded, generator_state())) return Verdict::holds();
  return failure("moved", "",
                 "a forward in evaluation draws from the global generator or seeds it: whoever "
                 "draws next gets other numbers");
}

Verdict check_fresh_memory(Trial& trial) {
  if (HostileMemory::is_installed()) {
    return Verdict::not_applicable("another HostileMemory is installed");
  }
  trial.model();  // Built beforehand: what its factory leaves unwritten is not the forward's.
  Results zeros;
  Results ones;
  Results zeros_again;
  try {
    zeros = results_over(trial, kPatterns[0]);
    ones = results_over(trial, kPatterns[1]);
    zeros_again = results_over(trial, kPatterns[0]);
  } catch (const c10::Error&) {
    trial.forward(trial.inputs());  // Throws by itself when memory is not to blame.
    return Verdict::discarded("LibTorch takes no memory but its own here, as oneDNN does");
  }
  if (bits_differ(trial, zeros.outputs, "", zeros_again.outputs, "")) {
    return Verdict::discarded("two runs over the same memory differ: see evaluation_is_pure");
  }
  const std::string when[] = {"where fresh memory holds zeros", "where it holds ones"};
  if (auto verdict = bits_differ(trial, zeros.outputs, when[0], ones.outputs, when[1])) {
    verdict->evidence.message += ": something is read that nobody wrote";
    return *verdict;
  }
  for (std::size_t i = 0; i < zeros.gradients.count() && i < ones.gradients.count(); ++i) {
    if (same_bits(zeros.gradients[i], ones.gradients[i])) continue;
    const std::string& name = zeros.names[i];
    return failure(
        "differs", name,
        name + " depends on what fresh memory holds: something is read that nobody wrote",
        worst_text(name, zeros.gradients[i], when[0], ones.gradients[i], when[1]));
  }
  return Verdict::holds();
}

Verdict check_thread_counts(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  if (!may_start_threads()) {
    return Verdict::not_applicable(
        "this child was forked from a process of several threads, where LibTorch's own hang");
  }
  const int threads = at::get_num_threads();
  const auto under = [&](int count, DType dtype) {
    at::set_num_threads(count);
    try {
      Outputs outputs = trial.forward_in(dtype, trial.inputs());
      at::set_num_threads(threads);
      return outputs;
    } catch (...) {
      at::set_num_threads(threads);
      throw;
    }
  };
  return agree(trial, {"under one thread", "under two threads", [&](DType dtype) {
                         return std::pair<Outputs, Outputs>(under(1, dtype), under(2, dtype));
                       }});
}

Verdict check_other_seed_matters(Trial& trial) {
  if (depends_on_seed(trial)) return Verdict::holds();
  return failure("constant", "",
                 "declared random in evaluation (" + trial.contract().data().stochastic +
                     "), and other seeds of the generators change no bit");
}

Verdict check_dropout_acts(Trial& trial) {
  const torch::nn::Module& root = *trial.model().module();
  trial.model().train(true);
  std::string dropout = active_dropout(root);
  const bool is_registered = !dropout.empty();
  if (!is_registered) dropout = called_dropout(trial);
  if (dropout.empty() && !has_dropout(root)) {
    return Verdict::not_applicable("probed: no dropout is registered or called");
  }
  if (dropout.empty()) return Verdict::discarded("the rate of every dropout is 0");
  if (depends_on_seed(trial)) return Verdict::holds();
  return failure("unused", dropout,
                 std::string("a dropout of a rate above 0 is ") +
                     (is_registered ? "registered (" : "called (") + dropout +
                     "), and a forward in training is the same under every seed");
}

}  // namespace gradgrind

#include "properties/global_state.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/DefaultDtype.h>
#include <c10/util/Backtrace.h>
#include <c10/util/Exception.h>

namespace gradgrind {
namespace {

at::Generator default_generator() { return at::globalContext().defaultGenerator(at::kCPU); }

// But for the generator.
void restore(const GlobalState& before) {
  at::GradMode::set_enabled(before.grad_mode);
  c10::set_default_dtype(before.default_dtype);
  at::set_num_threads(before.threads);
  at::globalContext().setDeterministicAlgorithms(before.is_deterministic, before.warns_only);
  at::autocast::set_cpu_enabled(before.autocasts_on_cpu);
  at::autocast::set_enabled(before.autocasts_on_cuda);
}

std::string on_off(bool is_on) { return is_on ? "on" : "off"; }

std::string changes_between(const GlobalState& before, const GlobalState& after) {
  std::string text;
  const auto add = [&](const std::string& what, const std::string& was, const std::string& is) {
    if (was == is) return;
    text += (text.empty() ? "" : ", ") + what + " " + is + " (it was " + was + ")";
  };
  add("grad mode", on_off(before.grad_mode), on_off(after.grad_mode));
  add("the default dtype", std::string(before.default_dtype.name()),
      std::string(after.default_dtype.name()));
  add("the number of threads", std::to_string(before.threads), std::to_string(after.threads));
  add("deterministic algorithms", on_off(before.is_deterministic), on_off(after.is_deterministic));
  add("autocast on the CPU", on_off(before.autocasts_on_cpu), on_off(after.autocasts_on_cpu));
  add("autocast on CUDA", on_off(before.autocasts_on_cuda), on_off(after.autocasts_on_cuda));
  add("the seed of the default generator", std::to_string(before.seed), std::to_string(after.seed));
  return text;
}

}  // namespace

GlobalState GlobalState::now() {
  GlobalState state;
  state.grad_mode = at::GradMode::is_enabled();
  state.default_dtype = c10::get_default_dtype();
  state.threads = at::get_num_threads();
  state.is_deterministic = at::globalContext().deterministicAlgorithms();
  state.warns_only = at::globalContext().deterministicAlgorithmsWarnOnly();
  state.autocasts_on_cpu = at::autocast::is_cpu_enabled();
  state.autocasts_on_cuda = at::autocast::is_enabled();
  state.seed = default_generator().current_seed();
  return state;
}

GlobalStateScope::GlobalStateScope(std::string& changes, bool watches_seed)
    : changes_(changes), watches_seed_(watches_seed) {
  changes_.clear();
}

GlobalStateScope::~GlobalStateScope() {
  GlobalState after = GlobalState::now();
  if (!watches_seed_) after.seed = before_.seed;
  changes_ = changes_between(before_, after);
  if (!changes_.empty()) restore(before_);
}

struct GlobalStateGuard::Saved {
  GlobalState state = GlobalState::now();
  at::Tensor generator = default_generator().get_state();
};

GlobalStateGuard::GlobalStateGuard() : saved_(std::make_unique<Saved>()) {
  at::GradMode::set_enabled(true);
  at::set_num_threads(1);
  c10::SetStackTraceFetcher([] { return std::string(); });
}

GlobalStateGuard::~GlobalStateGuard() {
  restore(saved_->state);
  default_generator().set_state(saved_->generator);
  // What LibTorch installs itself; there is no way to ask what was installed before.
  c10::SetStackTraceFetcher([] { return c10::get_backtrace(/*frames_to_skip=*/1); });
}

}  // namespace gradgrind

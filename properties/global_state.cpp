#include "properties/global_state.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <c10/core/DefaultDtype.h>
#include <c10/util/Backtrace.h>
#include <c10/util/Exception.h>

namespace gradgrind {

struct GlobalStateGuard::Saved {
  bool grad_mode = at::GradMode::is_enabled();
  caffe2::TypeMeta default_dtype = c10::get_default_dtype();
  int threads = at::get_num_threads();
  at::Tensor generator = at::globalContext().defaultGenerator(at::kCPU).get_state();
};

GlobalStateGuard::GlobalStateGuard() : saved_(std::make_unique<Saved>()) {
  at::GradMode::set_enabled(true);
  at::set_num_threads(1);
  c10::SetStackTraceFetcher([] { return std::string(); });
}

GlobalStateGuard::~GlobalStateGuard() {
  at::GradMode::set_enabled(saved_->grad_mode);
  c10::set_default_dtype(saved_->default_dtype);
  at::set_num_threads(saved_->threads);
  at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  generator.set_state(saved_->generator);
  // What LibTorch installs itself; there is no way to ask what was installed before.
  c10::SetStackTraceFetcher([] { return c10::get_backtrace(/*frames_to_skip=*/1); });
}

}  // namespace gradgrind

#include "gradgrind/properties/observation.h"

#include <execinfo.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "properties/call_arguments.h"
#include "properties/call_site.h"
#include "properties/dispatch_hook.h"
#include "properties/operator_names.h"
#include "properties/operator_values.h"
#include "properties/tensor_scan.h"

namespace gradgrind {
namespace {

using detail::InputNumbers;

constexpr int kMaxFrames = 512;

/// A lock that costs next to nothing where nobody else wants it; held for moments only.
class BriefLock {
 public:
  void lock() {
    while (is_taken_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  }
  void unlock() { is_taken_.clear(std::memory_order_release); }

 private:
  std::atomic_flag is_taken_ = ATOMIC_FLAG_INIT;
};

using Outputs = decltype(OperatorCall::outputs);

class Recorder final : public detail::OperatorHook {
 public:
  explicit Recorder(const ObserveOptions& options) : options_(options) {
    trace_.calls.reserve(std::min(options_.limit, usual_calls_));
  }

  void call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
            torch::jit::Stack& stack) override;

  /// Hands over the trace and ignores all later calls, which a thread may still make that took
  /// this recorder along.
  Trace finish() {
    const std::lock_guard<BriefLock> lock(lock_);
    if (!finished_) usual_calls_ = trace_.calls.size();
    finished_ = true;
    return std::exchange(trace_, {});
  }

 private:
  /// A call that is running on this thread, and the running calls around it.
  struct Running {
    const Recorder* recorder;
    std::size_t index;
    int depth;
    const Running* outer;
  };
  static thread_local const Running* running_;
  /// The calls of the last observation: the next one is often of the same subject.
  static thread_local std::size_t usual_calls_;

  /// Makes a call the one that is running on this thread.
  class RunningGuard {
   public:
    RunningGuard(const Running*& slot, const Running& running) : slot_(slot) { slot = &running; }
    RunningGuard(const RunningGuard&) = delete;
    RunningGuard& operator=(const RunningGuard&) = delete;
    ~RunningGuard() { slot_ = slot_->outer; }

   private:
    const Running*& slot_;
  };

  /// The running call of this recorder that makes the next one; null for the subject itself.
  const Running* caller(const Running* running) const {
    while (running != nullptr && running->recorder != this) running = running->outer;
    return running;
  }

  std::optional<std::size_t> begin(const c10::FunctionSchema& schema,
                                   c10::ArrayRef<c10::IValue> arguments, const Running* caller);
  void end(std::size_t index, Outputs outputs, const std::optional<InputNumbers>& inputs);

  const ObserveOptions options_;
  BriefLock lock_;
  bool finished_ = false;
  detail::OperatorNames names_;
  Trace trace_;
};

thread_local const Recorder::Running* Recorder::running_ = nullptr;
thread_local std::size_t Recorder::usual_calls_ = 0;

std::vector<const void*> return_addresses() {
  std::array<void*, kMaxFrames> addresses;
  const int count = backtrace(addresses.data(), kMaxFrames);
  return std::vector<const void*>(addresses.begin(), addresses.begin() + count);
}

void note_site(OperatorCall& call) {
  call.site = std::make_shared<CallSite>();
  call.site->stack = return_addresses();
  call.site->script = detail::script_stack();
  if (const detail::RunningGradient* const gradient = detail::running_gradient()) {
    call.site->gradient = gradient->name;
    call.site->gradient_number = static_cast<std::uint64_t>(gradient->number);
  } else {
    call.site->gradient_number = detail::next_gradient_number();
  }
}

std::optional<std::size_t> Recorder::begin(const c10::FunctionSchema& schema,
                                           c10::ArrayRef<c10::IValue> arguments,
                                           const Running* caller) {
  const std::lock_guard<BriefLock> lock(lock_);
  if (finished_) return std::nullopt;
  if (trace_.calls.size() >= options_.limit) {
    trace_.truncated = true;
    return std::nullopt;
  }
  OperatorCall& call = trace_.calls.emplace_back();
  call.name = names_.of(schema);
  detail::CallArgumentsWriter(call.inputs).write(arguments);
  if (caller != nullptr) {
    call.depth = caller->depth + 1;
    call.caller = caller->index;
  }
  if (options_.source_lines) note_site(call);
  return trace_.calls.size() - 1;
}

void Recorder::end(std::size_t index, Outputs outputs, const std::optional<InputNumbers>& inputs) {
  const bool finite = std::none_of(outputs.begin(), outputs.end(), [](const TensorFacts& facts) {
    return facts.has_nan || facts.has_inf;
  });
  const detail::Finiteness finiteness = finite ? detail::Finiteness{} : inputs->finiteness();

  const std::lock_guard<BriefLock> lock(lock_);
  if (finished_) return;
  OperatorCall& call = trace_.calls[index];
  call.outputs = std::move(outputs);
  call.inputs_finite = finiteness.all_finite();
  call.inputs_have_nan = finiteness.has_nan;
  call.returned = true;
  const bool makes_no_gradient = call.site != nullptr && call.site->gradient.empty() &&
                                 call.site->gradient_number == detail::next_gradient_number();
  if (makes_no_gradient) call.site->gradient_number.reset();
}

void Recorder::call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
                    torch::jit::Stack& stack) {
  const c10::FunctionSchema& schema = op.schema();
  const auto top = [&stack](std::size_t count) {
    return c10::ArrayRef<c10::IValue>(stack).slice(stack.size() - count, count);
  };
  const auto arguments = top(schema.arguments().size());
  const Running*& running_here = running_;  // Thread storage is dear to look up.
  const Running* const caller = this->caller(running_here);
  const std::optional<std::size_t> index = begin(schema, arguments, caller);
  if (!index) return proceed(op, keys, stack);

  std::optional<InputNumbers> inputs;
  if (options_.scan_values || options_.record_digests) inputs.emplace(schema, arguments);
  std::vector<at::Tensor> written;  // What the operator leaves when it returns nothing.
  if (schema.returns().empty())
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (detail::is_written(schema.arguments()[i]))
        detail::for_each_tensor(arguments[i],
                                [&](const at::Tensor& tensor) { written.push_back(tensor); });

  {
    const Running running{this, *index, caller != nullptr ? caller->depth + 1 : 0, running_here};
    const RunningGuard guard(running_here, running);
    proceed(op, keys, stack);
  }

  const bool looks_at_values = options_.scan_values || options_.record_digests;
  const detail::Scan scan = !looks_at_values || detail::computes_no_values(op)
                                ? detail::Scan{}
                                : detail::Scan{options_.scan_values, options_.record_digests,
                                               options_.rows, options_.row};
  Outputs outputs;
  for (const at::Tensor& tensor : written) {
    outputs.push_back(detail::facts_of(tensor, scan));
    if (options_.keep_values) detail::keep_values(tensor, outputs.back());
  }
  const auto results = top(schema.returns().size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    const c10::Argument& result = schema.returns()[i];
    const bool may_be_view =
        looks_at_values && result.alias_info() != nullptr && !detail::is_written(result);
    detail::for_each_tensor(results[i], [&](const at::Tensor& tensor) {
      // A view's values are its base's, which may be uninitialised memory.
      const bool is_view = may_be_view && inputs && inputs->shares_memory_with(tensor);
      outputs.push_back(detail::facts_of(tensor, is_view ? detail::Scan{} : scan));
      if (options_.keep_values && !is_view) detail::keep_values(tensor, outputs.back());
    });
  }
  end(*index, std::move(outputs), inputs);
}

}  // namespace

bool observation_is_available() { return detail::dispatch_hook_is_available(); }

struct Observation::State {
  explicit State(const ObserveOptions& options)
      : recorder(std::make_shared<Recorder>(options)), guard(std::in_place, recorder) {
    if (options.source_lines) gradients.emplace();
  }

  std::shared_ptr<Recorder> recorder;
  std::optional<detail::HookGuard> guard;
  std::optional<detail::GradientWatch> gradients;
};

Observation::Observation(const ObserveOptions& options)
    : state_(std::make_unique<State>(options)) {}

Observation::~Observation() { finish(); }

Trace Observation::finish() {
  state_->gradients.reset();
  state_->guard.reset();
  return state_->recorder->finish();
}

Trace observe(const ObserveOptions& options, const std::function<void()>& run) {
  Observation observation(options);
  run();
  return observation.finish();
}

}  // namespace gradgrind

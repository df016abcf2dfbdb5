#include "gradgrind/properties/observation.h"

#include <execinfo.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "properties/call_site.h"
#include "properties/dispatch_hook.h"
#include "properties/operator_values.h"
#include "properties/tensor_scan.h"

namespace gradgrind {
namespace {

using detail::InputNumbers;

constexpr int kMaxFrames = 512;

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
    const std::lock_guard<std::mutex> lock(mutex_);
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

  class RunningGuard {
   public:
    explicit RunningGuard(const Running& running) { running_ = &running; }
    RunningGuard(const RunningGuard&) = delete;
    RunningGuard& operator=(const RunningGuard&) = delete;
    ~RunningGuard() { running_ = running_->outer; }
  };

  /// The running call of this recorder that makes the next one; null for the subject itself.
  const Running* caller() const {
    const Running* running = running_;
    while (running != nullptr && running->recorder != this) running = running->outer;
    return running;
  }

  std::optional<std::size_t> begin(const c10::FunctionSchema& schema,
                                   c10::ArrayRef<c10::IValue> arguments, const Running* caller);
  void end(std::size_t index, std::vector<TensorFacts> outputs,
           const std::optional<InputNumbers>& inputs);

  const ObserveOptions options_;
  std::mutex mutex_;
  bool finished_ = false;
  Trace trace_;
};

thread_local const Recorder::Running* Recorder::running_ = nullptr;
thread_local std::size_t Recorder::usual_calls_ = 0;

std::vector<const void*> return_addresses() {
  std::array<void*, kMaxFrames> addresses;
  const int count = backtrace(addresses.data(), kMaxFrames);
  return std::vector<const void*>(addresses.begin(), addresses.begin() + count);
}

std::string full_name(const c10::FunctionSchema& schema) {
  const std::string& overload = schema.overload_name();
  std::string name;
  name.reserve(schema.name().size() + 1 + overload.size());
  name += schema.name();
  if (!overload.empty()) name.append(1, '.').append(overload);
  return name;
}

void note_site(OperatorCall& call) {
  call.stack = return_addresses();
  call.site = std::make_shared<CallSite>();
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
  const std::lock_guard<std::mutex> lock(mutex_);
  if (finished_) return std::nullopt;
  if (trace_.calls.size() >= options_.limit) {
    trace_.truncated = true;
    return std::nullopt;
  }
  OperatorCall& call = trace_.calls.emplace_back();
  call.name = full_name(schema);
  call.inputs = detail::describe(arguments);
  if (caller != nullptr) {
    call.depth = caller->depth + 1;
    call.caller = caller->index;
  }
  if (options_.source_lines) note_site(call);
  return trace_.calls.size() - 1;
}

void Recorder::end(std::size_t index, std::vector<TensorFacts> outputs,
                   const std::optional<InputNumbers>& inputs) {
  const bool finite = std::none_of(outputs.begin(), outputs.end(), [](const TensorFacts& facts) {
    return facts.has_nan || facts.has_inf;
  });
  const detail::Finiteness finiteness = finite ? detail::Finiteness{} : inputs->finiteness();

  const std::lock_guard<std::mutex> lock(mutex_);
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
  const Running* const caller = this->caller();
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
    const Running running{this, *index, caller != nullptr ? caller->depth + 1 : 0, running_};
    const RunningGuard guard(running);
    proceed(op, keys, stack);
  }

  const bool looks_at_values = options_.scan_values || options_.record_digests;
  const detail::Scan scan = !looks_at_values || detail::computes_no_values(op)
                                ? detail::Scan{}
                                : detail::Scan{options_.scan_values, options_.record_digests,
                                               options_.rows, options_.row};
  std::vector<TensorFacts> outputs;
  outputs.reserve(written.size() + schema.returns().size());
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

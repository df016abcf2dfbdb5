#include "gradgrind/properties/observation.h"

#include <execinfo.h>

#include <array>
#include <mutex>
#include <utility>

#include "properties/dispatch_hook.h"
#include "properties/operator_values.h"
#include "properties/tensor_scan.h"

namespace gradgrind {
namespace {

using detail::InputNumbers;

constexpr int kMaxFrames = 512;

class Recorder final : public detail::OperatorHook {
 public:
  explicit Recorder(const ObserveOptions& options) : options_(options) {}

  void call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
            torch::jit::Stack& stack) override;

  /// Hands over the trace and ignores all later calls, which a thread may still make that took
  /// this recorder along.
  Trace finish() {
    const std::lock_guard<std::mutex> lock(mutex_);
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
  void end(std::size_t index, const c10::FunctionSchema& schema,
           const std::vector<detail::Output>& outputs, const std::optional<InputNumbers>& inputs);

  const ObserveOptions options_;
  std::mutex mutex_;
  bool finished_ = false;
  Trace trace_;
};

thread_local const Recorder::Running* Recorder::running_ = nullptr;

std::vector<const void*> return_addresses() {
  std::array<void*, kMaxFrames> addresses;
  const int count = backtrace(addresses.data(), kMaxFrames);
  return std::vector<const void*>(addresses.begin(), addresses.begin() + count);
}

std::string full_name(const c10::FunctionSchema& schema) {
  std::string name = schema.name();
  if (!schema.overload_name().empty()) name.append(1, '.').append(schema.overload_name());
  return name;
}

std::optional<std::size_t> Recorder::begin(const c10::FunctionSchema& schema,
                                           c10::ArrayRef<c10::IValue> arguments,
                                           const Running* caller) {
  OperatorCall call;
  call.name = full_name(schema);
  call.inputs = detail::describe(arguments);
  if (caller != nullptr) {
    call.depth = caller->depth + 1;
    call.caller = caller->index;
  }
  if (options_.source_lines) call.stack = return_addresses();

  const std::lock_guard<std::mutex> lock(mutex_);
  if (finished_) return std::nullopt;
  if (trace_.calls.size() >= options_.limit) {
    trace_.truncated = true;
    return std::nullopt;
  }
  trace_.calls.push_back(std::move(call));
  return trace_.calls.size() - 1;
}

void Recorder::end(std::size_t index, const c10::FunctionSchema& schema,
                   const std::vector<detail::Output>& outputs,
                   const std::optional<InputNumbers>& inputs) {
  const detail::Scan scan = detail::leaves_uninitialised(schema)
                                ? detail::Scan{}
                                : detail::Scan{options_.scan_values, options_.record_digests};
  std::vector<TensorFacts> facts;
  facts.reserve(outputs.size());
  bool finite = true;
  for (const detail::Output& output : outputs) {
    // A view's values are its base's, which may be uninitialised memory.
    const bool is_view = output.may_be_view && inputs && inputs->shares_memory_with(output.tensor);
    facts.push_back(detail::facts_of(output.tensor, is_view ? detail::Scan{} : scan));
    finite = finite && !facts.back().has_nan && !facts.back().has_inf;
  }
  const detail::Finiteness finiteness = finite ? detail::Finiteness{} : inputs->finiteness();

  const std::lock_guard<std::mutex> lock(mutex_);
  if (finished_) return;
  OperatorCall& call = trace_.calls[index];
  call.outputs = std::move(facts);
  call.inputs_finite = finiteness.all_finite();
  call.inputs_have_nan = finiteness.has_nan;
  call.returned = true;
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
  std::vector<detail::Output> outputs;
  if (schema.returns().empty()) outputs = detail::written_arguments(schema, arguments);

  {
    const Running running{this, *index, caller != nullptr ? caller->depth + 1 : 0, running_};
    const RunningGuard guard(running);
    proceed(op, keys, stack);
  }
  detail::append_results(schema, top(schema.returns().size()), outputs);
  end(*index, schema, outputs, inputs);
}

}  // namespace

bool observation_is_available() { return detail::dispatch_hook_is_available(); }

struct Observation::State {
  explicit State(const ObserveOptions& options)
      : recorder(std::make_shared<Recorder>(options)), guard(std::in_place, recorder) {}

  std::shared_ptr<Recorder> recorder;
  std::optional<detail::HookGuard> guard;
};

Observation::Observation(const ObserveOptions& options)
    : state_(std::make_unique<State>(options)) {}

Observation::~Observation() { finish(); }

Trace Observation::finish() {
  state_->guard.reset();
  return state_->recorder->finish();
}

Trace observe(const ObserveOptions& options, const std::function<void()>& run) {
  Observation observation(options);
  run();
  return observation.finish();
}

}  // namespace gradgrind

#include "properties/call_site.h"

#include <ATen/SequenceNumber.h>
#include <torch/csrc/jit/frontend/source_range.h>
#include <torch/csrc/jit/runtime/interpreter.h>

#include <memory>
#include <vector>

namespace gradgrind::detail {
namespace {

// A backward pass may run another one inside, as checkpointing does.
thread_local std::vector<RunningGradient> running;

std::unique_ptr<at::ObserverContext> on_start(const at::RecordFunction& function) {
  running.push_back({function.name(), function.seqNr()});
  return nullptr;
}

void on_end(const at::RecordFunction&, at::ObserverContext*) {
  if (!running.empty()) running.pop_back();
}

}  // namespace

GradientWatch::GradientWatch()
    : handle_(at::addThreadLocalCallback(at::RecordFunctionCallback(on_start, on_end)
                                             .scopes({at::RecordScope::BACKWARD_FUNCTION}))) {}

GradientWatch::~GradientWatch() { at::removeCallback(handle_); }

const RunningGradient* running_gradient() { return running.empty() ? nullptr : &running.back(); }

std::uint64_t next_gradient_number() { return at::sequence_number::peek(); }

std::string script_stack() {
  std::string text;
  for (const torch::jit::StackEntry& entry : torch::jit::currentCallstack()) {
    const auto original = entry.range.findSourceRangeThatGenerated();
    const torch::jit::SourceRange& range = original ? *original : entry.range;
    if (!text.empty()) text += '\n';
    text += entry.filename;  // as LibTorch calls the function's name
    if (const auto place = range.file_line_col()) {
      text += " at " + std::get<0>(*place) + ':' + std::to_string(std::get<1>(*place));
    } else if (range.source() != nullptr) {
      const std::size_t line = range.source()->lineno_for_offset(range.start());
      text += ", line " + std::to_string(line + 1);
    }
  }
  return text;
}

}  // namespace gradgrind::detail

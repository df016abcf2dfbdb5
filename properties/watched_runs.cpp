#include "properties/watched_runs.h"

#include <ATen/core/Tensor.h>

#include <utility>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/contract.h"
#include "properties/groups/support.h"
#include "properties/tensor_scan.h"

namespace gradgrind {
namespace {

thread_local WatchedRuns* watcher = nullptr;

}  // namespace

WatchedRuns::WatchedRuns(ObserveOptions options)
    : options_(options), outer_(std::exchange(watcher, this)) {}

WatchedRuns::~WatchedRuns() { watcher = outer_; }

void WatchedRuns::run(bool is_backward, const std::function<void()>& body,
                      const std::function<Start()>& start) {
  if (watcher == nullptr) {
    body();
    return;
  }
  // Before the body runs, since it may write to its inputs.
  Start started = start != nullptr ? start() : Start();
  Observation observation(watcher->options_);
  try {
    body();
  } catch (...) {
    watcher->runs_.push_back({is_backward, observation.finish(), std::move(started)});
    throw;
  }
  watcher->runs_.push_back({is_backward, observation.finish(), std::move(started)});
}

WatchedRuns::Start start_of(const Contract& contract, const Inputs& inputs) {
  WatchedRuns::Start start;
  const std::string& batch = contract.data().batch;
  for (std::size_t i = 0; i < inputs.count(); ++i) {
    const bool is_partner = !contract.data().signature.inputs[i].second.broadcasts_to.empty();
    const std::int64_t axis = batch.empty() || is_partner
                                  ? -1
                                  : axis_of(contract.space().shape_of(i), inputs.dims(), batch);
    for (const at::Tensor& tensor : inputs.slots()[i].tensors) {
      if (!tensor.defined()) continue;
      if (start.dtype.empty() && tensor.is_floating_point()) {
        start.dtype = detail::dtype_name(tensor.scalar_type());
      }
      if (axis < 0 || axis >= tensor.dim()) continue;
      start.rows.resize(static_cast<std::size_t>(tensor.size(axis)));
      for (std::size_t row = 0; row < start.rows.size(); ++row) {
        const at::Tensor own = tensor.detach().select(axis, static_cast<std::int64_t>(row));
        start.rows[row] = mix(start.rows[row] ^ detail::facts_of(own, {false, true}).digest);
      }
    }
  }
  return start;
}

}  // namespace gradgrind

// Training steps of a user's as they are run: on a subject of their own, under a seed of their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// Makes a batch afresh: inputs, then targets.
using Batch = std::function<Inputs()>;

/// The batch of the case.
Inputs batch_of(const Trial& trial);
/// Other contents for the input or target at `position`; pure in the case and `seed`.
void redraw(const Trial& trial, std::size_t position, std::uint64_t seed, Inputs& batch);
/// batch_of() as a Batch, and one of other contents throughout.
Batch given(const Trial& trial);
Batch another(const Trial& trial);
/// Whether two inputs hold the same bits.
bool are_same(const Inputs::Slot& a, const Inputs::Slot& b);

/// A subject of its own under training, with a step made for it; of an instance the instance, which
/// is put back.
class Training {
 public:
  explicit Training(Trial& trial);
  ~Training();
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  const Model& model() const { return model_; }
  /// One step; its loss, undefined where it gives back none. Throws UsageError where that is not
  /// one number, and what the step throws.
  at::Tensor step(const Inputs& batch);

 private:
  Trial& trial_;
  std::unique_ptr<Model> owned_;
  Model& model_;
  std::vector<NamedTensor> initial_;
  TrainingStep step_;
  std::uint64_t steps_ = 0;
};

/// What a run of steps leaves.
struct Trained {
  std::vector<NamedTensor> state;
  std::vector<at::Tensor> losses;
};

/// A step for each batch; with `clears`, gradients are zeroed before each.
Trained trained(Trial& trial, const std::vector<Batch>& batches, bool clears = false);
/// The first loss or tensor that differs, by name; empty for none.
std::string first_other(const Trained& a, const Trained& b);

/// While it lives, the largest gradient that reaches each parameter.
class SeenGradients {
 public:
  explicit SeenGradients(const std::vector<NamedTensor>& parameters);
  ~SeenGradients();
  SeenGradients(const SeenGradients&) = delete;
  SeenGradients& operator=(const SeenGradients&) = delete;

  double of(std::size_t parameter) const { return (*seen_)[parameter]; }

 private:
  std::shared_ptr<std::vector<double>> seen_;
  std::vector<std::pair<at::Tensor, unsigned>> hooks_;
};

/// The largest magnitude; 0 of no elements.
double largest_of(const at::Tensor& tensor);

}  // namespace gradgrind

#include "tests/properties/subjects.h"

#include <torch/torch.h>

#include "tests/properties/simple_contracts.h"

namespace gradgrind {
namespace {

using torch::Tensor;

Tensor loses_a_batch_of_one(const Tensor& x) {
  return x.size(0) == 1 ? twice(x).squeeze(0) : twice(x);
}
Tensor always_float(const Tensor& x) { return twice(x).to(torch::kFloat); }
Tensor constant(const Tensor& x) { return torch::ones_like(x); }
Tensor doubles_in_place(const Tensor& x) { return x.detach().mul_(2); }
Tensor itself(const Tensor& x) { return x; }
Tensor nearly_twice(const Tensor& x) { return x * 2.001; }
Tensor depends_on_grad_mode(const Tensor& x) {
  return torch::GradMode::is_enabled() ? x * 2 : x * 3;
}
Tensor exponential(const Tensor& x) { return x.exp(); }
Tensor reads_memory(const Tensor& x) {
  // What a kernel that ignores strides would do.
  return torch::from_blob(x.data_ptr(), x.sizes(), x.options()).clone();
}
Tensor minus_batch_mean(const Tensor& x) { return x - x.mean(0, true); }
Tensor scaled_by_batch(const Tensor& x) { return x * static_cast<double>(x.size(0)); }
Tensor weights_rows_by_place(const Tensor& x) {
  return x * torch::arange(1, x.size(0) + 1, x.options()).unsqueeze(1);
}
Tensor cumulative_over_batch(const Tensor& x) { return x.cumsum(0); }
Tensor pads_an_empty_batch(const Tensor& x) {
  return x.size(0) == 0 ? torch::zeros({1, x.size(1)}, x.options()) : twice(x);
}
Tensor root_behind_where(const Tensor& x) {
  return torch::where(x > 0, x.clamp_min(0).sqrt(), torch::zeros_like(x));
}

// A function whose backward is not its slope.
struct WrongBackward : torch::autograd::Function<WrongBackward> {
  static Tensor forward(torch::autograd::AutogradContext*, const Tensor& x) { return x * 2; }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                 torch::autograd::variable_list gradients) {
    return {gradients[0] * 3};
  }
};
Tensor wrong_backward(const Tensor& x) { return WrongBackward::apply(x); }

Tensor counting(const Tensor& x) {
  static double calls = 0;
  return x + ++calls;
}

Tensor in_unit_range(const Tensor& x) { return torch::sigmoid(x); }

Contract ranged(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("D", 1, 4)
      .input("x", floats("D"))
      .output("y", floats("D", between(0, 1)));
}

Tensor first_only(const Tensor& x, const Tensor&) { return x * 2; }

// -- Modules --------------------------------------------------------------------------------------

// What the variants below change of a linear layer.
enum class Fault {
  none,
  unused_parameter,
  unregistered,
  frozen,
  zero_gate,
  tiny_gradient,
  ascends,
  forgets_buffer,
  unseeded,
  random_in_evaluation,
};

class LayerImpl : public torch::nn::Cloneable<LayerImpl> {
 public:
  explicit LayerImpl(Fault fault) : fault_(fault) { reset(); }

  void reset() override {
    linear_ = register_module("linear", torch::nn::Linear(3, 2));
    scale_ = torch::rand({2}) + 0.5;
    if (fault_ != Fault::unregistered && fault_ != Fault::forgets_buffer) {
      scale_ = register_parameter("scale", scale_, fault_ != Fault::frozen);
    } else if (fault_ == Fault::unregistered) {
      scale_.set_requires_grad(true);
    }
  }

  Tensor forward(const Tensor& x) {
    if (fault_ == Fault::unregistered || fault_ == Fault::forgets_buffer) {
      scale_ = scale_.to(x.scalar_type()).detach();
      scale_.set_requires_grad(fault_ == Fault::unregistered);
    }
    Tensor y = linear_->forward(x);
    if (fault_ == Fault::zero_gate) return y * (scale_ * 0);
    if (fault_ == Fault::tiny_gradient) return y * (1 + 1e-30 * scale_);
    if (fault_ == Fault::unused_parameter) return y;
    if (fault_ == Fault::ascends) return Ascends::apply(y * scale_);
    if (fault_ == Fault::unseeded) return y * scale_ + 1e-3 * static_cast<double>(++calls_);
    if (fault_ == Fault::random_in_evaluation) return torch::dropout(y * scale_, 0.5, true);
    return y * scale_;
  }

 private:
  // Gives back what it is given and the negative gradient.
  struct Ascends : torch::autograd::Function<Ascends> {
    static Tensor forward(torch::autograd::AutogradContext*, const Tensor& x) { return x.clone(); }
    static torch::autograd::variable_list backward(torch::autograd::AutogradContext*,
                                                   torch::autograd::variable_list gradients) {
      return {-gradients[0]};
    }
  };

  Fault fault_;
  int calls_ = 0;
  torch::nn::Linear linear_{nullptr};
  Tensor scale_;
};
TORCH_MODULE(Layer);

Contract layer(const std::string& name, Fault fault) {
  return gradgrind::module(name, [fault](const Draw&) { return Layer(fault); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 2"))
      .batch("B");
}

// Clones share the tensor that is held beside the registered ones.
class SharingImpl : public torch::nn::Cloneable<SharingImpl> {
 public:
  SharingImpl() { reset(); }
  void reset() override {
    if (!weight_.defined()) weight_ = torch::rand({3});
    register_parameter("weight", weight_);
  }
  std::shared_ptr<torch::nn::Module> clone(
      const torch::optional<torch::Device>& = torch::nullopt) const override {
    return std::make_shared<SharingImpl>(*this);
  }
  Tensor forward(const Tensor& x) { return x * weight_; }

 private:
  Tensor weight_;
};

Contract sharing(const std::string& name) {
  return gradgrind::module(name, [](const Draw&) { return std::make_shared<SharingImpl>(); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 3"));
}

class NormImpl : public torch::nn::Module {
 public:
  explicit NormImpl(bool tracks) : tracks_(tracks) {
    norm_ = register_module("norm", torch::nn::BatchNorm1d(3));
  }
  Tensor forward(const Tensor& x) {
    if (tracks_) return norm_->forward(x);
    return torch::batch_norm(x, norm_->weight, norm_->bias, norm_->running_mean, norm_->running_var,
                             /*training=*/false, 0.1, 1e-5, false);
  }

 private:
  bool tracks_;
  torch::nn::BatchNorm1d norm_{nullptr};
};

Contract norm(const std::string& name, bool tracks) {
  return gradgrind::module(name,
                           [tracks](const Draw&) { return std::make_shared<NormImpl>(tracks); })
      .dim("B", 1, 4)
      .input("x", floats("B 3"))
      .output("y", floats("B 3"))
      .batch("B");
}

}  // namespace

std::vector<Subjects> subjects_of_every_property() {
  const Contract sound_rows = rows("Twice", twice);
  const Contract sound_layer = layer("Layer", Fault::none);
  std::vector<Subjects> all = {
      {"output_shapes_are_as_declared", rows("LosesBatch", loses_a_batch_of_one), sound_rows},
      {"output_dtypes_are_as_declared", rows("AlwaysFloat", always_float), sound_rows},
      {"outputs_stay_in_range", ranged("Unbounded", twice), ranged("Sigmoid", in_unit_range)},
      {"depends_on_every_input", pairs("FirstOnly", first_only), pairs("Product", product)},
      {"output_varies_with_input", rows("Constant", constant), sound_rows},
      {"never_writes_to_inputs", rows("InPlace", doubles_in_place), sound_rows},
      {"outputs_share_no_memory", rows("Itself", itself), sound_rows},
      {"equals_the_reference", rows("Nearly", nearly_twice).reference(twice),
       sound_rows.reference([](const Tensor& x) { return x + x; })},
      {"grad_mode_changes_nothing", rows("GradMode", depends_on_grad_mode), sound_rows},
      {"evaluation_is_pure", rows("Counting", counting), sound_rows},
      {"stays_finite", rows("Exp", exponential), sound_rows},
      {"same_for_every_layout", rows("ReadsMemory", reads_memory), sound_rows},
      {"keeps_batch_rows_apart", rows("BatchMean", minus_batch_mean), sound_rows},
      {"keeps_row_gradients_apart", rows("BatchMean", minus_batch_mean), sound_rows},
      {"commutes_with_row_permutation", rows("ByPlace", weights_rows_by_place), sound_rows},
      {"splits_into_smaller_batches", rows("ByBatchSize", scaled_by_batch), sound_rows},
      {"single_rows_match_the_batch", rows("ByBatchSize", scaled_by_batch), sound_rows},
      {"duplicate_rows_agree", rows("Cumulative", cumulative_over_batch), sound_rows},
      {"accepts_an_empty_batch", rows("PadsEmpty", pads_an_empty_batch), sound_rows},
      {"uses_batch_statistics_in_training", norm("FrozenNorm", false), norm("BatchNorm", true)},
      {"every_parameter_is_reachable", layer("Unused", Fault::unused_parameter), sound_layer},
      {"every_parameter_is_reachable", layer("Unregistered", Fault::unregistered), sound_layer},
      {"every_parameter_is_reachable", layer("Frozen", Fault::frozen), sound_layer},
      {"gradients_are_finite", rows("RootBehindWhere", root_behind_where), sound_rows},
      {"no_gradient_is_identically_zero", layer("ZeroGate", Fault::zero_gate), sound_layer},
      {"gradient_norms_are_bounded", layer("TinyGradient", Fault::tiny_gradient), sound_layer},
      {"gradients_match_finite_differences", rows("WrongBackward", wrong_backward), sound_rows},
      {"a_descent_step_exists", layer("Ascends", Fault::ascends), sound_layer},
      {"one_step_changes_what_it_should", layer("Unregistered", Fault::unregistered), sound_layer},
      {"overfits_a_tiny_batch", layer("Ascends", Fault::ascends), sound_layer},
      {"saves_and_loads", layer("ForgetsBuffer", Fault::forgets_buffer), sound_layer},
      {"clone_is_equal_then_independent", sharing("Sharing"), sound_layer},
      {"same_seed_gives_the_same_bits", layer("Unseeded", Fault::unseeded), sound_layer},
      {"evaluation_ignores_the_seed", layer("Random", Fault::random_in_evaluation), sound_layer},
  };
  for (const auto of_group : {numeric_subjects, backward_subjects, training_subjects,
                              training_step_subjects, mode_subjects, determinism_subjects,
                              sampling_subjects, mask_subjects, refusal_subjects, law_subjects}) {
    for (const Subjects& subjects : of_group()) all.push_back(subjects);
  }
  return all;
}

}  // namespace gradgrind

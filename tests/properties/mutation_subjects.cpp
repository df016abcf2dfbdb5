#include "tests/properties/mutation_subjects.h"

#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <cmath>

#include "tests/properties/simple_contracts.h"

namespace gradgrind {
namespace {

using torch::Tensor;
namespace nn = torch::nn;

Tensor row_sums(const Tensor& x) { return x.sum(1); }
Tensor running_sums(const Tensor& x) { return x.cumsum(1); }
Tensor by_a_constant(const Tensor& x) { return torch::full_like(x, 2) * x; }
Tensor of_one_more(const Tensor& x) { return (x.abs() + 1).log(); }
Tensor of_both_and_one(const Tensor& x, const Tensor& w) { return (x.abs() + w.abs() + 1).log(); }
Tensor guarded_root(const Tensor& x) { return x.clamp_min(1e-3).sqrt(); }
Tensor wave(const Tensor& x) { return x.sin() * x.cos(); }

// Another way for float32, as a fast path has.
Tensor by_dtype(const Tensor& x) { return x.scalar_type() == torch::kFloat ? x + x : x * 2; }

// In place where nothing is recorded.
Tensor by_grad_mode(const Tensor& x) {
  return torch::GradMode::is_enabled() ? (x + 1) * 2 : x.clone().add_(1).mul_(2);
}

Tensor by_threads(const Tensor& x) {
  return at::get_num_threads() > 1 ? torch::cat({x * 2}) : x.mul(2);
}

// Twice its input, and a penalty in the backward whose weight is 0.
struct Penalised : torch::autograd::Function<Penalised> {
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x) {
    context->save_for_backward({x * 0});
    return x * 2;
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    return {gradients[0] * 2 + context->get_saved_variables()[0]};
  }
};
Tensor penalised(const Tensor& x) { return Penalised::apply(x); }

// Looks at its input beforehand, and lets no result depend on it.
Tensor after_a_look(const Tensor& x) {
  TORCH_CHECK(!(x.abs().max().item<double>() > 1e30), "too large");
  return x * 2;
}

Tensor through_a_buffer(const Tensor& x) {
  Tensor buffer = torch::empty_like(x);
  buffer.copy_(x);
  return buffer * 2;
}

// Refuses a target of another shape since it puts its rows in their places.
Tensor gap_to_placed(const Tensor& x, const Tensor& target) {
  const Tensor rows = torch::arange(x.size(0));
  return x - torch::zeros_like(x).index_copy_(0, rows, target);
}

// Sums over earlier positions, and over this one where `from` is 1.
Tensor sums_before(const Tensor& x, std::int64_t from) {
  const std::int64_t length = x.size(1);
  const Tensor later = torch::ones({length, length}, torch::kBool).triu(from);
  return x.unsqueeze(1).masked_fill(later, 0).sum(2);
}
Tensor sums_so_far(const Tensor& x) { return sums_before(x, 1); }
Tensor sums_of_earlier(const Tensor& x) { return sums_before(x, 0); }

Tensor kept_sums(const Tensor& x, const Tensor& pad) { return x.masked_fill(pad, 0).sum(1); }

Contract padded() {
  return gradgrind::function("KeptSums", kept_sums)
      .dim("B", 1, 3)
      .dim("T", 1, 5)
      .input("x", floats("B T"))
      .input("pad", padding_mask("B T", marks_padding).of("x"))
      .output("y", floats("B"))
      .batch("B")
      .sequence("T");
}

Contract causal(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("B", 1, 2)
      .dim("T", 1, 6)
      .input("x", floats("B T"))
      .output("y", floats("B T"))
      .batch("B")
      .sequence("T")
      .causal();
}

Contract to_one_a_row(const std::string& name, Tensor (*function)(const Tensor&)) {
  return gradgrind::function(name, function)
      .dim("B", 1, 4)
      .dim("D", 2, 4)
      .input("x", floats("B D"))
      .output("y", floats("B"))
      .batch("B");
}

template <class Module>
Contract over_rows(const std::string& name) {
  return gradgrind::module(name, [](const Draw& d) { return std::make_shared<Module>(d["F"]); })
      .dim("B", 2, 4)
      .dim("F", 2, 4)
      .input("x", floats("B F"))
      .output("y", floats("B F"))
      .batch("B");
}

struct Gain : nn::Module {
  explicit Gain(std::int64_t size) : gain(register_parameter("gain", torch::rand({size}) + 1)) {}
  Tensor forward(const Tensor& x) { return gain.expand_as(x) * x; }
  Tensor gain;
};

// A gain, and an offset that is another in each instance and in no checkpoint, behind a gate that
// is closed.
struct GatedImpl : nn::Cloneable<GatedImpl> {
  explicit GatedImpl(std::int64_t size) : size_(size) { reset(); }
  void reset() override {
    gain = register_parameter("gain", torch::rand({size_}) + 1);
    offset = torch::rand({size_}).set_requires_grad(true);
  }
  Tensor forward(const Tensor& x) { return x * gain + offset * 0; }
  Tensor gain;
  Tensor offset;
  std::int64_t size_;
};

// Counts its forwards, and a closed gate hides it.
struct Counting : Gain {
  using Gain::Gain;
  Tensor forward(const Tensor& x) {
    calls_ += 1;
    return x * gain + torch::full_like(gain, calls_) * 0;
  }
  double calls_ = 0;
};

// y - 2y: the gradient of one of both alone points the other way.
struct Reflected : Gain {
  using Gain::Gain;
  Tensor forward(const Tensor& x) {
    const Tensor y = x + gain;
    return y - y * 2;
  }
};

// Into other units and back.
struct InUnits : Gain {
  explicit InUnits(std::int64_t size)
      : Gain(size), bias(register_parameter("bias", torch::rand({size}))) {}
  Tensor forward(const Tensor& x) { return x + gain * 1e-16 * 1e16 + bias; }
  Tensor bias;
};

// Away from the mean of the batch and back.
struct ThereAndBack : Gain {
  using Gain::Gain;
  Tensor forward(const Tensor& x) {
    const Tensor y = x * gain;
    const Tensor mean = y.mean(0, /*keepdim=*/true);
    return (y - mean) + mean;
  }
};

// Takes a step of its own in training, through which a part learns.
struct Adapted : nn::Module {
  explicit Adapted(std::int64_t size)
      : linear(register_module("linear", nn::Linear(size, size))),
        adapter(register_module("adapter", nn::Linear(size, size))) {}
  Tensor forward(const Tensor& x) {
    const Tensor added = adapter(x);
    return linear(x) + (is_training() ? added * 1 : added);
  }
  nn::Linear linear;
  nn::Linear adapter;
};

// Batch statistics of one's own.
struct Centred : nn::Module {
  explicit Centred(std::int64_t size)
      : running_mean(register_buffer("running_mean", torch::zeros({size}))) {}
  Tensor forward(const Tensor& x) {
    if (!is_training()) return x - running_mean;
    const Tensor mean = x.mean(0);
    running_mean.mul_(0.9).add_(mean.detach(), 0.1);
    return x - mean;
  }
  Tensor running_mean;
};

// Keeps a mean of what it gave, cut off from the graph in place.
struct Remembering : Gain {
  explicit Remembering(std::int64_t size)
      : Gain(size), seen(register_buffer("seen", torch::zeros({size}))) {}
  Tensor forward(const Tensor& x) {
    const Tensor y = x * gain;
    if (is_training()) seen.mul_(0.9).add_(y.mean(0).detach_(), 0.1);
    return y;
  }
  Tensor seen;
};

// One way in training, and a shorter one in evaluation.
struct TwoWays : Gain {
  using Gain::Gain;
  Tensor forward(const Tensor& x) { return is_training() ? x * gain : torch::mul(gain, x); }
};

struct InPlace : Gain {
  using Gain::Gain;
  Tensor forward(const Tensor& x) { return x.clone().add_(gain); }
};

// Looks up what it refuses nothing of, and marks places, which it does.
struct Marked : nn::Module {
  explicit Marked(std::int64_t size) : table(register_parameter("table", torch::rand({size, 3}))) {}
  Tensor forward(const Tensor& ids) {
    const std::int64_t size = table.size(0);
    Tensor places = torch::zeros({ids.size(0), size}, table.options());
    places.scatter_(1, ids.unsqueeze(1), 1);
    return torch::embedding(table, ids.remainder(size)) + places.sum(1, /*keepdim=*/true);
  }
  Tensor table;
};

Contract marked() {
  return gradgrind::module("Marked", [](const Draw& d) { return std::make_shared<Marked>(d["V"]); })
      .dim("B", 1, 4)
      .dim("V", 2, 6)
      .input("ids", ids("B", "V"))
      .output("y", floats("B 3"))
      .batch("B");
}

}  // namespace

std::vector<MutationSubject> mutation_subjects() {
  const Contract gain = over_rows<Gain>("Gain");
  const Contract gated = over_rows<GatedImpl>("Gated");
  const Contract reflected = over_rows<Reflected>("Reflected");
  const Contract sums = causal("SumsSoFar", sums_so_far);
  return {
      {"output_shapes_are_as_declared", to_one_a_row("RowSums", row_sums)},
      {"output_varies_with_input", rows("ByConstant", by_a_constant)},
      {"no_size_makes_it_constant", gain},
      {"grad_mode_changes_nothing", rows("ByGradMode", by_grad_mode)},
      {"evaluation_is_pure", over_rows<InUnits>("InUnits")},
      {"stays_finite", rows("OfOneMore", of_one_more)},
      {"stays_finite_at_the_corners", pairs("OfBothAndOne", of_both_and_one)},
      {"float32_is_close_to_float64", rows("ByDtype", by_dtype)},
      {"duplicate_rows_agree", rows("RunningSums", running_sums)},
      {"accepts_an_empty_batch", to_one_a_row("RowSums", row_sums)},
      {"uses_batch_statistics_in_training", over_rows<Centred>("Centred")},
      {"gradients_are_finite", rows("GuardedRoot", guarded_root)},
      {"gradient_norms_are_bounded", over_rows<InUnits>("InUnits")},
      {"gradients_match_finite_differences", rows("Wave", wave)},
      {"gradients_are_linear", rows("Penalised", penalised)},
      {"a_descent_step_exists", reflected},
      {"one_step_changes_what_it_should", gated},
      {"overfits_a_tiny_batch", reflected, 1},
      {"saves_and_loads", gated},
      {"clone_is_equal_then_independent", gated},
      {"same_seed_gives_the_same_bits", over_rows<Counting>("Counting")},
      {"resumes_where_it_was_saved", gated},
      {"kept_content_matters", padded(), 1},
      {"never_looks_ahead", sums},
      {"prefixes_agree", sums},
      {"never_sees_its_own_position",
       causal("SumsOfEarlier", sums_of_earlier).declares(strictly_causal("x"))},
      {"accumulates_gradients_over_a_batch", over_rows<ThereAndBack>("ThereAndBack")},
      {"no_gradient_cancels_in_training", over_rows<Adapted>("Adapted"), 1},
      {"buffers_keep_no_graph", over_rows<Remembering>("Remembering")},
      {"training_agrees_with_evaluation", over_rows<TwoWays>("TwoWays")},
      {"leaves_the_generator_alone", rows("AfterALook", after_a_look)},
      {"never_reads_what_nobody_wrote", rows("ThroughABuffer", through_a_buffer)},
      {"thread_counts_agree", rows("ByThreads", by_threads)},
      {"refuses_sizes_it_was_not_built_for", over_rows<InPlace>("InPlace")},
      {"refuses_ids_out_of_range", marked()},
      {"refuses_shapes_that_broadcast", gradgrind::function("GapToPlaced", gap_to_placed)
                                            .dim("B", 1, 4)
                                            .dim("D", 1, 4)
                                            .input("x", floats("B D"))
                                            .input("target", floats("B D"))
                                            .output("y", floats("B D"))
                                            .declares(refuses_broadcast("target"))},
  };
}

}  // namespace gradgrind

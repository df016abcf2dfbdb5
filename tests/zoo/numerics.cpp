// Numerics: logarithms, quotients, exponentials, roots and where they leave the finite.
#include <torch/torch.h>

#include "gradgrind/gradgrind.h"
#include "tests/zoo/families.h"

namespace gg = gradgrind;

namespace zoo {
namespace {

using torch::Tensor;
using Unary = Tensor (*)(const Tensor&);

/// A function of rows.
gg::Contract of_rows(const std::string& name, Unary function, const gg::Domain& x,
                     const std::string& y) {
  return gg::function(name, function)
      .dim("B", 1, 5)
      .dim("F", 1, 8)
      .input("x", x)
      .output("y", gg::floats(y))
      .batch("B");
}

template <Unary faulty_function, Unary sound_function>
gg::Contract elementwise(const std::string& name, bool faulty) {
  return of_rows(name, faulty ? faulty_function : sound_function, gg::floats("B F"), "B F");
}

template <Unary faulty_function, Unary sound_function>
gg::Contract reduced(const std::string& name, bool faulty) {
  return of_rows(name, faulty ? faulty_function : sound_function, gg::floats("B F"), "B");
}

template <Unary faulty_function, Unary sound_function>
gg::Contract of_distributions(const std::string& name, bool faulty) {
  return of_rows(name, faulty ? faulty_function : sound_function, gg::simplices("B F"), "B");
}

Tensor entropy(const Tensor& p) { return -(p * p.clamp_min(1e-12).log()).sum(1); }
Tensor entropy_by_log(const Tensor& p) { return -(p * p.log()).sum(1); }

Tensor coefficient(const Tensor& x) {
  return x.var(1, /*unbiased=*/false) / (x.mean(1).pow(2) + 1e-6);
}
Tensor coefficient_by_quotient(const Tensor& x) {
  return x.var(1, /*unbiased=*/false) / x.mean(1).pow(2);
}

Tensor softmax(const Tensor& x) {
  const Tensor e = (x - x.amax(1, /*keepdim=*/true)).exp();
  return e / e.sum(1, /*keepdim=*/true);
}
Tensor softmax_of_exp(const Tensor& x) { return x.exp() / x.exp().sum(1, /*keepdim=*/true); }

Tensor log_sigmoid(const Tensor& x) { return torch::log_sigmoid(x); }
Tensor log_of_sigmoid(const Tensor& x) { return torch::sigmoid(x).log(); }

Tensor log_softmax(const Tensor& x) { return x.log_softmax(1); }
Tensor log_of_softmax(const Tensor& x) { return x.softmax(1).log(); }

/// Root of the positive part.
Tensor positive_root(const Tensor& x) {
  const Tensor inside = torch::where(x > 0, x, torch::ones_like(x));
  return torch::where(x > 0, inside.sqrt(), torch::zeros_like(x));
}
Tensor root_behind_where(const Tensor& x) {
  return torch::where(x > 0, x.sqrt(), torch::zeros_like(x));
}

/// Distances between all pairs of rows of [B, F, D].
template <bool faulty>
Tensor distances(const Tensor& points) {
  if (!faulty) {
    const Tensor apart = points.unsqueeze(2) - points.unsqueeze(1);
    return (apart.pow(2).sum(3) + 1e-12).sqrt();
  }
  const Tensor squared = points.pow(2).sum(2);
  const Tensor gram = points.matmul(points.transpose(1, 2));
  return (squared.unsqueeze(2) + squared.unsqueeze(1) - 2 * gram + 1e-12).sqrt();
}

gg::Contract pair_distances(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? distances<true> : distances<false>)
      .dim("B", 1, 3)
      .dim("N", 1, 4)
      .dim("D", 1, 4)
      .input("points", gg::floats("B N D"))
      .output("distance", gg::floats("B N N"))
      .batch("B")
      .declares(gg::shift_invariant("points"));
}

/// The angle between two vectors.
template <bool faulty>
Tensor angle(const Tensor& a, const Tensor& b) {
  const Tensor lengths = (a.pow(2).sum(1) * b.pow(2).sum(1) + 1e-6).sqrt();
  const Tensor cosine = (a * b).sum(1) / lengths;
  return (faulty ? cosine : cosine.clamp(-1 + 1e-6, 1 - 1e-6)).acos();
}

gg::Contract vector_angle(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? angle<true> : angle<false>)
      .dim("B", 1, 5)
      .dim("F", 1, 4)
      .input("a", gg::floats("B F"))
      .input("b", gg::floats("B F"))
      .output("angle", gg::floats("B"))
      .batch("B");
}

/// log of the product of probabilities that events all happen.
Tensor log_likelihood(const Tensor& p) { return p.clamp_min(1e-6).log().sum(1); }
Tensor log_of_product(const Tensor& p) { return p.clamp_min(1e-6).prod(1).log(); }

template <Unary faulty_function, Unary sound_function>
gg::Contract of_many_probabilities(const std::string& name, bool faulty) {
  return gg::function(name, faulty ? faulty_function : sound_function)
      .dim("B", 1, 3)
      .dim("N", 1, 64)
      .input("p", gg::probabilities("B N"))
      .output("log_likelihood", gg::floats("B"))
      .batch("B");
}

/// Log of the Jacobian of tanh, for squashed actions.
Tensor log_jacobian(const Tensor& x) {
  return 2 * (0.69314718055994531 - x - torch::softplus(-2 * x));
}
Tensor log_of_derivative(const Tensor& x) { return (1 - x.tanh().pow(2)).log(); }

/// exp(x) - 1 by the names of it.
Tensor growth(const Tensor& x) { return torch::expm1(x); }
Tensor growth_by_exp(const Tensor& x) { return x.exp() - 1; }

template <Unary faulty_function, Unary sound_function>
gg::Contract of_small(const std::string& name, bool faulty) {
  return of_rows(name, faulty ? faulty_function : sound_function,
                 gg::floats("B F", gg::between(-0.01, 0.01)), "B F")
      .reference([](const Tensor& x) {
        const Tensor y = x.to(torch::kDouble);
        return (y * (1 + y / 2 * (1 + y / 3 * (1 + y / 4 * (1 + y / 5))))).to(x.dtype());
      });
}

/// A mean that is added up in float32, whatever comes in.
Tensor mean_of_rows(const Tensor& x) { return x.mean(1); }
Tensor mean_in_float(const Tensor& x) {
  const Tensor sum = torch::zeros({x.size(0)});
  for (std::int64_t i = 0; i < x.size(1); ++i) sum.add_(x.select(1, i));
  return (sum / x.size(1)).to(x.dtype());
}

/// Scores for a loss, by a table of constants that was made once.
template <bool faulty>
Tensor projected(const Tensor& x) {
  const Tensor table = torch::linspace(0, 1, 3 * x.size(1),
                                       faulty ? torch::TensorOptions(torch::kFloat) : x.options());
  return x.to(table.dtype()).matmul(table.reshape({x.size(1), 3}));
}

gg::Contract projection(const std::string& name, bool faulty) {
  return of_rows(name, faulty ? projected<true> : projected<false>, gg::floats("B F"), "B 3");
}

}  // namespace

std::vector<Pair> numerics() {
  return {
      pair("EntropyOfZero", 126, "the logarithm of a probability of zero",
           of_distributions<entropy_by_log, entropy>),
      pair("QuotientByMean", 127, "a quotient by a mean of zero",
           reduced<coefficient_by_quotient, coefficient>),
      pair("SoftmaxOverflows", 128, "a softmax by exp() overflows",
           elementwise<softmax_of_exp, softmax>),
      pair("LogOfSigmoid", 129, "the logarithm of a sigmoid",
           elementwise<log_of_sigmoid, log_sigmoid>),
      pair("LogOfSoftmax", 129, "the logarithm of a softmax",
           elementwise<log_of_softmax, log_softmax>),
      pair("RootBehindWhere", 134, "where() does not stop a NaN in the gradient",
           elementwise<root_behind_where, positive_root>),
      pair("DistanceByGram", 136, "a squared distance from the Gram matrix is negative",
           pair_distances),
      pair("AcosOfRounded", 137, "acos of a cosine that rounds above 1", vector_angle),
      pair("ProductUnderflows", 138, "a product of probabilities underflows",
           of_many_probabilities<log_of_product, log_likelihood>),
      pair("LogOfTanhSlope", 139, "log(1 - tanh(x)^2)",
           elementwise<log_of_derivative, log_jacobian>),
      pair("GrowthByExp", 143, "exp(x) - 1 loses the digits of a small x",
           of_small<growth_by_exp, growth>),
      pair("SummedInFloat", 148, "a sum is kept in float32", reduced<mean_in_float, mean_of_rows>),
      pair("ConstantsInFloat", 148, "a table of constants is float32", projection),
  };
}

}  // namespace zoo

// The defects of LibTorch's modules, functions and data sets in docs/libtorch-findings.md, each
// reduced to a few lines that still go wrong. Where one no longer does, the page has to say so.
#include <gtest/gtest.h>
#include <torch/torch.h>
#include <torch/version.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "gradgrind/fuzz/formats/document.h"
#include "gradgrind/properties/hostile_memory.h"

namespace gradgrind {
namespace {

using torch::data::datasets::MNIST;

constexpr bool kIs113 = TORCH_VERSION_MAJOR == 1 && TORCH_VERSION_MINOR == 13;

class LibTorchModuleFindings : public testing::Test {
 protected:
  void SetUp() override {
    if (!kIs113) GTEST_SKIP() << "facts of LibTorch 1.13; this is " << TORCH_VERSION;
  }
};

// The folder of a test set of MNIST, with so many bytes of labels; gone with the object.
class Digits {
 public:
  explicit Digits(std::size_t labels) {
    std::filesystem::create_directory(path_);
    const auto number = [](std::uint64_t value) { return encoded(u32_be, value); };
    write("t10k-images-idx3-ubyte", number(2051) + number(10000) + number(28) + number(28) +
                                        std::string(10000 * 28 * 28, '\7'));
    write("t10k-labels-idx1-ubyte", number(2049) + number(10000) + std::string(labels, '\3'));
  }
  ~Digits() { std::filesystem::remove_all(path_); }
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;

  MNIST load() const { return MNIST(path_, MNIST::Mode::kTest); }

 private:
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(path_ + "/" + name, std::ios::binary) << bytes;
  }

  std::string path_ = "/dev/shm/gradgrind-digits-" + std::to_string(getpid());
};

TEST_F(LibTorchModuleFindings, MnistTakesAFileOfNoLabels) {
  EXPECT_EQ(Digits(0).load().targets().numel(), 10000);
  EXPECT_EQ(Digits(5000).load().targets().numel(), 10000);
  EXPECT_EQ(Digits(10001).load().targets().numel(), 10000);
}

TEST_F(LibTorchModuleFindings, MnistGivesTheLastDigitForAnIndexBeyondAll) {
  MNIST digits = Digits(10000).load();
  EXPECT_EQ(digits.get(static_cast<std::size_t>(-1)).target.item<int>(), 3);
  EXPECT_THROW(digits.get(10000), c10::Error);
}

TEST_F(LibTorchModuleFindings, CrossMapLrn2dHasAWrongGradient) {
  torch::nn::CrossMapLRN2d norm(torch::nn::CrossMapLRN2dOptions(3).alpha(1).beta(0.75).k(1));
  const auto loss = [&](const at::Tensor& x) { return norm(x).sum(); };
  const at::Tensor x =
      torch::linspace(0.5, 2, 5, torch::kDouble).view({1, 5, 1, 1}).requires_grad_();
  loss(x).backward();
  const double h = 1e-5;
  double largest = 0;
  double furthest = 0;
  for (std::int64_t i = 0; i < 5; ++i) {
    at::Tensor step = torch::zeros_like(x);
    step[0][i] = h;
    torch::NoGradGuard guard;
    const double slope = (loss(x + step).item<double>() - loss(x - step).item<double>()) / (2 * h);
    largest = std::max(largest, std::abs(slope));
    furthest = std::max(furthest, std::abs(slope - x.grad()[0][i].item<double>()));
  }
  EXPECT_GT(furthest, 0.01 * largest);
}

TEST_F(LibTorchModuleFindings, ACloneOfAPretrainedEmbeddingSharesItsWeight) {
  const auto embedding = torch::nn::Embedding::from_pretrained(torch::ones({3, 2}));
  const auto clone = std::dynamic_pointer_cast<torch::nn::EmbeddingImpl>(embedding->clone());
  EXPECT_EQ(clone->weight.data_ptr(), embedding->weight.data_ptr());
}

TEST_F(LibTorchModuleFindings, PixelUnshuffleLeavesAnEmptyBatchAsItIs) {
  torch::nn::PixelUnshuffle unshuffle(2);
  EXPECT_EQ(unshuffle(torch::zeros({1, 1, 4, 4})).sizes(), (at::IntArrayRef{1, 4, 2, 2}));
  EXPECT_EQ(unshuffle(torch::zeros({0, 1, 4, 4})).sizes(), (at::IntArrayRef{0, 1, 4, 4}));
}

TEST_F(LibTorchModuleFindings, SoftMarginLossIsInfiniteFrom89On) {
  const auto loss = [](float x) {
    return torch::nn::SoftMarginLoss()(torch::tensor({x}), torch::tensor({1.0F})).item<float>();
  };
  EXPECT_NEAR(loss(-88), 88, 1e-3);
  EXPECT_TRUE(std::isinf(loss(-89)));
}

TEST_F(LibTorchModuleFindings, MultiheadAttentionLetsABooleanMaskThrough) {
  torch::nn::MultiheadAttention attention(2, 1);
  const at::Tensor query = torch::ones({1, 1, 2});
  const at::Tensor keys = torch::tensor({{1.0F, 2.0F}, {3.0F, 4.0F}}).unsqueeze(1);
  at::Tensor other_keys = keys.clone();
  other_keys[1] += 1;
  const auto output = [&](const at::Tensor& values, const at::Tensor& hides_second) {
    torch::NoGradGuard guard;
    return std::get<0>(attention(query, values, values, at::Tensor(), true, hides_second));
  };
  const at::Tensor additive = torch::tensor({{0.0F, -INFINITY}});
  EXPECT_TRUE(torch::equal(output(keys, additive), output(other_keys, additive)));
  const at::Tensor boolean = torch::tensor({{false, true}});
  EXPECT_FALSE(torch::equal(output(keys, boolean), output(other_keys, boolean)));
}

TEST_F(LibTorchModuleFindings, MultiheadAttentionTakesEqualTensorsForOne) {
  torch::nn::MultiheadAttention attention(2, 1);
  const auto tokens = [] { return torch::ones({1, 1, 2}).requires_grad_(); };
  const at::Tensor query = tokens();
  const at::Tensor key = tokens();
  const at::Tensor value = tokens();
  std::get<0>(attention(query, key, value)).sum().backward();
  EXPECT_TRUE(query.grad().defined());
  EXPECT_FALSE(key.grad().defined());
  EXPECT_FALSE(value.grad().defined());
}

TEST_F(LibTorchModuleFindings, NaNIsLost) {
  EXPECT_EQ(torch::nn::Softshrink()(torch::tensor({NAN})).item<float>(), 0);
  EXPECT_EQ(
      torch::nn::MultiMarginLoss()(torch::tensor({{0.0F, NAN}}), torch::tensor({0})).item<float>(),
      0);
}

// -- Functions ------------------------------------------------------------------------------------

TEST_F(LibTorchModuleFindings, GeluReadsFreshMemoryForAPermutedGradient) {
  const at::Tensor gradient = torch::tensor({{1.0F, 2.0F}, {3.0F, 4.0F}});
  const auto pulled_back = [&](const at::Tensor& output_gradient) {
    const at::Tensor x = torch::ones({2, 2}).requires_grad_();
    torch::gelu(x).backward(output_gradient);
    return x.grad();
  };
  torch::full({2, 2}, 1000.0F);  // Its memory is the next to be given out.
  const at::Tensor permuted = pulled_back(gradient.t());
  EXPECT_FALSE(torch::allclose(permuted, pulled_back(gradient.t().contiguous())));
}

TEST_F(LibTorchModuleFindings, NoMedianIsTakenAlongAStrideOfZero) {
  const at::Tensor expanded = torch::tensor({1234.5F}).expand({3});
  EXPECT_NE(std::get<0>(torch::median(expanded, 0)).item<float>(), 1234.5F);
  EXPECT_NE(std::get<0>(torch::nanmedian(expanded, 0)).item<float>(), 1234.5F);
  EXPECT_EQ(std::get<0>(torch::median(expanded.contiguous(), 0)).item<float>(), 1234.5F);
}

TEST_F(LibTorchModuleFindings, LeastSquaresDependOnFreshMemory) {
  const auto solution = [](std::uint8_t byte) {
    HostileMemoryOptions options;
    options.guards = false;
    options.fill = byte;
    const HostileMemory memory(options);
    return std::get<0>(torch::linalg_lstsq(torch::tensor({{4.0F, 1.0F}, {0.0F, 8.0F}}),
                                           torch::tensor({{0.0F}, {1.0F}})));
  };
  EXPECT_FALSE(torch::equal(solution(0), solution(1)));
}

TEST_F(LibTorchModuleFindings, HypotHasNoGradientAtTheOrigin) {
  const at::Tensor a = torch::zeros({1}).requires_grad_();
  torch::hypot(a, torch::zeros({1})).backward();
  EXPECT_TRUE(std::isnan(a.grad().item<float>()));
}

TEST_F(LibTorchModuleFindings, TheGradientOfMatrixExpLosesWhatItsOwnIsScaledBy) {
  const at::Tensor x = torch::tensor({{0.5F, -0.25F}, {1.0F, 0.125F}}).requires_grad_();
  const auto pulled_back = [&](float scale) {
    x.mutable_grad() = at::Tensor();
    torch::linalg_matrix_exp(x).backward(torch::tensor({{1.0F, -2.0F}, {0.5F, 3.0F}}) * scale);
    return x.grad() / scale;
  };
  const at::Tensor gradient = pulled_back(1);
  EXPECT_TRUE(torch::allclose(pulled_back(0x1p-10F), gradient));
  EXPECT_FALSE(torch::allclose(pulled_back(0x1p20F), gradient, /*rtol=*/0.02));
}

TEST_F(LibTorchModuleFindings, MatrixExpOfASmallMatrixIsOff) {
  const at::Tensor turned = torch::linalg_matrix_exp(torch::tensor({{0.0F, -0.5F}, {0.5F, 0.0F}}));
  EXPECT_GT(std::abs(turned[1][0].item<float>() - std::sin(0.5F)), 1e-5F);
}

TEST_F(LibTorchModuleFindings, AnAngleFrom125OnChangesItsNeighbours) {
  if (at::show_config().find("NO AVX") != std::string::npos) GTEST_SKIP() << "no vectors";
  const at::Tensor angles = torch::linspace(-3, 3, 6000);
  const auto count_changed = [&](auto function) {
    std::int64_t changed = 0;
    for (std::int64_t i = 0; i < angles.numel(); ++i) {
      const auto beside = [&](float other) {
        return function(torch::stack({angles[i], torch::tensor(other)}))[0];
      };
      changed += torch::equal(beside(124), beside(125)) ? 0 : 1;
    }
    return changed;
  };
  EXPECT_GT(count_changed([](const at::Tensor& x) { return x.cos(); }), 0);
  EXPECT_GT(count_changed([](const at::Tensor& x) { return x.sin(); }), 0);
}

TEST_F(LibTorchModuleFindings, TheGradientOfTraceLeavesTheDiagonal) {
  const at::Tensor x = torch::zeros({3, 1}).requires_grad_();
  torch::trace(x).backward();
  EXPECT_TRUE(torch::equal(x.grad(), torch::tensor({{1.0F}, {0.0F}, {1.0F}})));
}

TEST_F(LibTorchModuleFindings, EigenvaluesOfNanAreNumbers) {
  for (const float beside : {0.0F, 1.0F}) {
    const at::Tensor x = torch::tensor({{NAN, beside}, {beside, NAN}});
    EXPECT_FALSE(torch::linalg_eigvalsh(x).isnan().any().item<bool>());
  }
}

TEST_F(LibTorchModuleFindings, KronFailsForStrides) {
  EXPECT_THROW(torch::kron(torch::zeros({1, 2}), torch::zeros({2, 2}).t()), c10::Error);
}

}  // namespace
}  // namespace gradgrind

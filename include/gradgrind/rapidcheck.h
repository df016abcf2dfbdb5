// The RapidCheck face: our domains as generators, with our shrinking.
//
// Layer 4, faces.
//
//   RC_GTEST_PROP(Softmax, SumsToOne, ()) {
//     const auto x = *gg::gen::tensor(gg::floats("3 16"));
//     RC_ASSERT(...);
//   }
//
// EXPECT_* and ASSERT_* inside a stock RC_GTEST_PROP are no failure of the property: nothing is
// shrunk. GRADGRIND_RC_PROP, which needs gradgrind/gtest.h before it, takes them as one.
#pragma once

#include <rapidcheck.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gradgrind/generators/case_space.h"
#include "gradgrind/properties/contract.h"
#include "gradgrind/properties/materialise.h"
#include "gradgrind/properties/trial.h"

namespace gradgrind {

/// RapidCheck's random stream as a source of choices.
class RapidCheckSource final : public Source {
 public:
  explicit RapidCheckSource(rc::Random random) : random_(random) {}
  std::uint64_t pick(Facet facet, std::uint64_t count) override;
  std::uint64_t key() override;

 private:
  rc::Random random_;
};

/// Dims for a domain that stands alone: {free_dim("B", 1, 8), free_dim("T", 1, 16)}.
Dim free_dim(const std::string& name, std::int64_t lowest, std::int64_t highest);

namespace gen {

/// Cases of a space, shrunk by shrink(): all inputs jointly. RapidCheck pulls candidates one by
/// one; the n-th costs n steps of the shrinker without runs.
rc::Gen<Case> cases(const CaseSpace& space);

/// The inputs of a contract, as tensors; all of them shrink jointly.
rc::Gen<Inputs> inputs(const Contract& contract);

/// Tensors of one domain. Throws UsageError for an impossible domain, at the call.
rc::Gen<at::Tensor> tensor(Domain domain, std::vector<Dim> dims = {},
                           std::vector<DType> dtypes = {DType::float32});
/// Tensors that broadcast to `shape`.
rc::Gen<at::Tensor> broadcastable(const Shape& shape);
/// Boolean masks: padding_mask(shape, marks_padding) where no other domain is given.
rc::Gen<at::Tensor> mask(const std::string& shape, std::vector<Dim> dims = {});
/// Concrete shapes of a symbolic one.
rc::Gen<Shape> shape(const std::string& text, std::vector<Dim> dims);
/// One of the set; shrinks towards its first.
rc::Gen<DType> dtype(std::vector<DType> set = all_floats());
rc::Gen<Device> device(std::vector<Device> set = {Device::cpu});

}  // namespace gen

/// What the template below needs of a generator: its value at a place of its shrink tree.
struct GeneratedValue {
  OpaqueValue value;
  std::vector<OpaqueValue> shrinks;
};
ParameterDomain generated_parameter(
    std::function<GeneratedValue(std::uint64_t seed, const std::vector<std::uint32_t>& path)> make);

/// A parameter drawn by any generator of RapidCheck's; the factory reads it by draw.get<T>(name).
/// Shrinks by the generator's own shrinks. T must be printable by rc::show.
template <class T>
ParameterDomain generated(rc::Gen<T> generator) {
  return generated_parameter(
      [generator](std::uint64_t seed, const std::vector<std::uint32_t>& path) {
        constexpr std::uint32_t kMostShrinks = 32;
        rc::Shrinkable<T> node = generator(rc::Random(seed), rc::kNominalSize);
        const auto child = [](const rc::Shrinkable<T>& parent, std::uint32_t wanted) {
          rc::Seq<rc::Shrinkable<T>> shrinks = parent.shrinks();
          rc::Maybe<rc::Shrinkable<T>> next = shrinks.next();
          for (std::uint32_t i = 0; i < wanted && next; ++i) next = shrinks.next();
          return next;
        };
        for (const std::uint32_t step : path) {
          rc::Maybe<rc::Shrinkable<T>> next = child(node, step);
          if (!next) break;
          node = *next;
        }
        const auto opaque = [&](const rc::Shrinkable<T>& at, std::vector<std::uint32_t> place) {
          auto value = std::make_shared<const T>(at.value());
          return OpaqueValue{value, typeid(T).name(), rc::toString(*value), seed, std::move(place)};
        };
        GeneratedValue made{opaque(node, path), {}};
        for (std::uint32_t i = 0; i < kMostShrinks; ++i) {
          const rc::Maybe<rc::Shrinkable<T>> next = child(node, i);
          if (!next) break;
          std::vector<std::uint32_t> place = path;
          place.push_back(i);
          made.shrinks.push_back(opaque(*next, std::move(place)));
        }
        return made;
      });
}

/// `property` with failed assertions of GoogleTest turned into a failure of RapidCheck's.
template <class... Arguments>
std::function<void(Arguments...)> with_assertions(void (*property)(Arguments...)) {
  return [property](Arguments... arguments) {
    const Verdict verdict = run_with_assertions([&] { property(arguments...); });
    if (verdict.is_failure()) RC_FAIL(verdict.evidence.message);
    if (verdict.outcome == Outcome::discarded) RC_DISCARD(verdict.reason);
  };
}

}  // namespace gradgrind

/// RC_GTEST_PROP in which EXPECT_* and ASSERT_* count. Include rapidcheck/gtest.h and
/// gradgrind/gtest.h.
#define GRADGRIND_RC_PROP(Suite, Name, Arguments)                                                 \
  void gradgrind_property_##Suite##_##Name Arguments;                                             \
  TEST(Suite, Name) {                                                                             \
    ::gradgrind::install_assertion_interceptor(::gradgrind::intercept_assertions);                \
    ::rc::detail::checkGTest(::gradgrind::with_assertions(&gradgrind_property_##Suite##_##Name)); \
  }                                                                                               \
  void gradgrind_property_##Suite##_##Name Arguments

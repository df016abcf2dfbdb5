#include "gradgrind/generators/case_space.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "gradgrind/generators/error.h"
#include "tests/generators/exhausted.h"
#include "tests/generators/signatures.h"

namespace gradgrind {
namespace {

using namespace testing_signatures;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::SizeIs;

TEST(CaseSpace, IsSimplestWhenNothingIsDrawn) {
  const Case simplest = exhausted(CaseSpace(attention()));
  EXPECT_EQ(simplest.dims.sizes, (std::map<std::string, std::int64_t>{
                                     {"B", 1}, {"T", 1}, {"H", 1}, {"E", 8}, {"C", 2}}));
  EXPECT_EQ(simplest.parameters.at("dropout"), ParameterValue(0.0));
  EXPECT_EQ(simplest.dtype, DType::float32);
  EXPECT_EQ(simplest.weights, Weights());
  EXPECT_EQ(simplest.seed, 0U);
  EXPECT_EQ(simplest.input("x").tensors.front().values, Array(DType::float32, {1, 1, 8}));
  EXPECT_EQ(simplest.input("pad").tensors.front().values, Array(DType::boolean, {1, 1}));
  EXPECT_TRUE(simplest.input("x").tensors.front().layout.is_contiguous());
}

TEST(CaseSpace, DrawsTheSeedsOfWeightsAndOfTheRun) {
  const CaseSpace space(attention());
  std::set<std::uint64_t> weights;
  std::set<std::uint64_t> runs;
  for (std::uint64_t i = 0; i < 100; ++i) {
    const Case drawn = space.at(1, i);
    weights.insert(drawn.weights.seed);
    runs.insert(drawn.seed);
  }
  EXPECT_THAT(weights, SizeIs(Ge(4U)));
  EXPECT_THAT(runs, SizeIs(100));
}

TEST(CaseSpace, LeavesOptionalInputsAndListsOutAtFirst) {
  const Case simplest = exhausted(CaseSpace(optional_and_lists()));
  EXPECT_THAT(simplest.input("x").tensors, SizeIs(1));
  EXPECT_THAT(simplest.input("bias").tensors, IsEmpty());
  EXPECT_THAT(simplest.input("xs").tensors, IsEmpty());
  EXPECT_THAT(simplest.input("ids").tensors, IsEmpty());
}

TEST(CaseSpace, ShowsBothBoundsOfEachDimAmongItsEdges) {
  const CaseSpace space(attention());
  std::map<std::string, std::set<std::int64_t>> sizes;
  for (std::uint64_t i = 0; i < space.edges().size(); ++i) {
    for (const auto& [name, size] : space.at(1, i).dims.sizes) sizes[name].insert(size);
  }
  EXPECT_THAT(sizes["B"], ElementsAre(1, 4));
  EXPECT_THAT(sizes["T"], ElementsAre(1, 8));
  EXPECT_THAT(sizes["H"], ElementsAre(1, 3));
  EXPECT_THAT(sizes["E"], ElementsAre(8, 24));
  EXPECT_THAT(sizes["C"], ElementsAre(2, 5));
}

TEST(CaseSpace, CoversPairsOfEdges) {
  const CaseSpace space(attention());
  EXPECT_THAT(space.edges(), SizeIs(testing::Le(60U)));
  std::set<std::tuple<std::int64_t, std::string>> pairs;
  std::set<std::tuple<std::string, std::string>> class_pairs;
  for (std::uint64_t i = 0; i < space.edges().size(); ++i) {
    const Case edge = space.at(1, i);
    const std::string& value_class = edge.input("x").tensors.front().value_class;
    pairs.emplace(edge.dims["B"], value_class);
    class_pairs.emplace(value_class, edge.input("pad").tensors.front().value_class);
  }
  EXPECT_THAT(pairs, SizeIs(2 * 9));
  EXPECT_THAT(class_pairs, SizeIs(9 * 4));
}

TEST(CaseSpace, ShowsEachClassLayoutDtypeAndRankAmongItsEdges) {
  const CaseSpace space(any_rank());
  std::set<std::string> classes;
  std::set<LayoutKind> layouts;
  std::set<DType> dtypes;
  std::set<std::int64_t> ranks;
  for (std::uint64_t i = 0; i < space.edges().size(); ++i) {
    const TensorValue x = space.at(1, i).input("x").tensors.front();
    classes.insert(x.value_class);
    layouts.insert(x.layout.kind);
    dtypes.insert(x.values.dtype());
    ranks.insert(x.values.rank());
  }
  EXPECT_THAT(classes, SizeIs(special().classes.size()));
  EXPECT_THAT(layouts, SizeIs(all_layouts().size()));
  EXPECT_THAT(dtypes, SizeIs(4));
  EXPECT_THAT(ranks, AllOf(testing::Contains(1), testing::Contains(5)));
}

TEST(CaseSpace, ShowsWhatAnOptionalInputHoldsAmongItsEdges) {
  const CaseSpace space(optional_and_lists());
  std::set<DType> dtypes;
  std::set<std::size_t> lengths;
  for (std::uint64_t i = 0; i < space.edges().size(); ++i) {
    const Case edge = space.at(1, i);
    for (const TensorValue& bias : edge.input("bias").tensors) dtypes.insert(bias.values.dtype());
    lengths.insert(edge.input("xs").tensors.size());
  }
  EXPECT_THAT(dtypes, SizeIs(2));
  EXPECT_THAT(lengths, ElementsAre(0U, 3U));
}

TEST(CaseSpace, DrawsInterestingSizesOften) {
  Signature signature;
  signature.dims = {free_dim("N", 0, 100000)};
  const CaseSpace space(signature);
  std::map<std::int64_t, int> counts;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    RandomSource source(seed);
    ++counts[space.generate(source).dims["N"]];
  }
  EXPECT_GE(counts[0], 150);
  EXPECT_GE(counts[100000], 150);
  for (const std::int64_t size : {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 127, 128, 129}) {
    EXPECT_GE(counts[size], 20) << size;
  }
  EXPECT_GT(counts.size(), 500U);
}

TEST(CaseSpace, TakesNoChoiceForADimOfOneSize) {
  Signature signature;
  signature.dims = {free_dim("A", 3, 3), free_dim("B", 1, 2)};
  signature.dtypes = {DType::float32};
  signature.weights = {WeightPolicy::fresh};
  const std::vector<std::uint8_t> bytes = {1};
  ByteSource source(bytes.data(), bytes.size());
  const Case decoded = CaseSpace(signature).generate(source);
  EXPECT_EQ(decoded.dims["A"], 3);
  EXPECT_EQ(decoded.dims["B"], 2);
}

TEST(CaseSpace, KeepsTheMeaningOfTheBytesBeforeAChangedOne) {
  const CaseSpace space(attention());
  RandomSource random(4);
  std::vector<std::uint8_t> bytes(60);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  std::vector<std::uint8_t> changed = bytes;
  changed.back() ^= 1;
  ByteSource a(bytes.data(), bytes.size());
  ByteSource b(changed.data(), changed.size());
  const Case first = space.generate(a);
  const Case second = space.generate(b);
  EXPECT_EQ(first.dims, second.dims);
  EXPECT_EQ(first.input("x"), second.input("x"));
}

TEST(CaseSpace, SharesMemoryOnlyBetweenEqualShapesAndDtypes) {
  const CaseSpace space(aliases());
  int shared = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    RandomSource source(seed);
    const Case drawn = space.generate(source);
    for (const Input& input : drawn.inputs) {
      for (const TensorValue& tensor : input.tensors) {
        if (tensor.layout.kind != LayoutKind::alias) continue;
        ++shared;
        const TensorValue& partner = drawn.input(tensor.layout.alias_of).tensors.front();
        ASSERT_EQ(tensor.values, partner.values);
        ASSERT_EQ(tensor.value_class, partner.value_class);
      }
    }
  }
  EXPECT_GT(shared, 500);
}

TEST(CaseSpace, BroadcastsToThePartnersShape) {
  const CaseSpace space(broadcasting());
  std::set<Shape> shapes;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    RandomSource source(seed);
    const Case drawn = space.generate(source);
    const Shape full = {drawn.dims["B"], drawn.dims["T"], drawn.dims["D"]};
    if (full != Shape{2, 3, 4} || drawn.input("y").tensors.empty()) continue;
    shapes.insert(drawn.input("y").tensors.front().values.shape());
  }
  for (std::uint64_t i = 0; shapes.size() < 5 && i < 20000; ++i) {
    const Case drawn = space.at(1, i);
    const Shape full = {drawn.dims["B"], drawn.dims["T"], drawn.dims["D"]};
    if (full != Shape{2, 3, 4} || drawn.input("y").tensors.empty()) continue;
    shapes.insert(drawn.input("y").tensors.front().values.shape());
  }
  EXPECT_THAT(shapes, testing::IsSupersetOf({Shape{2, 3, 4}, Shape{}, Shape{1, 1, 1}}));
  EXPECT_THAT(shapes, SizeIs(Ge(5U)));
}

TEST(CaseSpace, PutsAllTensorsOnOneOfTheNamedDevices) {
  const CaseSpace space(scalars_and_devices());
  std::set<Device> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    RandomSource source(seed);
    std::set<Device> devices;
    for (const Input& input : space.generate(source).inputs) {
      devices.insert(input.tensors.front().device);
    }
    EXPECT_THAT(devices, SizeIs(1));
    seen.insert(devices.begin(), devices.end());
  }
  EXPECT_THAT(seen, ElementsAre(Device::cpu, Device::meta));
}

TEST(CaseSpace, MayBeSharedBetweenThreads) {
  const CaseSpace space(attention());
  std::vector<Case> cases(4);
  std::vector<std::thread> threads;
  for (Case& result : cases) {
    threads.emplace_back([&space, &result] { result = space.at(5, 1); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(cases, Each(space.at(5, 1)));
}

TEST(CaseSpace, NamesItsShapes) {
  const CaseSpace space(broadcasting());
  EXPECT_EQ(space.shape_of(0).text(), "B T D");
  EXPECT_THAT(space.shape_of(1).entries(), IsEmpty());
  EXPECT_THROW(space.shape_of(3), UsageError);
}

}  // namespace
}  // namespace gradgrind

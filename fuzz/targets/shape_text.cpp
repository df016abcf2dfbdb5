// Asserts of our own reader of shapes and dims: any text is refused with a UsageError, or makes a
// signature whose simplest case is a case of it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "gradgrind/fuzz.h"
#include "gradgrind/generators/case_space.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/generators/source.h"

namespace {

namespace gg = gradgrind;

// "shape|expression of E|relation": what a user writes, in one text.
gg::Signature signature_of(const std::string& text) {
  const std::size_t first = text.find('|');
  const std::size_t second = first == std::string::npos ? first : text.find('|', first + 1);
  gg::Signature signature;
  signature.dims = {{gg::Dim::Kind::free, "B", 1, 3, ""}, {gg::Dim::Kind::free, "T", 1, 4, ""}};
  signature.inputs.emplace_back("x", gg::floats(text.substr(0, first)));
  if (first != std::string::npos) {
    const std::string expression = text.substr(first + 1, second - first - 1);
    signature.dims.push_back({gg::Dim::Kind::derived, "E", 0, 0, expression});
  }
  if (second != std::string::npos) signature.relations.push_back(text.substr(second + 1));
  return signature;
}

// A shape may ask for all the memory there is: that of the simplest case is to be had in any night.
bool is_small(const gg::CaseSpace& space) {
  constexpr double kMostElements = 1e6;
  gg::Dims dims =
      space.dims().solve([](const gg::Dim&, std::int64_t lowest, std::int64_t) { return lowest; });
  for (const gg::ShapeExpr::Entry& entry : space.shape_of(0).entries()) {
    if (!entry.dim.has_value()) dims.variadic[entry.variadic] = {};
  }
  double elements = 1;
  for (const std::int64_t size : space.shape_of(0).evaluate(dims)) {
    elements *= static_cast<double>(size);
  }
  return elements <= kMostElements;
}

const bool has_seeds = gg::fuzz::offer_seeds([] {
  return std::vector<gg::fuzz::Seed>{{"dims", "B T 3"},
                                     {"derived", "B E|8*B+T"},
                                     {"inverse", "B|(T-1)/2+1"},
                                     {"relation", "B T|T*T|B<=T"},
                                     {"equation", "B|B%2|E==0"},
                                     {"ellipsis", "... B"},
                                     {"scalar", ""}};
});

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const gg::CaseSpace space(signature_of(text));
    if (!is_small(space)) return 0;
    gg::ByteSource simplest(nullptr, 0);
    const std::string mismatch = space.mismatch(space.generate(simplest));
    if (!mismatch.empty()) {
      std::fprintf(stderr, "the simplest case is none of its signature: %s\n", mismatch.c_str());
      std::abort();
    }
  } catch (const gg::UsageError& error) {
    gg::fuzz::note_exception("UsageError", error.what());
  }
  return 0;
}

// Any RapidCheck property as a fuzz target.
//
// Layer 4, faces.
//
//   GRADGRIND_FUZZ(gg::rapidcheck_property("reversed twice", [](const std::vector<int>& v) {
//     RC_ASSERT(reversed(reversed(v)) == v);
//   }));
//
// The target's library, gradgrind::fuzz_rapidcheck, has an rc::Random of its own, which takes the
// place of RapidCheck's in the whole program: while an input is judged its numbers come from the
// input's bytes, else from a hash. Generators are used as they are, domains of gg::gen among them.
#pragma once

#include <rapidcheck.h>

#include <memory>
#include <string>
#include <utility>

#include "gradgrind/fuzz.h"

namespace gradgrind::fuzz {

/// A RapidCheck property with a name.
struct RapidCheckProperty {
  std::string name;
  rc::detail::Property property;
};

/// A target that lets RapidCheck generate a case out of the input and judges it. A failure is
/// explained by the counterexample that RapidCheck shrinks it to.
std::unique_ptr<Target> make_target(const RapidCheckProperty& property);

}  // namespace gradgrind::fuzz

namespace gradgrind {

/// Takes whatever rc::check() does.
template <class Testable>
fuzz::RapidCheckProperty rapidcheck_property(std::string name, Testable&& testable) {
  return {std::move(name), rc::detail::toProperty(std::forward<Testable>(testable))};
}

}  // namespace gradgrind

// The contracts of the example modules: what each promises, and what its faulty variants promise
// too.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradgrind/gradgrind.h"

namespace examples {

/// A variant with a silent bug, and what finds it.
struct Fault {
  gradgrind::Contract contract;
  std::string property;  ///< The property that names the bug best.
  std::string what;      ///< The bug in a few words.
};

/// The modules that keep their contracts.
std::vector<gradgrind::Contract> sound_contracts();

/// The variants that do not, each under the contract of its original.
std::vector<Fault> faults();

}  // namespace examples

// The zoo: pairs of a realistic silent bug and its correct twin, by family.
//
// Each bug is an instance of a published pattern of bugs in tensor code, written from the pattern
// and not from how a property works. Both twins come from one piece of code, which differs by the
// bug alone, under one contract as a user would honestly write it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace zoo {

struct Pair {
  std::string name;  ///< Of the faulty contract; the sound one's ends in "Sound".
  int pattern;       ///< Its number in the catalogue of bug patterns: see README.md.
  std::string bug;   ///< In a few words.
  gradgrind::Contract faulty;
  gradgrind::Contract sound;
};

struct Family {
  std::string name;
  std::string file;  ///< In this folder.
  std::vector<Pair> pairs;
};

/// `make` is a callable of (name, whether the bug is in it) that gives back a contract.
template <class Make>
Pair pair(const std::string& name, int pattern, const std::string& bug, Make make) {
  return {name, pattern, bug, make(name, true), make(name + "Sound", false)};
}

/// All families.
std::vector<Family> families();

}  // namespace zoo

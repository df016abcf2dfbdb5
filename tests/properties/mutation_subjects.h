// Sound subjects in which a mutant of an operator makes a property fail that its own sound subject,
// of one operator or none, leaves nothing to see.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/gradgrind.h"

namespace gradgrind {

struct MutationSubject {
  std::string property;
  Contract sound;
  double scale = 0.2;  ///< Of the cases; 1 where few of them let the property judge.
};

std::vector<MutationSubject> mutation_subjects();

}  // namespace gradgrind

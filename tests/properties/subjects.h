// Subjects that must fail a property, and twins that must hold it.
#pragma once

#include <string>
#include <vector>

#include "gradgrind/gradgrind.h"

namespace gradgrind {

struct Subjects {
  std::string property;
  Contract faulty;
  Contract sound;
};

/// At least one pair for every property of the catalogue.
std::vector<Subjects> subjects_of_every_property();
/// Those of single groups, which are part of it.
std::vector<Subjects> numeric_subjects();
std::vector<Subjects> backward_subjects();
std::vector<Subjects> training_subjects();
std::vector<Subjects> training_step_subjects();
std::vector<Subjects> mode_subjects();
std::vector<Subjects> determinism_subjects();
std::vector<Subjects> sampling_subjects();
std::vector<Subjects> mask_subjects();
std::vector<Subjects> refusal_subjects();
std::vector<Subjects> law_subjects();

}  // namespace gradgrind

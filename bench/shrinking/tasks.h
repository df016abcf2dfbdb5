// The tensor shrinking challenge: what fails, and the smallest case that still does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gradgrind/generators/case_space.h"

namespace gradgrind::challenge {

struct Task {
  std::string name;
  CaseSpace space;
  std::function<bool(const Case&)> fails;
  /// Makes a random case fail where chance seldom does; may leave one that does not.
  std::function<void(Case&, Source&)> plant;
  Case minimum;  ///< By the written order, argued in the README.
};

/// All tasks, dims up to `most` x `most`.
std::vector<Task> tasks(std::int64_t most = 64);

/// A random failing case of `task`, a pure function of `seed`.
Case failing_case(const Task& task, std::uint64_t seed);

/// Whether LibTorch would call the tensor contiguous: row-major strides, dims of size 1 aside.
bool is_contiguous_in_memory(const TensorValue& tensor);

}  // namespace gradgrind::challenge

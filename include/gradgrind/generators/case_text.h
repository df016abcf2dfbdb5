// A case as text: for people, and as C++ to paste.
//
// Layer 2, generators.
#pragma once

#include <string>

#include "gradgrind/generators/case.h"

namespace gradgrind {

/// A few lines of at most 100 columns, without a trailing newline:
///
///   dims      B=2 T=1 E=8 H=1
///   x         float32 [2, 1, 8] contiguous: all zero but [1, 0, 3] = 1
///   pad       bool [2, 1] contiguous: all false
///   dropout   0.5
///   weights   seed 7, noisy
///
/// Arrays of up to 16 elements are printed whole, others by their exceptions or by a digest.
std::string describe(const Case& a_case);

/// One tensor of it, without its name: "float32 [2, 1, 8] contiguous: all zero but [1, 0, 3] = 1".
std::string describe(const TensorValue& tensor);

/// Statements that build the case into a variable `repro` of type gradgrind::Case, each float
/// exact. Uses the alias `gg` for the namespace.
std::string as_cpp(const Case& a_case);

/// Elements, inputs and given weights together, up to which as_cpp() is worth printing; a larger
/// case loads its file instead.
constexpr int kLiteralElements = 256;

}  // namespace gradgrind

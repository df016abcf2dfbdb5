// A case as text: for people, and as C++ to paste.
//
// Layer 2, generators.
#pragma once

#include <string>

#include "gradgrind/generators/case.h"

namespace gradgrind {

/// A few lines of at most `columns` columns (at least 40), without a trailing newline:
///
///   dims      B=2 T=1 E=8 H=1
///   x         float32 [2, 1, 8] contiguous: all zero but [1, 0, 3] = 1
///   pad       bool [2, 1] contiguous: all false
///   dropout   0.5
///   weights   seed 7, noisy
///
/// A constant array is "all" of its value. Others of up to 16 elements are printed whole or by at
/// most 4 exceptions, whichever is shorter; larger ones by their exceptions, else by a digest.
/// Lines for the shared dtype and the seed appear where these are not float32 and 0.
std::string describe(const Case& a_case, int columns = 100);

/// One tensor of it, without its name and in one line of any length: "float32 [2, 1, 8] contiguous:
/// all zero but [1, 0, 3] = 1".
std::string describe(const TensorValue& tensor);

/// Statements that build the case into a variable `repro` of type gradgrind::Case, each float
/// exact, but a NaN without its payload and an opaque parameter without its value. Lines of at most
/// 100 columns, each ended. Uses the alias `gg` for the namespace, and may need <limits>.
std::string as_cpp(const Case& a_case);

/// Elements, inputs and given weights together, up to which as_cpp() is worth printing; a larger
/// case loads its file instead.
constexpr int kLiteralElements = 256;

}  // namespace gradgrind

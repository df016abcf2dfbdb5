// Where the classes of simplicity() end.
//
// Layer 2, generators; internal.
#pragma once

namespace gradgrind::shrinking {

/// Integers up to this magnitude are simpler than any fraction; its inverse bounds what is tiny.
constexpr double kLargestSimpleInteger = 1 << 24;
/// A fraction k / 2^n is dyadic up to this magnitude and this n.
constexpr double kLargestDyadic = 1 << 14;
constexpr int kDyadicBits = 10;

}  // namespace gradgrind::shrinking

// Where the numbers of RapidCheck come from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

/// The bytes of one input, handed out to draws. A draw is known by an id; the first time it takes
/// the next eight bytes, and what it took is remembered: RapidCheck generates a value again for
/// every look at it and at what it shrinks to. Without bytes left a draw is a hash of its id, never
/// a constant: some generators draw until they like what they get.
class RapidCheckDraws {
 public:
  explicit RapidCheckDraws(Bytes input) : left_(input) {}

  std::uint64_t draw(std::uint64_t id);
  /// Bytes that no draw has taken.
  std::size_t left() const { return left_.size(); }

 private:
  Bytes left_;
  std::unordered_map<std::uint64_t, std::uint64_t> known_;
};

/// While it lives, every rc::Random of this thread draws from `draws`.
class RapidCheckDrawsGuard {
 public:
  explicit RapidCheckDrawsGuard(RapidCheckDraws& draws);
  ~RapidCheckDrawsGuard();
  RapidCheckDrawsGuard(const RapidCheckDrawsGuard&) = delete;
  RapidCheckDrawsGuard& operator=(const RapidCheckDrawsGuard&) = delete;

 private:
  RapidCheckDraws* before_;
};

}  // namespace gradgrind::fuzz

// An input that stands for a valid file with k edits.
//
// A fuzzer that changes bytes of a file loses what it was made from. A tape keeps it: the draws of
// a valid file, and the edits. Every tape decodes, and nothing of it is lost when an engine
// changes bytes; inputs that are no tapes are files as they are.
//
//   8 bytes   "GGtape1\n"
//   1 byte    number of edits, modulo 5
//   11 bytes  each: kind, field (two bytes), operand (eight bytes)
//   rest      the draws of the valid file
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support/drawn_file.h"
#include "gradgrind/fuzz/formats/damage.h"

namespace gradgrind::fuzz {

inline constexpr std::string_view kTapeMagic = "GGtape1\n";

/// One edit as it stands on a tape.
struct TapeEdit {
  std::uint8_t kind = 0;
  std::uint16_t field = 0;
  std::uint64_t operand = 0;

  friend bool operator==(const TapeEdit& a, const TapeEdit& b) {
    return a.kind == b.kind && a.field == b.field && a.operand == b.operand;
  }
};

struct Tape {
  std::vector<TapeEdit> edits;
  std::string draws;
};

/// None for an input that does not start like a tape.
std::optional<Tape> read_tape(std::string_view input);
std::string written(const Tape& tape);

/// What a tape does to its file.
struct Decoded {
  std::vector<Edit> edits;
  const DamageClass* damage = nullptr;  ///< Where the only edit is a variant of a class.
  Expectation expectation = Expectation::survives;
};
Decoded decode(const DrawnFile& file, const Tape& tape);

/// A changed tape, pure in its arguments: another valid file, an edit more or less, another
/// operand.
Tape mutated(Tape tape, std::uint64_t seed);

/// Smaller ones to try, the boldest first: fewer edits, simpler draws, simpler operands.
std::vector<Tape> smaller(const Tape& tape);

}  // namespace gradgrind::fuzz

// Damage: edits to a valid file, and the classes of damage that loaders meet.
//
// Layer 2 beside the generators: no LibTorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradgrind/fuzz/formats/document.h"

namespace gradgrind {

/// One change to a document.
struct Edit {
  enum class Kind : std::uint8_t {
    set_number,       ///< Field := number, cut to its width.
    set_text,         ///< Field := text, whatever it was: "-1" for a decimal.
    flip_bit,         ///< Bit `number` of the field, checksums left as they are.
    swap_bytes,       ///< The bytes of the field in reverse order.
    remove,           ///< The field is gone.
    duplicate,        ///< The field stands twice.
    duplicate_group,  ///< All fields of the group `text` stand twice.
    cut,              ///< The file ends after `number` bytes.
    append,           ///< `text` behind the end.
    insert,           ///< `text` before the field.
    replace_file,     ///< The file is `text`.
  };
  Kind kind = Kind::set_number;
  int field = -1;  ///< Position in Document::fields; -1 for edits of the whole file.
  std::uint64_t number = 0;
  std::string text;
  std::uint64_t times = 1;  ///< The text stands so often: depth and length cost nothing until used.

  friend bool operator==(const Edit& a, const Edit& b) {
    return a.kind == b.kind && a.field == b.field && a.number == b.number && a.text == b.text &&
           a.times == b.times;
  }
};

/// The damaged file. Lengths and checksums follow the edits, but for those that an edit set.
std::string damaged(const Document& document, const std::vector<Edit>& edits);

/// "dims[1] 3 -> 4294967296", "ends after 17 of 18 bytes".
std::string describe(const Document& document, const Edit& edit);
/// "a valid file with 2 edits: dims[1] 3 -> 4294967296, rank 2 -> 3", or "a valid file".
std::string describe(const Document& document, const std::vector<Edit>& edits);

/// What a sound loader does with a damaged file.
enum class Expectation : std::uint8_t {
  refuses,           ///< Throws one of its documented exceptions.
  loads_or_refuses,  ///< What it gives back, if anything, is what the undamaged file holds.
  survives,          ///< Either way, but ends soon, with little memory and a documented exception.
  loads,             ///< Gives back what the file holds: nothing is wrong with it.
};

/// One way to damage one document.
struct Variant {
  std::vector<Edit> edits;
  Expectation expectation = Expectation::refuses;
};

/// A class of the catalogue of corrupted inputs.
struct DamageClass {
  int number;          ///< In the catalogue.
  const char* name;    ///< "payload cut": what a loader's contract names to tolerate it.
  bool is_truncation;  ///< Accepting such a file means handing out what was never there.
  /// The variants for a document; none where the class says nothing about it.
  std::vector<Variant> (*variants)(const Document& document);
};

/// All classes that work on a file's bytes, in the order of the catalogue.
const std::vector<DamageClass>& damage_classes();

/// The class of that name, or null.
const DamageClass* find_damage_class(const std::string& name);

}  // namespace gradgrind

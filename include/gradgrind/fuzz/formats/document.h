// A file of a described format, field by field.
//
// Layer 2 beside the generators: no LibTorch.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradgrind/generators/array.h"

namespace gradgrind {

/// How a number stands in a file.
struct NumberFormat {
  int width = 0;  ///< Bytes: 1, 2, 4 or 8; 0 for decimal digits.
  bool big_endian = false;

  bool is_decimal() const { return width == 0; }
};

inline constexpr NumberFormat u8{1, false};
inline constexpr NumberFormat u16_le{2, false};
inline constexpr NumberFormat u32_le{4, false};
inline constexpr NumberFormat u64_le{8, false};
inline constexpr NumberFormat u16_be{2, true};
inline constexpr NumberFormat u32_be{4, true};
inline constexpr NumberFormat u64_be{8, true};
inline constexpr NumberFormat decimal{0, false};

/// What a field is for. Decides which damage applies to it.
enum class FieldRole : std::uint8_t {
  magic,     ///< Bytes by which the format is known.
  version,   ///< A number that says which form of the format follows.
  text,      ///< Fixed bytes: separators, keys.
  choice,    ///< One of a few codes: a dtype, a flag.
  rank,      ///< How many dims follow.
  dim,       ///< A size of the payload `of`.
  stride,    ///< A step between elements of the payload `of`.
  length,    ///< Bytes of the group `of`; measured.
  offset,    ///< Where the group `of` starts in the file; measured.
  count,     ///< How many fields there are whose names start with `of`; measured.
  checksum,  ///< Computed from the group `of`.
  begin,     ///< Where the bytes of the payload `of` start, counted from some origin,
  end,       ///< and where they end.
  index,     ///< Which of the things that were remembered before.
  value,     ///< Any other number.
  opcode,    ///< One instruction of a program.
  name,      ///< What a record is called.
  cell,      ///< One value of a table, as text.
  padding,   ///< Bytes that say nothing.
  payload,   ///< The elements.
};

struct Field {
  std::string name;  ///< "dims[1]".
  FieldRole role = FieldRole::text;
  std::string of;                         ///< The payload or group that the field speaks of.
  NumberFormat number;                    ///< Of rank, dim, length, version and other numbers.
  std::uint64_t value = 0;                ///< Likewise.
  std::string bytes;                      ///< Of all others: as they stand in the file.
  std::vector<std::string> options;       ///< Of a choice or an opcode: the codes that are known.
  std::vector<std::size_t> option_sizes;  ///< Bytes of an element under each; empty: no dtypes.
  std::size_t element_size = 0;           ///< Of a payload.
  std::vector<std::string> groups;        ///< Those that it lies in, outermost first.
  std::function<std::uint64_t(std::string_view)> compute;  ///< Of a checksum.

  bool is_number() const;
};

/// What a file means: tensors by name, in order.
using FileContent = std::vector<std::pair<std::string, Array>>;

/// A valid file. Made by a Format.
struct Document {
  std::vector<Field> fields;
  FileContent content;

  /// Position of the first field of that role, or of that name, or -1.
  int find(FieldRole role) const;
  int find(const std::string& name) const;
};

/// The bytes of a number.
std::string encoded(NumberFormat format, std::uint64_t value);
/// The bytes of a field as it stands.
std::string encoded(const Field& field);
/// The bytes of all fields, without measuring anything.
std::string encoded(const std::vector<Field>& fields);
/// How many bytes they take.
std::size_t encoded_size(const std::vector<Field>& fields);
/// Likewise of a field whose number is `value` in place of its own.
std::size_t encoded_size(const Field& field, std::uint64_t value);

/// Appends the bytes of a field whose number is `value` in place of its own.
void append_encoded(const Field& field, std::uint64_t value, std::string& bytes);

/// A field as it stands in a file that is being written: fields are large, and few of them change.
struct Part {
  const Field* field = nullptr;
  std::uint64_t value = 0;  ///< In place of the field's own.
  bool is_fixed = false;    ///< Not to be measured.
};

/// Sets every length, offset and count to what the parts give, then every checksum, but for those
/// that are fixed.
void measure(std::vector<Part>& parts);
void measure(std::vector<Field>& fields);

}  // namespace gradgrind

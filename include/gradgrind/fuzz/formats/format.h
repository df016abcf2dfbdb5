// Describing a file format once: what follows is a generator of valid files, every class of damage
// that applies, seeds, a dictionary, and words for what is wrong with a file.
//
// Layer 2 beside the generators: no LibTorch.
//
//   const gg::Format blobs = gg::format("blobs", [](gg::Draft& file) {
//     file.magic("magic", "BLOB");
//     const gg::DType dtype = file.dtype("dtype", {{"f", gg::DType::float32}});
//     const gg::Shape shape = file.draw_shape(1, 2);
//     file.rank("rank", gg::u8, shape);
//     file.dims("dims", gg::u32_le, shape, "data");
//     file.payload("data", file.draw_array(dtype, shape));
//   });
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gradgrind/fuzz/formats/document.h"
#include "gradgrind/generators/source.h"

namespace gradgrind {

/// Writes one valid file, field after field. What varies from file to file is drawn; the same draws
/// give the same file.
class Draft {
 public:
  explicit Draft(Source& source);

  // -- Drawing ----------------------------------------------------------------------------------
  Source& source() { return source_; }
  /// `lowest` .. `highest` dims of size 0 .. 4.
  Shape draw_shape(int lowest, int highest);
  /// Ordinary values, NaN, infinities and extremes among them; booleans are 0 or 1.
  Array draw_array(DType dtype, const Shape& shape);

  // -- Fields, in order -------------------------------------------------------------------------
  void magic(const std::string& name, const std::string& bytes);
  void version(const std::string& name, NumberFormat format, std::uint64_t value);
  void text(const std::string& bytes);
  /// One of the codes, drawn; gives back its position.
  std::size_t choice(const std::string& name, std::vector<std::string> codes);
  /// One of the codes, given.
  void choice_of(const std::string& name, const std::string& code, std::vector<std::string> codes);
  /// One of the codes of dtypes, drawn.
  DType dtype(const std::string& name, const std::vector<std::pair<std::string, DType>>& codes);
  /// The number of dims of `shape`.
  void rank(const std::string& name, NumberFormat format, const Shape& shape);
  /// The sizes of the payload `of`, as name[0], name[1], ... with `between` in between.
  void dims(const std::string& name, NumberFormat format, const Shape& shape,
            const std::string& of = "data", const std::string& between = {});
  /// One of the sizes of the payload `of`.
  void dim(const std::string& name, NumberFormat format, std::uint64_t size, const std::string& of);
  /// How many bytes the group `of` takes. Groups may follow or surround the field.
  void length(const std::string& name, NumberFormat format, const std::string& of);
  /// Where the group `of` starts in the file.
  void offset(const std::string& name, NumberFormat format, const std::string& of);
  /// How many fields there are whose names start with `of`.
  void count(const std::string& name, NumberFormat format, const std::string& of);
  void checksum(const std::string& name, NumberFormat format, const std::string& of,
                std::function<std::uint64_t(std::string_view)> compute);
  /// The range of bytes of the payload `of`, with `between` in between.
  void range(const std::string& name, NumberFormat format, std::uint64_t begin, std::uint64_t end,
             const std::string& of, const std::string& between = {});
  /// Where the elements that are meant start in the payload `of`, in whatever unit.
  void begin(const std::string& name, NumberFormat format, std::uint64_t begin,
             const std::string& of);
  /// The step between elements along one dim of the payload `of`.
  void stride(const std::string& name, NumberFormat format, std::uint64_t stride,
              const std::string& of);
  /// Which of the things that were remembered before.
  void index(const std::string& name, NumberFormat format, std::uint64_t index);
  /// Any other number.
  void value(const std::string& name, NumberFormat format, std::uint64_t value);
  /// One instruction, and all that there are.
  void opcode(const std::string& name, char code, const std::vector<std::string>& known);
  void name(const std::string& name, const std::string& bytes);
  void cell(const std::string& name, const std::string& bytes);
  void padding(const std::string& name, std::size_t count, char filler);
  /// The elements of `values`, which also become content of that name.
  void payload(const std::string& name, const Array& values, bool big_endian = false);
  /// One of the codes of dtypes, given.
  void dtype_code(const std::string& name, const std::string& code,
                  const std::vector<std::pair<std::string, DType>>& codes);
  /// Elements that stand in the file as `stored`, and mean `values`.
  void payload(const std::string& name, const Array& stored, bool big_endian, const Array& values);

  /// A whole file of which nothing is described: only damage to files as a whole applies.
  void whole(const std::string& bytes);

  /// Fields between open() and close() form a group.
  void open(const std::string& group);
  void close();
  /// Bytes written so far since the group was opened.
  std::size_t size_of_group() const;
  /// Bytes written so far.
  std::size_t size_so_far() const { return size_from(0); }

  /// Content that no payload holds: a table of cells.
  void means(const std::string& name, const Array& values);

  /// The file, lengths and checksums measured. Throws UsageError where a group is not closed, or a
  /// field speaks of one that is not there.
  Document finish();

 private:
  Field& add(const std::string& name, FieldRole role);
  std::size_t size_from(std::size_t field) const;
  void number(const std::string& name, FieldRole role, NumberFormat format, std::uint64_t value,
              const std::string& of);

  Source& source_;
  Document document_;
  std::vector<std::string> open_;
  std::vector<std::size_t> opened_at_;
};

/// A described format. Immutable, cheap to copy.
class Format {
 public:
  Format(std::string name, std::function<void(Draft&)> write)
      : name_(std::move(name)), write_(std::make_shared<const Write>(std::move(write))) {}

  const std::string& name() const { return name_; }
  /// A valid file; an exhausted source gives the simplest.
  Document generate(Source& source) const;

 private:
  using Write = std::function<void(Draft&)>;
  std::string name_;
  std::shared_ptr<const Write> write_;
};

Format format(std::string name, std::function<void(Draft&)> write);

/// Big-endian bytes of all elements of `values`, or little-endian ones.
std::string element_bytes(const Array& values, bool big_endian);

}  // namespace gradgrind

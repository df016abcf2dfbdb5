#include "gradgrind/fuzz/formats/format.h"

#include <algorithm>
#include <limits>

#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

// Values that show how elements are read: every byte of them differs from the others.
Scalar value_at(DType dtype, std::uint64_t word) {
  const auto small = static_cast<std::int64_t>(word % 199) - 99;
  if (dtype == DType::boolean) return static_cast<std::int64_t>(word & 1);
  if (is_integral(dtype)) {
    const std::int64_t lowest = lowest_integer(dtype);
    const std::int64_t highest = highest_integer(dtype);
    if (word % 8 == 0) return word % 16 == 0 ? lowest : highest;
    return std::max(lowest, std::min(highest, small));
  }
  switch (word % 16) {
    case 0:
      return std::numeric_limits<double>::quiet_NaN();
    case 1:
      return -std::numeric_limits<double>::infinity();
    case 2:
      return largest_finite(dtype);
    case 3:
      return smallest_subnormal(dtype);
    case 4:
      return -0.0;
    default:
      return static_cast<double>(small) / 4;
  }
}

}  // namespace

std::string element_bytes(const Array& values, bool big_endian) {
  std::string bytes(reinterpret_cast<const char*>(values.data()), values.size_in_bytes());
  if (!big_endian) return bytes;
  const auto size = static_cast<std::ptrdiff_t>(
      is_complex(values.dtype()) ? element_size(values.dtype()) / 2 : element_size(values.dtype()));
  for (auto at = bytes.begin(); at != bytes.end(); at += size) std::reverse(at, at + size);
  return bytes;
}

Draft::Draft(Source& source) : source_(source) {
  // Fields are large, and most files have some dozens.
  document_.fields.reserve(48);
}

Shape Draft::draw_shape(int lowest, int highest) {
  Shape shape(static_cast<std::size_t>(source_.integer(lowest, highest)));
  for (std::int64_t& size : shape) {
    // Sizes of two and more are where files go wrong; none at all is rare.
    static constexpr std::int64_t kSizes[] = {2, 3, 1, 4, 2, 3, 4, 0};
    size = kSizes[source_.below(8)];
  }
  return shape;
}

Array Draft::draw_array(DType dtype, const Shape& shape) {
  Array values(dtype, shape);
  const std::uint64_t key = source_.key();
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    values.set(i, value_at(dtype, mix(key + static_cast<std::uint64_t>(i))));
  }
  return values;
}

Field& Draft::add(const std::string& name, FieldRole role) {
  Field field;
  field.name = name;
  field.role = role;
  field.groups = open_;
  document_.fields.push_back(std::move(field));
  return document_.fields.back();
}

void Draft::number(const std::string& name, FieldRole role, NumberFormat format,
                   std::uint64_t value, const std::string& of) {
  Field& field = add(name, role);
  field.number = format;
  field.value = value;
  field.of = of;
}

void Draft::magic(const std::string& name, const std::string& bytes) {
  add(name, FieldRole::magic).bytes = bytes;
}

void Draft::version(const std::string& name, NumberFormat format, std::uint64_t value) {
  number(name, FieldRole::version, format, value, {});
}

void Draft::text(const std::string& bytes) {
  add("text " + std::to_string(document_.fields.size()), FieldRole::text).bytes = bytes;
}

std::size_t Draft::choice(const std::string& name, std::vector<std::string> codes) {
  const std::size_t chosen = source_.below(codes.size());
  const std::string code = codes[chosen];
  choice_of(name, code, std::move(codes));
  return chosen;
}

void Draft::choice_of(const std::string& name, const std::string& code,
                      std::vector<std::string> codes) {
  Field& field = add(name, FieldRole::choice);
  field.bytes = code;
  field.options = std::move(codes);
}

DType Draft::dtype(const std::string& name,
                   const std::vector<std::pair<std::string, DType>>& codes) {
  const auto& [code, chosen] = codes[source_.below(codes.size())];
  dtype_code(name, code, codes);
  return chosen;
}

void Draft::dtype_code(const std::string& name, const std::string& code,
                       const std::vector<std::pair<std::string, DType>>& codes) {
  Field& field = add(name, FieldRole::choice);
  field.bytes = code;
  for (const auto& [known, dtype] : codes) {
    field.options.push_back(known);
    field.option_sizes.push_back(element_size(dtype));
  }
}

void Draft::rank(const std::string& name, NumberFormat format, const Shape& shape) {
  number(name, FieldRole::rank, format, shape.size(), {});
}

void Draft::dims(const std::string& name, NumberFormat format, const Shape& shape,
                 const std::string& of, const std::string& between) {
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (i > 0 && !between.empty()) text(between);
    number(name + "[" + std::to_string(i) + "]", FieldRole::dim, format,
           static_cast<std::uint64_t>(shape[i]), of);
  }
}

void Draft::dim(const std::string& name, NumberFormat format, std::uint64_t size,
                const std::string& of) {
  number(name, FieldRole::dim, format, size, of);
}

void Draft::length(const std::string& name, NumberFormat format, const std::string& of) {
  number(name, FieldRole::length, format, 0, of);
}

void Draft::offset(const std::string& name, NumberFormat format, const std::string& of) {
  number(name, FieldRole::offset, format, 0, of);
}

void Draft::count(const std::string& name, NumberFormat format, const std::string& of) {
  number(name, FieldRole::count, format, 0, of);
}

void Draft::begin(const std::string& name, NumberFormat format, std::uint64_t begin,
                  const std::string& of) {
  number(name, FieldRole::begin, format, begin, of);
}

void Draft::stride(const std::string& name, NumberFormat format, std::uint64_t stride,
                   const std::string& of) {
  number(name, FieldRole::stride, format, stride, of);
}

void Draft::index(const std::string& name, NumberFormat format, std::uint64_t index) {
  number(name, FieldRole::index, format, index, {});
}

void Draft::value(const std::string& name, NumberFormat format, std::uint64_t value) {
  number(name, FieldRole::value, format, value, {});
}

void Draft::opcode(const std::string& name, char code, const std::vector<std::string>& known) {
  Field& field = add(name, FieldRole::opcode);
  field.bytes = code;
  field.options = known;
}

void Draft::checksum(const std::string& name, NumberFormat format, const std::string& of,
                     std::function<std::uint64_t(std::string_view)> compute) {
  number(name, FieldRole::checksum, format, 0, of);
  document_.fields.back().compute = std::move(compute);
}

void Draft::range(const std::string& name, NumberFormat format, std::uint64_t begin,
                  std::uint64_t end, const std::string& of, const std::string& between) {
  number(name + ".begin", FieldRole::begin, format, begin, of);
  if (!between.empty()) text(between);
  number(name + ".end", FieldRole::end, format, end, of);
}

void Draft::name(const std::string& name, const std::string& bytes) {
  add(name, FieldRole::name).bytes = bytes;
}

void Draft::cell(const std::string& name, const std::string& bytes) {
  add(name, FieldRole::cell).bytes = bytes;
}

void Draft::padding(const std::string& name, std::size_t count, char filler) {
  add(name, FieldRole::padding).bytes = std::string(count, filler);
}

void Draft::payload(const std::string& name, const Array& values, bool big_endian) {
  payload(name, values, big_endian, values);
}

void Draft::payload(const std::string& name, const Array& stored, bool big_endian,
                    const Array& values) {
  Field& field = add(name, FieldRole::payload);
  field.bytes = element_bytes(stored, big_endian);
  field.element_size = element_size(stored.dtype());
  field.of = std::string(gradgrind::name(stored.dtype()));
  means(name, values);
}

void Draft::whole(const std::string& bytes) { add("file", FieldRole::payload).bytes = bytes; }

void Draft::open(const std::string& group) {
  open_.push_back(group);
  opened_at_.push_back(document_.fields.size());
}

void Draft::close() {
  if (open_.empty()) throw UsageError("Draft::close(): no group is open");
  open_.pop_back();
  opened_at_.pop_back();
}

std::size_t Draft::size_of_group() const {
  return size_from(opened_at_.empty() ? 0 : opened_at_.back());
}

std::size_t Draft::size_from(std::size_t first) const {
  std::size_t size = 0;
  for (std::size_t i = first; i < document_.fields.size(); ++i) {
    size += encoded(document_.fields[i]).size();
  }
  return size;
}

void Draft::means(const std::string& name, const Array& values) {
  document_.content.emplace_back(name, values);
}

Document Draft::finish() {
  if (!open_.empty()) throw UsageError("Draft: the group " + open_.back() + " is not closed");
  for (const Field& field : document_.fields) {
    const bool speaks_of_a_group = field.role == FieldRole::length ||
                                   field.role == FieldRole::offset ||
                                   field.role == FieldRole::checksum;
    if (!speaks_of_a_group) continue;
    const bool is_known =
        std::any_of(document_.fields.begin(), document_.fields.end(), [&](const Field& other) {
          return other.name == field.of ||
                 std::count(other.groups.begin(), other.groups.end(), field.of) > 0;
        });
    if (!is_known) {
      throw UsageError("Draft: " + field.name + " speaks of " + field.of +
                       ", but no field and no group that holds fields is called so");
    }
  }
  measure(document_.fields);
  return std::move(document_);
}

Document Format::generate(Source& source) const {
  Draft draft(source);
  (*write_)(draft);
  return draft.finish();
}

Format format(std::string name, std::function<void(Draft&)> write) {
  return {std::move(name), std::move(write)};
}

}  // namespace gradgrind

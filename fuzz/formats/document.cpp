#include "gradgrind/fuzz/formats/document.h"

#include <algorithm>

namespace gradgrind {

bool Field::is_number() const {
  switch (role) {
    case FieldRole::version:
    case FieldRole::rank:
    case FieldRole::dim:
    case FieldRole::stride:
    case FieldRole::length:
    case FieldRole::offset:
    case FieldRole::count:
    case FieldRole::checksum:
    case FieldRole::begin:
    case FieldRole::end:
    case FieldRole::index:
    case FieldRole::value:
      return bytes.empty();
    default:
      return false;
  }
}

int Document::find(FieldRole role) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.role == role; });
  return found == fields.end() ? -1 : static_cast<int>(found - fields.begin());
}

int Document::find(const std::string& name) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? -1 : static_cast<int>(found - fields.begin());
}

std::string encoded(NumberFormat format, std::uint64_t value) {
  if (format.is_decimal()) return std::to_string(value);
  std::string bytes(static_cast<std::size_t>(format.width), '\0');
  for (char& byte : bytes) {
    byte = static_cast<char>(value & 0xff);
    value >>= 8;
  }
  if (format.big_endian) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

std::string encoded(const Field& field) {
  return field.is_number() ? encoded(field.number, field.value) : field.bytes;
}

std::size_t encoded_size(const Field& field, std::uint64_t value) {
  if (!field.is_number()) return field.bytes.size();
  if (!field.number.is_decimal()) return static_cast<std::size_t>(field.number.width);
  std::size_t digits = 1;
  for (; value >= 10; value /= 10) ++digits;
  return digits;
}

std::size_t encoded_size(const std::vector<Field>& fields) {
  std::size_t size = 0;
  for (const Field& field : fields) size += encoded_size(field, field.value);
  return size;
}

std::string encoded(const std::vector<Field>& fields) {
  std::string bytes;
  bytes.reserve(encoded_size(fields));
  for (const Field& field : fields) append_encoded(field, field.value, bytes);
  return bytes;
}

void append_encoded(const Field& field, std::uint64_t value, std::string& bytes) {
  if (field.is_number()) {
    bytes += encoded(field.number, value);
  } else {
    bytes += field.bytes;
  }
}

namespace {

bool is_in(const Field& field, const std::string& group) {
  return std::find(field.groups.begin(), field.groups.end(), group) != field.groups.end();
}

bool belongs(const Part& part, const std::string& group) {
  return is_in(*part.field, group) || part.field->name == group;
}

std::string bytes_of_group(const std::vector<Part>& parts, const std::string& group,
                           const Part& without) {
  std::string bytes;
  for (const Part& part : parts) {
    if (&part != &without && belongs(part, group)) append_encoded(*part.field, part.value, bytes);
  }
  return bytes;
}

std::uint64_t size_of_group(const std::vector<Part>& parts, const std::string& group,
                            const Part& without) {
  std::uint64_t size = 0;
  for (const Part& part : parts) {
    if (&part != &without && belongs(part, group)) size += encoded_size(*part.field, part.value);
  }
  return size;
}

std::uint64_t start_of_group(const std::vector<Part>& parts, const std::string& group) {
  std::uint64_t before = 0;
  for (const Part& part : parts) {
    if (is_in(*part.field, group)) break;
    before += encoded_size(*part.field, part.value);
  }
  return before;
}

std::uint64_t parts_called(const std::vector<Part>& parts, const std::string& prefix) {
  return static_cast<std::uint64_t>(
      std::count_if(parts.begin(), parts.end(),
                    [&](const Part& part) { return part.field->name.rfind(prefix, 0) == 0; }));
}

}  // namespace

void measure(std::vector<Part>& parts) {
  const auto is_due = [](const Part& part, FieldRole role) {
    return part.field->role == role && part.field->bytes.empty() && !part.is_fixed;
  };
  for (Part& part : parts) {
    if (is_due(part, FieldRole::length)) {
      part.value = size_of_group(parts, part.field->of, part);
    }
    if (is_due(part, FieldRole::count)) part.value = parts_called(parts, part.field->of);
  }
  for (Part& part : parts) {
    if (is_due(part, FieldRole::offset)) part.value = start_of_group(parts, part.field->of);
  }
  for (Part& part : parts) {
    if (is_due(part, FieldRole::checksum)) {
      part.value = part.field->compute(bytes_of_group(parts, part.field->of, part));
    }
  }
}

void measure(std::vector<Field>& fields) {
  std::vector<Part> parts;
  parts.reserve(fields.size());
  for (const Field& field : fields) parts.push_back({&field, field.value});
  measure(parts);
  for (std::size_t i = 0; i < fields.size(); ++i) fields[i].value = parts[i].value;
}

}  // namespace gradgrind

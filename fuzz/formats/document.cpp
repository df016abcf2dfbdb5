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

std::string encoded(const std::vector<Field>& fields) {
  std::string bytes;
  for (const Field& field : fields) bytes += encoded(field);
  return bytes;
}

namespace {

bool is_in(const Field& field, const std::string& group) {
  return std::find(field.groups.begin(), field.groups.end(), group) != field.groups.end();
}

std::string bytes_of_group(const std::vector<Field>& fields, const std::string& group,
                           const Field& without) {
  std::string bytes;
  for (const Field& field : fields) {
    const bool belongs = is_in(field, group) || field.name == group;
    if (belongs && &field != &without) bytes += encoded(field);
  }
  return bytes;
}

std::uint64_t start_of_group(const std::vector<Field>& fields, const std::string& group) {
  std::uint64_t start = 0;
  for (const Field& field : fields) {
    if (is_in(field, group)) break;
    start += encoded(field).size();
  }
  return start;
}

std::uint64_t fields_called(const std::vector<Field>& fields, const std::string& prefix) {
  return static_cast<std::uint64_t>(
      std::count_if(fields.begin(), fields.end(),
                    [&](const Field& field) { return field.name.rfind(prefix, 0) == 0; }));
}

}  // namespace

void measure(std::vector<Field>& fields, const std::function<bool(const Field&)>& skip) {
  const auto is_due = [&](const Field& field, FieldRole role) {
    return field.role == role && field.bytes.empty() && (skip == nullptr || !skip(field));
  };
  for (Field& field : fields) {
    if (is_due(field, FieldRole::length)) {
      field.value = bytes_of_group(fields, field.of, field).size();
    }
    if (is_due(field, FieldRole::count)) field.value = fields_called(fields, field.of);
  }
  for (Field& field : fields) {
    if (is_due(field, FieldRole::offset)) field.value = start_of_group(fields, field.of);
  }
  for (Field& field : fields) {
    if (is_due(field, FieldRole::checksum)) {
      field.value = field.compute(bytes_of_group(fields, field.of, field));
    }
  }
}

}  // namespace gradgrind

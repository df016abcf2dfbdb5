// Damage to what a file says beside its numbers: magic, codes, names, records, elements.
#include <algorithm>
#include <set>

#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

bool is_printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char letter) { return letter >= ' ' && letter <= '~'; });
}

// Whether the elements that a code speaks of are any: those of its record, else those of the file.
bool has_elements(const Document& document, const Field& code) {
  std::string of;
  for (const Field& field : document.fields) {
    if (!code.groups.empty() && field.groups == code.groups && !field.of.empty()) of = field.of;
  }
  const std::vector<int> payloads = fields_of(document, FieldRole::payload);
  const auto own = std::find_if(payloads.begin(), payloads.end(),
                                [&](int position) { return at(document, position).name == of; });
  if (own != payloads.end()) return !at(document, *own).bytes.empty();
  return !payloads.empty() && !at(document, payloads.front()).bytes.empty();
}

std::vector<Variant> wrong_magic(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::magic)) {
    const std::size_t bits = 8 * at(document, position).bytes.size();
    for (std::size_t bit = 0; bit < bits; bit += 5) {
      variants.push_back(one(edit_of(Edit::Kind::flip_bit, position, bit)));
    }
    variants.push_back(one(edit_of(Edit::Kind::remove, position)));
  }
  return variants;
}

// The label and the elements turned round together: the same content in the other byte order.
std::vector<Variant> payload_byte_order(const Document& document) {
  const int payload = document.find(FieldRole::payload);
  if (payload < 0 || at(document, payload).element_size < 2) return {};
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::choice)) {
    const Field& choice = at(document, position);
    if (choice.bytes.empty() || choice.bytes[0] != '<') continue;
    std::string elements = at(document, payload).bytes;
    const auto size = static_cast<std::ptrdiff_t>(at(document, payload).element_size);
    for (auto i = elements.begin(); i != elements.end(); i += size) std::reverse(i, i + size);
    variants.push_back(
        {{set_text(position, ">" + choice.bytes.substr(1)), set_text(payload, elements)},
         Expectation::loads_or_refuses});
  }
  return variants;
}

std::vector<Variant> dtype_confusion(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::choice)) {
    const Field& field = at(document, position);
    if (field.option_sizes.empty()) continue;
    const auto own = std::find(field.options.begin(), field.options.end(), field.bytes);
    const std::size_t size =
        field.option_sizes[static_cast<std::size_t>(own - field.options.begin())];
    for (std::size_t i = 0; i < field.options.size(); ++i) {
      if (field.options[i] == field.bytes) continue;
      const bool shows = field.option_sizes[i] != size && has_elements(document, field);
      variants.push_back(one(set_text(position, field.options[i]),
                             shows ? Expectation::refuses : Expectation::survives));
    }
  }
  return variants;
}

std::vector<Variant> unknown_code(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::choice)) {
    const Field& field = at(document, position);
    std::vector<std::string> codes;
    if (is_printable(field.bytes)) {
      codes = {field.bytes.substr(0, field.bytes.size() - 1) + "3", "|O", "?", ""};
    } else {
      codes = {std::string(field.bytes.size(), '\xff'), std::string(field.bytes.size(), '\0')};
    }
    for (const std::string& code : codes) {
      const bool is_known =
          std::find(field.options.begin(), field.options.end(), code) != field.options.end();
      if (!is_known) variants.push_back(one(set_text(position, code)));
    }
  }
  return variants;
}

std::vector<Variant> elements_missing(const Document& document) {
  if (document.find(FieldRole::dim) < 0) return {};
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::payload)) {
    const Field& field = at(document, position);
    if (field.bytes.size() < field.element_size || field.element_size == 0) continue;
    variants.push_back(one(set_text(position, field.bytes.substr(field.element_size))));
  }
  return variants;
}

std::vector<Variant> deep_nesting(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::dim)) {
    if (!at(document, position).number.is_decimal()) continue;
    for (const char* bracket : {"[", "(", "{"}) {
      variants.push_back(one(repeated(position, bracket, 50000)));
    }
    break;
  }
  return variants;
}

std::set<std::string> records_of(const Document& document) {
  std::set<std::string> records;
  for (const Field& field : document.fields) {
    for (const std::string& group : field.groups) {
      if (group.rfind("record ", 0) == 0) records.insert(group);
    }
  }
  return records;
}

std::vector<Variant> duplicate_record(const Document& document) {
  std::vector<Variant> variants;
  for (const std::string& record : records_of(document)) {
    Edit edit = edit_of(Edit::Kind::duplicate_group, -1);
    edit.text = record;
    variants.push_back(one(edit));
  }
  return variants;
}

// Bytes of the data that no record speaks of.
std::vector<Variant> gaps(const Document& document) {
  if (document.find(FieldRole::begin) < 0) return {};
  std::vector<Variant> variants;
  for (const std::string& record : records_of(document)) {
    Variant variant;
    bool has_bytes = false;
    for (std::size_t i = 0; i < document.fields.size(); ++i) {
      const Field& field = document.fields[i];
      if (std::count(field.groups.begin(), field.groups.end(), record) == 0) continue;
      variant.edits.push_back(edit_of(Edit::Kind::remove, static_cast<int>(i)));
      const bool is_end = field.role == FieldRole::end && i >= 2;
      has_bytes = has_bytes || (is_end && document.fields[i - 2].value != field.value);
    }
    variant.expectation = has_bytes ? Expectation::refuses : Expectation::survives;
    variants.push_back(variant);
  }
  return variants;
}

std::vector<Variant> record_names(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::name)) {
    for (const std::string& name :
         {std::string("../../escape"), std::string("/absolute"), std::string("a\0b", 3),
          std::string("\xff\xfe"), std::string()}) {
      variants.push_back(one(set_text(position, name), Expectation::survives));
    }
    Edit longest = set_text(position, "n");
    longest.times = 65536;
    variants.push_back(one(longest, Expectation::survives));
  }
  return variants;
}

std::vector<Variant> checksum_mismatch(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::checksum)) {
    const std::string& of = at(document, position).of;
    const auto is_guarded = [&](const Field& field) {
      return (field.name == of || std::count(field.groups.begin(), field.groups.end(), of) > 0) &&
             !encoded(field).empty();
    };
    const auto guarded = std::find_if(document.fields.begin(), document.fields.end(), is_guarded);
    if (guarded != document.fields.end()) {
      variants.push_back(one(
          edit_of(Edit::Kind::flip_bit, static_cast<int>(guarded - document.fields.begin()), 3)));
    }
    variants.push_back(one(edit_of(Edit::Kind::flip_bit, position, 0)));
  }
  return variants;
}

std::vector<Variant> bool_bytes(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::payload)) {
    const Field& field = at(document, position);
    if (field.of != name(DType::boolean) || field.bytes.empty()) continue;
    for (const char byte : {'\x02', '\xff'}) {
      variants.push_back(
          one(set_text(position, std::string(field.bytes.size(), byte)), Expectation::survives));
    }
  }
  return variants;
}

// A key or bracket of a text header that is gone, or there twice.
std::vector<Variant> header_text(const Document& document) {
  if (document.find(FieldRole::cell) >= 0) return {};
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::text)) {
    const std::string& bytes = at(document, position).bytes;
    const bool has_key = std::any_of(
        bytes.begin(), bytes.end(), [](unsigned char letter) { return std::isalnum(letter) != 0; });
    variants.push_back(one(edit_of(Edit::Kind::remove, position),
                           has_key ? Expectation::refuses : Expectation::survives));
    variants.push_back(one(edit_of(Edit::Kind::duplicate, position), Expectation::survives));
    variants.push_back(one(set_text(position, "\""), Expectation::survives));
  }
  return variants;
}

}  // namespace

std::vector<DamageClass> content_damage() {
  return {
      {7, "wrong magic", false, wrong_magic},
      {10, "byte order of elements", false, payload_byte_order},
      {23, "bytes of no record", false, gaps},
      {24, "elements missing", true, elements_missing},
      {25, "another dtype", false, dtype_confusion},
      {26, "unknown code", false, unknown_code},
      {32, "deep nesting", false, deep_nesting},
      {37, "record twice", false, duplicate_record},
      {39, "names of records", false, record_names},
      {40, "checksum mismatch", false, checksum_mismatch},
      {47, "bytes of booleans", false, bool_bytes},
      {56, "text of the header", false, header_text},
  };
}

}  // namespace gradgrind::detail

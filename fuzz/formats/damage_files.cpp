// Damage to a file as a whole: cut, longer, another one altogether.
#include <algorithm>

#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

constexpr std::size_t kMostCuts = 64;

std::size_t size_of(const Document& document) { return encoded_size(document.fields); }

Edit cut_to(std::size_t size) {
  Edit edit;
  edit.kind = Edit::Kind::cut;
  edit.number = size;
  return edit;
}

Edit of_file(Edit::Kind kind, std::string text) {
  Edit edit;
  edit.kind = kind;
  edit.text = std::move(text);
  return edit;
}

bool has_payload(const Document& document) { return payload_start(document) < size_of(document); }

// Text has no length of its own: half a table is a table.
Expectation of_a_cut(const Document& document) {
  return document.find(FieldRole::payload) >= 0 && document.find(FieldRole::dim) >= 0
             ? Expectation::refuses
             : Expectation::survives;
}

std::vector<Variant> empty_file(const Document& document) {
  if (size_of(document) == 0) return {};
  return {one(cut_to(0), document.find(FieldRole::dim) >= 0 || document.find(FieldRole::magic) >= 0
                             ? Expectation::refuses
                             : Expectation::survives)};
}

std::vector<Variant> header_cut(const Document& document) {
  std::vector<Variant> variants;
  const std::size_t start = payload_start(document);
  const std::size_t step = std::max<std::size_t>(1, start / kMostCuts);
  for (std::size_t size = 1; size < start; size += step) {
    variants.push_back(one(cut_to(size), of_a_cut(document)));
  }
  return variants;
}

std::vector<Variant> payload_cut(const Document& document) {
  if (!has_payload(document)) return {};
  return {one(cut_to(size_of(document) - 1), document.find(FieldRole::payload) >= 0
                                                 ? Expectation::refuses
                                                 : Expectation::survives)};
}

std::vector<Variant> payload_missing(const Document& document) {
  if (!has_payload(document) || payload_start(document) == 0) return {};
  return {one(cut_to(payload_start(document)), of_a_cut(document))};
}

std::vector<Variant> any_prefix(const Document& document) {
  std::vector<Variant> variants;
  const std::size_t start = payload_start(document) + 1;
  const std::size_t size = size_of(document);
  const std::size_t step = std::max<std::size_t>(1, (size - std::min(start, size)) / kMostCuts);
  for (std::size_t end = start; end < size; end += step) {
    variants.push_back(one(cut_to(end), of_a_cut(document)));
  }
  return variants;
}

std::vector<Variant> trailing_bytes(const Document& document) {
  if (document.find(FieldRole::dim) < 0) return {};
  std::vector<Variant> variants;
  for (const std::size_t count : {1, 1000}) {
    variants.push_back(one(of_file(Edit::Kind::append, std::string(count, '\x5a'))));
  }
  return variants;
}

std::vector<Variant> other_format(const Document& document) {
  const Expectation expectation =
      document.find(FieldRole::magic) >= 0 || document.find(FieldRole::length) >= 0
          ? Expectation::refuses
          : Expectation::survives;
  std::vector<Variant> variants;
  for (const char* text :
       {"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
        "\x1f\x8b\x08\x08\x01\x02\x03\x04\x02\x03 gzip", "\x89PNG\r\n\x1a\n and then some",
        "PK\x03\x04 a zip archive", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"}) {
    variants.push_back(one(of_file(Edit::Kind::replace_file, text), expectation));
  }
  return variants;
}

}  // namespace

std::size_t payload_start(const Document& document) {
  std::size_t start = 0;
  for (const Field& field : document.fields) {
    if (field.role == FieldRole::payload || field.role == FieldRole::cell) break;
    start += encoded(field).size();
  }
  return start;
}

std::vector<int> fields_of(const Document& document, FieldRole role) {
  std::vector<int> positions;
  for (std::size_t i = 0; i < document.fields.size(); ++i) {
    if (document.fields[i].role == role) positions.push_back(static_cast<int>(i));
  }
  return positions;
}

std::vector<DamageClass> file_damage() {
  return {
      {1, "empty file", true, empty_file},      {2, "header cut", true, header_cut},
      {3, "payload cut", true, payload_cut},    {4, "payload missing", true, payload_missing},
      {5, "any prefix", true, any_prefix},      {6, "trailing bytes", false, trailing_bytes},
      {8, "other format", false, other_format},
  };
}

}  // namespace gradgrind::detail

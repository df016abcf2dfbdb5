// Damage to programs: files whose reader executes instructions, such as pickles.
#include "fuzz/formats/damage_lists.h"

namespace gradgrind::detail {
namespace {

// What an instruction does without what it needs. Programs may do so in many ways and still make
// sense, so a reader is asked for no more than to survive.
constexpr auto kSurvives = Expectation::survives;

std::vector<Variant> other_instruction(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::opcode)) {
    for (const std::string& code : at(document, position).options) {
      if (code != at(document, position).bytes) {
        variants.push_back(one(set_text(position, code), kSurvives));
      }
    }
  }
  return variants;
}

std::vector<Variant> missing_instruction(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::opcode)) {
    variants.push_back(one(edit_of(Edit::Kind::remove, position), kSurvives));
    variants.push_back(one(edit_of(Edit::Kind::duplicate, position), kSurvives));
  }
  return variants;
}

// Instructions that take from the stack, before anything is on it and later.
std::vector<Variant> extra_instruction(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::opcode)) {
    for (const std::string& code : at(document, position).options) {
      Edit edit = edit_of(Edit::Kind::insert, position);
      edit.text = code;
      variants.push_back(one(edit, kSurvives));
    }
  }
  return variants;
}

std::vector<Variant> index_bomb(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::index)) {
    const Field& field = at(document, position);
    for (const std::uint64_t index :
         {field.value + 1, highest(field.number) / 2, highest(field.number)}) {
      variants.push_back(one(set(position, index), kSurvives));
    }
  }
  return variants;
}

std::vector<Variant> deep_program(const Document& document) {
  const std::vector<int> opcodes = fields_of(document, FieldRole::opcode);
  if (opcodes.size() < 2) return {};
  std::vector<Variant> variants;
  constexpr std::uint64_t kDepth = 50000;
  const int position = opcodes[1];
  const auto stack_up = [&](std::vector<Edit> edits) {
    variants.push_back({std::move(edits), kSurvives});
  };
  // Marks upon marks, lists in lists, tuples in tuples.
  stack_up({repeated(position, "(", kDepth)});
  stack_up({repeated(position, "]", kDepth), repeated(position, "a", kDepth - 1)});
  stack_up({repeated(position, ")", 1), repeated(position, "\x85", kDepth)});
  stack_up({repeated(position, "}", 1), repeated(position, "\x85", kDepth)});
  return variants;
}

std::vector<Variant> hostile_strides(const Document& document) {
  std::vector<Variant> variants;
  for (const int position : fields_of(document, FieldRole::stride)) {
    const Field& field = at(document, position);
    for (const std::uint64_t stride : {~std::uint64_t{0}, std::uint64_t{0}, field.value + 1,
                                       std::uint64_t{1} << 62, std::uint64_t{1} << 63}) {
      variants.push_back(one(set(position, stride), kSurvives));
    }
    variants.push_back(one(edit_of(Edit::Kind::remove, position), kSurvives));
    variants.push_back(one(edit_of(Edit::Kind::duplicate, position), kSurvives));
  }
  return variants;
}

// One element, seen a huge number of times.
std::vector<Variant> zero_strides(const Document& document) {
  std::vector<Variant> variants;
  for (const int stride : fields_of(document, FieldRole::stride)) {
    const std::string& name = at(document, stride).name;
    for (const int dim : fields_of(document, FieldRole::dim)) {
      const std::string& size = at(document, dim).name;
      const bool belongs = at(document, dim).of == at(document, stride).of &&
                           size.substr(size.rfind('[')) == name.substr(name.rfind('['));
      if (!belongs) continue;
      variants.push_back({{set(dim, std::uint64_t{1} << 40), set(stride, 0)}, kSurvives});
    }
  }
  return variants;
}

}  // namespace

std::vector<DamageClass> program_damage() {
  return {
      {30, "index too large", false, index_bomb},
      {32, "deep program", false, deep_program},
      {35, "another instruction", false, other_instruction},
      {35, "instruction missing", false, missing_instruction},
      {36, "instruction too many", false, extra_instruction},
      {44, "hostile strides", false, hostile_strides},
      {45, "strides of zero", false, zero_strides},
  };
}

}  // namespace gradgrind::detail

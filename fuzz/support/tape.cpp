#include "fuzz/support/tape.h"

#include <algorithm>

#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

constexpr std::size_t kEditBytes = 11;
constexpr std::size_t kMostEdits = 4;
constexpr std::size_t kMostDraws = 128;

// Kinds on a tape. The first stands for a variant of a class of damage, of which there are most.
enum Kind : std::uint8_t { variant, interesting, number, flip_bit, remove, duplicate, cut, append };
constexpr std::uint8_t kKinds = 8;

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

// Numbers at which arithmetic goes wrong.
std::uint64_t interesting_number(std::uint64_t operand, std::uint64_t now) {
  static constexpr std::uint64_t kNumbers[] = {
      0,          1,           127,        128,        255,        256,
      0x7fff,     0x8000,      0xffff,     0x10000,    0x7fffffff, 0x80000000,
      0xffffffff, 0x100000000, 0x40000000, 0x20000000, 1ULL << 61, 1ULL << 62,
      1ULL << 63, ~0ULL,       ~0ULL >> 1, 46341,      65537,      4096,
  };
  constexpr std::size_t kCount = sizeof(kNumbers) / sizeof(kNumbers[0]);
  const std::uint64_t chosen = operand % (kCount + 4);
  if (chosen < kCount) return kNumbers[chosen];
  const std::uint64_t changed[] = {now + 1, now - 1, 2 * now, now / 2};
  return changed[chosen - kCount];
}

Edit of_field(Edit::Kind kind, int field, std::uint64_t operand) {
  Edit edit;
  edit.kind = kind;
  edit.field = field;
  edit.number = operand;
  return edit;
}

bool is_long(const Variant& variant) {
  return std::any_of(variant.edits.begin(), variant.edits.end(),
                     [](const Edit& edit) { return edit.times > 1000; });
}

// A file with a long text takes as long as a thousand others: it waits for one in so many turns.
const Variant& chosen_variant(const std::vector<Variant>& variants, std::uint64_t operand) {
  constexpr std::uint64_t kTurns = 32;
  const std::size_t count = variants.size();
  const std::size_t first = operand % count;
  if (operand / count % kTurns == kTurns - 1) return variants[first];
  for (std::size_t i = 0; i < count; ++i) {
    const Variant& variant = variants[(first + i) % count];
    if (!is_long(variant)) return variant;
  }
  return variants[first];
}

void add_variant(const DrawnFile& file, const TapeEdit& written, Decoded& decoded) {
  const std::vector<DamageClass>& classes = damage_classes();
  // The class itself or, where it does not apply to the file, the next that does.
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const std::size_t position = (written.field + i) % classes.size();
    const std::vector<Variant>& variants = file.variants(position);
    if (variants.empty()) continue;
    const Variant& chosen = chosen_variant(variants, written.operand);
    decoded.edits.insert(decoded.edits.end(), chosen.edits.begin(), chosen.edits.end());
    decoded.damage = &classes[position];
    decoded.expectation = chosen.expectation;
    return;
  }
}

void add_edit(const DrawnFile& file, const TapeEdit& written, Decoded& decoded) {
  const std::vector<Field>& fields = file.document().fields;
  const auto position = static_cast<int>(written.field % fields.size());
  const Field& field = fields[static_cast<std::size_t>(position)];
  switch (written.kind % kKinds) {
    case variant:
      return add_variant(file, written, decoded);
    case interesting:
    case number:
      if (field.is_number()) {
        const bool is_raw = written.kind % kKinds == number;
        decoded.edits.push_back(
            of_field(Edit::Kind::set_number, position,
                     is_raw ? written.operand : interesting_number(written.operand, field.value)));
        return;
      }
      [[fallthrough]];
    case flip_bit:
      decoded.edits.push_back(of_field(Edit::Kind::flip_bit, position, written.operand % 65536));
      return;
    case remove:
      decoded.edits.push_back(of_field(Edit::Kind::remove, position, 0));
      return;
    case duplicate:
      decoded.edits.push_back(of_field(Edit::Kind::duplicate, position, 0));
      return;
    case cut: {
      const std::size_t size = encoded_size(fields);
      decoded.edits.push_back(of_field(Edit::Kind::cut, -1, written.operand % (size + 1)));
      return;
    }
    default: {
      Edit edit = of_field(Edit::Kind::append, -1, 0);
      edit.text.assign(1 + written.field % 64, static_cast<char>(written.operand));
      decoded.edits.push_back(std::move(edit));
    }
  }
}

}  // namespace

std::optional<Tape> read_tape(std::string_view input) {
  if (input.substr(0, kTapeMagic.size()) != kTapeMagic) return std::nullopt;
  input.remove_prefix(kTapeMagic.size());
  Tape tape;
  if (input.empty()) return tape;
  const std::size_t count = static_cast<unsigned char>(input[0]) % (kMostEdits + 1);
  input.remove_prefix(1);
  tape.edits.reserve(count + 1);  // one more for a mutation
  for (std::size_t i = 0; i < count && input.size() >= kEditBytes; ++i) {
    TapeEdit edit;
    edit.kind = static_cast<std::uint8_t>(input[0]);
    edit.field = static_cast<std::uint16_t>(little_endian(input.substr(1, 2)));
    edit.operand = little_endian(input.substr(3, 8));
    tape.edits.push_back(edit);
    input.remove_prefix(kEditBytes);
  }
  tape.draws = std::string(input);
  return tape;
}

std::string written(const Tape& tape) {
  std::string bytes;
  bytes.reserve(kTapeMagic.size() + 1 + kEditBytes * tape.edits.size() + tape.draws.size());
  bytes += kTapeMagic;
  bytes += static_cast<char>(tape.edits.size());
  for (const TapeEdit& edit : tape.edits) {
    bytes += static_cast<char>(edit.kind);
    bytes += encoded(u16_le, edit.field);
    bytes += encoded(u64_le, edit.operand);
  }
  bytes += tape.draws;
  return bytes;
}

Decoded decode(const DrawnFile& file, const Tape& tape) {
  Decoded decoded;
  if (file.document().fields.empty()) return decoded;
  for (const TapeEdit& edit : tape.edits) add_edit(file, edit, decoded);
  if (decoded.edits.empty()) decoded.expectation = Expectation::loads;
  if (tape.edits.size() > 1 || decoded.edits.empty()) decoded.damage = nullptr;
  // Two edits may make up for one another.
  if (tape.edits.size() > 1 && !decoded.edits.empty()) decoded.expectation = Expectation::survives;
  return decoded;
}

Tape mutated(Tape tape, std::uint64_t seed) {
  RandomSource source(seed);
  const std::uint64_t what = source.below(10);
  const auto new_edit = [&] {
    TapeEdit edit;
    edit.kind =
        source.flag() ? std::uint8_t{variant} : static_cast<std::uint8_t>(source.below(kKinds));
    edit.field = static_cast<std::uint16_t>(source.below(256));
    edit.operand = source.flag() ? source.below(256) : source.key();
    return edit;
  };
  const auto draw_anew = [&] {
    tape.draws.clear();
    for (std::uint64_t i = source.below(kMostDraws); i > 0; --i) {
      tape.draws += static_cast<char>(source.below(256));
    }
  };
  if (tape.draws.empty() && source.flag()) draw_anew();
  if (what < 3 || tape.edits.empty()) {
    if (tape.edits.size() == kMostEdits) tape.edits.erase(tape.edits.begin());
    tape.edits.push_back(new_edit());
  } else if (what < 5) {
    tape.edits[source.below(tape.edits.size())] = new_edit();
  } else if (what < 7) {
    TapeEdit& edit = tape.edits[source.below(tape.edits.size())];
    edit.operand = source.flag() ? edit.operand + 1 : edit.operand ^ (1ULL << source.below(64));
  } else if (what == 7) {
    const auto gone = static_cast<std::ptrdiff_t>(source.below(tape.edits.size()));
    tape.edits.erase(tape.edits.begin() + gone);
  } else if (tape.draws.empty() || what == 8) {
    draw_anew();
  } else {
    tape.draws[source.below(tape.draws.size())] = static_cast<char>(source.below(256));
  }
  return tape;
}

std::vector<Tape> smaller(const Tape& tape) {
  std::vector<Tape> list;
  for (std::size_t i = 0; i < tape.edits.size(); ++i) {
    Tape fewer = tape;
    fewer.edits.erase(fewer.edits.begin() + static_cast<std::ptrdiff_t>(i));
    list.push_back(std::move(fewer));
  }
  for (std::size_t size = 0; size < tape.draws.size(); size = size == 0 ? 1 : 2 * size) {
    Tape shorter = tape;
    shorter.draws.resize(size);
    list.push_back(std::move(shorter));
  }
  for (std::size_t i = 0; i < tape.draws.size() && i < 64; ++i) {
    if (tape.draws[i] == 0) continue;
    Tape simpler = tape;
    simpler.draws[i] = i + 1 < tape.draws.size() || tape.draws[i] != 1 ? 0 : 1;
    if (simpler.draws[i] != tape.draws[i]) list.push_back(std::move(simpler));
  }
  for (std::size_t i = 0; i < tape.edits.size(); ++i) {
    for (const std::uint64_t operand :
         {std::uint64_t{0}, tape.edits[i].operand / 2, tape.edits[i].operand - 1}) {
      if (operand >= tape.edits[i].operand) continue;
      Tape simpler = tape;
      simpler.edits[i].operand = operand;
      list.push_back(std::move(simpler));
    }
  }
  return list;
}

}  // namespace gradgrind::fuzz

#include "fuzz/formats/pickle.h"

#include <algorithm>
#include <functional>
#include <optional>

namespace gradgrind::detail {
namespace {

constexpr char kInstructions[] =
    "(.012FIJKLMNPQRSTUVXabcdeghijlopqrstu)G]}"
    "\x80\x81\x82\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x93\x94";

const std::vector<std::string>& known_instructions() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> codes;
    for (const char code : std::string(kInstructions)) codes.emplace_back(1, code);
    return codes;
  }();
  return all;
}

struct Instruction {
  char code = 0;
  std::string argument;  ///< As it stands.
  std::string text;      ///< Of a string, or of a name with its module.
  std::uint64_t number = 0;
  bool is_integer = false;
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

// Bytes behind the instruction at the start of `bytes`.
std::size_t size_of_argument(std::string_view bytes) {
  const auto counted = [&](std::size_t width) {
    return width + little_endian(bytes.substr(1, width));
  };
  switch (bytes[0]) {
    case '\x80':
    case 'K':
    case 'q':
    case 'h':
      return 1;
    case 'M':
      return 2;
    case 'J':
    case 'r':
    case 'j':
      return 4;
    case 'G':
      return 8;
    case '\x8a':
      return counted(1);
    case 'X':
      return counted(4);
    case 'c':
      return bytes.find('\n', bytes.find('\n') + 1);
    default:
      return 0;
  }
}

std::vector<Instruction> instructions_of(std::string_view pickle) {
  std::vector<Instruction> list;
  while (!pickle.empty()) {
    Instruction instruction;
    instruction.code = pickle[0];
    const std::size_t size = std::min(size_of_argument(pickle), pickle.size() - 1);
    instruction.argument = std::string(pickle.substr(1, size));
    if (instruction.code == 'X') instruction.text = instruction.argument.substr(4);
    if (instruction.code == 'c') instruction.text = instruction.argument;
    const std::size_t skipped = instruction.code == '\x8a' ? 1 : 0;
    instruction.is_integer =
        std::string_view("KMJ\x8a").find(instruction.code) != std::string::npos;
    instruction.number = little_endian(std::string_view(instruction.argument).substr(skipped));
    list.push_back(std::move(instruction));
    pickle.remove_prefix(1 + size);
  }
  return list;
}

// What an integer says about a tensor.
struct Meaning {
  enum class Of : std::uint8_t { numel, offset, size, stride } of = Of::numel;
  std::size_t tensor = 0;
  std::size_t position = 0;
};

struct Understood {
  std::vector<PickledTensor> tensors;
  std::map<std::size_t, Meaning> integers;  ///< By position of the instruction.
};

const DType* dtype_of_storage(const std::string& global) {
  for (const auto& [name, dtype] : storage_types()) {
    if (global == "torch\n" + name + "\n") return &dtype;
  }
  return nullptr;
}

// ... ('storage', torch.FloatStorage, key, device, numel) BINPERSID, offset, sizes, strides ...
Understood understood(const std::vector<Instruction>& list) {
  Understood result;
  std::map<std::uint64_t, const Instruction*> remembered;
  const auto resolved = [&](std::size_t at) -> const Instruction* {
    if (list[at].code != 'h') return &list[at];
    const auto found = remembered.find(list[at].number);
    return found == remembered.end() ? nullptr : found->second;
  };
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].code == 'q' && i > 0) {
      remembered[little_endian(list[i].argument)] = &list[i - 1];
    }
    if (list[i].code != 'Q') continue;
    // Backwards, without what only remembers: t, numel, device, key, storage.
    std::vector<std::size_t> before;
    for (std::size_t j = i; j-- > 0 && before.size() < 5;) {
      if (list[j].code != 'q') before.push_back(j);
    }
    if (before.size() < 5) continue;
    const Instruction* const key = resolved(before[3]);
    const Instruction* const storage = resolved(before[4]);
    const DType* const dtype = storage == nullptr ? nullptr : dtype_of_storage(storage->text);
    if (key == nullptr || dtype == nullptr) continue;
    const std::size_t tensor = result.tensors.size();
    result.tensors.push_back({key->text, *dtype, {}});
    result.integers[before[1]] = {Meaning::Of::numel, tensor, 0};
    std::size_t at = i + 1;
    while (at < list.size() && list[at].code == 'q') ++at;
    if (at < list.size()) result.integers[at++] = {Meaning::Of::offset, tensor, 0};
    for (const Meaning::Of of : {Meaning::Of::size, Meaning::Of::stride}) {
      if (at < list.size() && list[at].code == '(') ++at;
      for (std::size_t position = 0; at < list.size() && list[at].is_integer; ++position, ++at) {
        result.integers[at] = {of, tensor, position};
        if (of == Meaning::Of::size) {
          result.tensors[tensor].shape.push_back(static_cast<std::int64_t>(list[at].number));
        }
      }
      ++at;
    }
  }
  return result;
}

std::string little(std::uint64_t value, int width) {
  return encoded(NumberFormat{width, false}, value);
}

void write_meaning(Draft& file, const Meaning& meaning, std::uint64_t number,
                   const std::string& tensor, const std::string& payload) {
  const std::string position = "[" + std::to_string(meaning.position) + "]";
  switch (meaning.of) {
    case Meaning::Of::numel:
      return file.dim(tensor + " numel", u64_le, number, "storage of " + payload);
    case Meaning::Of::offset:
      return file.begin(tensor + " offset", u64_le, number, payload);
    case Meaning::Of::size:
      return file.dim(tensor + " sizes" + position, u64_le, number, payload);
    default:
      return file.stride(tensor + " strides" + position, u64_le, number, payload);
  }
}

void write_argument(Draft& file, const Instruction& instruction, const std::string& name) {
  const std::string& argument = instruction.argument;
  switch (instruction.code) {
    case 'q':
    case 'h':
      return file.index(name + " index", u8, little_endian(argument));
    case 'r':
    case 'j':
      return file.index(name + " index", u32_le, little_endian(argument));
    case '\x80':
    case 'K':
      return file.value(name + " number", u8, little_endian(argument));
    case 'M':
      return file.value(name + " number", u16_le, little_endian(argument));
    case 'J':
      return file.value(name + " number", u32_le, little_endian(argument));
    case 'X':
      file.length(name + " length", u32_le, name + " string");
      return file.name(name + " string", instruction.text);
    case 'c': {
      const std::size_t line = argument.find('\n');
      if (dtype_of_storage(argument) != nullptr) {
        file.text("torch\n");
        file.dtype_code(name + " storage", argument.substr(line + 1, argument.size() - line - 2),
                        storage_types());
      } else {
        file.name(name + " module", argument.substr(0, line));
        file.text("\n");
        file.name(name + " name", argument.substr(line + 1, argument.size() - line - 2));
      }
      return file.text("\n");
    }
    default:
      if (!argument.empty()) file.text(argument);
  }
}

}  // namespace

const std::vector<std::pair<std::string, DType>>& storage_types() {
  static const std::vector<std::pair<std::string, DType>> types = {
      {"FloatStorage", DType::float32}, {"DoubleStorage", DType::float64},
      {"LongStorage", DType::int64},    {"IntStorage", DType::int32},
      {"ByteStorage", DType::uint8},    {"BoolStorage", DType::boolean},
      {"HalfStorage", DType::float16},
  };
  return types;
}

std::vector<PickledTensor> tensors_of(std::string_view pickle) {
  return understood(instructions_of(pickle)).tensors;
}

void write_pickle(Draft& file, std::string_view pickle, const std::string& prefix,
                  const std::function<std::string(const std::string& key)>& payload) {
  const std::vector<Instruction> list = instructions_of(pickle);
  const Understood meant = understood(list);
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string name = prefix + " [" + std::to_string(i) + "]";
    const auto meaning = meant.integers.find(i);
    if (meaning == meant.integers.end()) {
      file.opcode(name, list[i].code, known_instructions());
      write_argument(file, list[i], name);
      continue;
    }
    // An integer of any width is one of eight bytes, too.
    file.opcode(name, '\x8a', known_instructions());
    file.value(name + " width", u8, 8);
    const std::size_t tensor = meaning->second.tensor;
    write_meaning(file, meaning->second, list[i].number,
                  prefix + " tensor " + std::to_string(tensor), payload(meant.tensors[tensor].key));
  }
}

std::string pickle_of(const PickledTensor& tensor) {
  const auto string = [](const std::string& text) { return "X" + little(text.size(), 4) + text; };
  const auto integer = [](std::int64_t value) {
    return "\x8a\x08" + little(static_cast<std::uint64_t>(value), 8);
  };
  std::string storage;
  for (const auto& [name, dtype] : storage_types()) {
    if (dtype == tensor.dtype) storage = name;
  }
  std::vector<std::int64_t> strides(tensor.shape.size(), 1);
  std::int64_t numel = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    strides[i] = numel;
    numel *= std::max<std::int64_t>(1, tensor.shape[i]);
  }
  const bool is_empty = std::count(tensor.shape.begin(), tensor.shape.end(), 0) > 0;
  std::string bytes = std::string("\x80\2") + "ctorch._utils\n_rebuild_tensor_v2\nq" +
                      std::string(1, '\0') + "((" + string("storage") + "ctorch\n" + storage +
                      "\n" + string(tensor.key) + string("cpu") + integer(is_empty ? 0 : numel) +
                      "tQ" + integer(0) + "(";
  for (const std::int64_t size : tensor.shape) bytes += integer(size);
  bytes += "t(";
  for (const std::int64_t stride : strides) bytes += integer(stride);
  return bytes + "t\x89" + "ccollections\nOrderedDict\n)RtR.";
}

}  // namespace gradgrind::detail

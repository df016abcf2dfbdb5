#include "loaders/safetensors.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

namespace examples {
namespace {

constexpr std::size_t kLength = 8;
constexpr std::size_t kMostDims = 64;
constexpr std::uint64_t kMostBesideZero = 1 << 20;  // LibTorch refuses strides that overflow

// Takes a header event by event, so that no file makes more of it than it may be.
class HeaderReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::vector<SafetensorsEntry> entries;

  bool start_object(std::size_t) override {
    ++depth_;
    if (depth_ == 1) return true;
    if (depth_ != 2 || list_ != nullptr) return wrong("an object where none belongs");
    seen_ = {};
    key_.clear();
    return true;
  }

  bool end_object() override {
    --depth_;
    if (depth_ == 0 || is_metadata_) return true;
    return seen_.size() == 3 || wrong("an entry lacks a key");
  }

  bool key(string_t& name) override {
    if (depth_ == 1) {
      is_metadata_ = name == "__metadata__";
      if (!names_.insert(name).second) return wrong("a name stands twice");
      if (!is_metadata_) entries.push_back({name, {}, {}, 0, 0});
      return true;
    }
    const bool is_known = name == "dtype" || name == "shape" || name == "data_offsets";
    if (!is_metadata_ && !is_known) return wrong("an entry has an unknown key");
    key_ = name;
    return seen_.insert(name).second || wrong("a key stands twice");
  }

  bool start_array(std::size_t) override {
    if (depth_ != 2 || list_ != nullptr || is_metadata_ || key_ == "dtype") {
      return wrong("a list where none belongs");
    }
    list_ = key_ == "shape" ? &entries.back().shape : &offsets_;
    return true;
  }

  bool end_array() override {
    if (list_ == &offsets_) {
      if (offsets_.size() != 2) return wrong("an entry has not two offsets");
      entries.back().begin = offsets_[0];
      entries.back().end = offsets_[1];
      offsets_.clear();
    }
    list_ = nullptr;
    return true;
  }

  bool number_unsigned(number_unsigned_t number) override {
    if (list_ == nullptr) return wrong("a number where none belongs");
    list_->push_back(number);
    return list_->size() <= kMostDims || wrong("more than 64 dims");
  }

  bool string(string_t& text) override {
    if (depth_ == 2 && is_metadata_) return true;
    if (depth_ != 2 || list_ != nullptr || key_ != "dtype") {
      return wrong("a text where none belongs");
    }
    entries.back().dtype = text;
    return true;
  }

  bool null() override { return wrong("null"); }
  bool boolean(bool) override { return wrong("a truth value"); }
  bool number_integer(number_integer_t) override { return wrong("a negative number"); }
  bool number_float(number_float_t, const string_t&) override { return wrong("no whole number"); }
  bool binary(binary_t&) override { return wrong("binary data"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return wrong("no JSON");
  }

 private:
  [[noreturn]] static bool wrong(const char* what) {
    throw SafetensorsError(std::string("the header is none: ") + what);
  }

  int depth_ = 0;
  bool is_metadata_ = false;
  std::string key_;
  std::set<std::string> seen_;   // keys of the entry
  std::set<std::string> names_;  // of all entries
  std::vector<std::uint64_t>* list_ = nullptr;
  std::vector<std::uint64_t> offsets_;
};

std::uint64_t length_at_the_start(std::string_view bytes) {
  std::uint64_t length = 0;
  for (std::size_t i = kLength; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return length;
}

// Elements of a shape, none more than `most` of them.
std::uint64_t elements_of(const std::vector<std::uint64_t>& shape, std::uint64_t most) {
  std::uint64_t elements = 1;
  for (const std::uint64_t size : shape) {
    const auto count = std::max<std::uint64_t>(size, 1);
    if (elements > std::max(most, kMostBesideZero) / count) {
      throw SafetensorsError("a shape promises more than there is");
    }
    elements *= count;
  }
  return std::count(shape.begin(), shape.end(), 0U) > 0 ? 0 : elements;
}

torch::Tensor tensor_of(const SafetensorsEntry& entry, std::string_view bytes) {
  const torch::Dtype dtype = safetensors_dtype(entry.dtype);
  const std::uint64_t element = torch::elementSize(dtype);
  if (elements_of(entry.shape, bytes.size()) * element != bytes.size()) {
    throw SafetensorsError("the shape of " + entry.name.substr(0, 40) + " does not take its bytes");
  }
  const auto is_no_boolean = [](char byte) { return byte != 0 && byte != 1; };
  if (dtype == torch::kBool && std::any_of(bytes.begin(), bytes.end(), is_no_boolean)) {
    throw SafetensorsError(entry.name.substr(0, 40) + " has bytes that are no booleans");
  }
  const std::vector<std::int64_t> sizes(entry.shape.begin(), entry.shape.end());
  torch::Tensor tensor = torch::empty(sizes, dtype);
  if (!bytes.empty()) std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

}  // namespace

std::vector<SafetensorsEntry> read_safetensors_header(std::string_view header) {
  if (header.empty() || header.front() != '{') throw SafetensorsError("the header is no object");
  HeaderReader reader;
  nlohmann::json::sax_parse(header.begin(), header.end(), &reader);
  return std::move(reader.entries);
}

torch::Dtype safetensors_dtype(const std::string& code) {
  if (code == "F32") return torch::kFloat32;
  if (code == "F64") return torch::kFloat64;
  if (code == "F16") return torch::kFloat16;
  if (code == "I64") return torch::kInt64;
  if (code == "U8") return torch::kUInt8;
  if (code == "BOOL") return torch::kBool;
  throw SafetensorsError("unsupported dtype " + code.substr(0, 20));
}

std::map<std::string, torch::Tensor> load_safetensors(std::string_view bytes) {
  if (bytes.size() < kLength) throw SafetensorsError("shorter than the header's length");
  const std::uint64_t length = length_at_the_start(bytes);
  bytes.remove_prefix(kLength);
  if (bytes.size() < length) throw SafetensorsError("the header is cut off");
  std::vector<SafetensorsEntry> entries = read_safetensors_header(bytes.substr(0, length));
  bytes.remove_prefix(length);
  std::stable_sort(entries.begin(), entries.end(),
                   [](const SafetensorsEntry& a, const SafetensorsEntry& b) {
                     return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
                   });
  std::map<std::string, torch::Tensor> tensors;
  std::uint64_t next = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != next || entry.end < next || entry.end > bytes.size()) {
      throw SafetensorsError("the bytes of " + entry.name.substr(0, 40) +
                             " do not follow those before them");
    }
    tensors.emplace(entry.name, tensor_of(entry, bytes.substr(next, entry.end - next)));
    next = entry.end;
  }
  if (next != bytes.size()) throw SafetensorsError("bytes follow that belong to no tensor");
  return tensors;
}

std::map<std::string, torch::Tensor> load_safetensors_carelessly(std::string_view bytes) {
  if (bytes.size() < kLength) throw SafetensorsError("shorter than the header's length");
  std::string header(length_at_the_start(bytes), ' ');  // as long as the file says
  std::memcpy(header.data(), bytes.data() + kLength, header.size());
  const char* const data = bytes.data() + kLength + header.size();
  std::map<std::string, torch::Tensor> tensors;
  const auto entries = nlohmann::json::parse(header);
  for (const auto& [name, entry] : entries.items()) {
    if (name == "__metadata__") continue;
    const auto dtype = safetensors_dtype(entry.at("dtype").get<std::string>());
    const auto shape = entry.at("shape").get<std::vector<std::int64_t>>();
    const auto begin = entry.at("data_offsets").at(0).get<std::ptrdiff_t>();
    torch::Tensor tensor = torch::empty(shape, dtype);
    std::memcpy(tensor.data_ptr(), data + begin, tensor.nbytes());  // whether it is there or not
    tensors[name] = tensor;
  }
  return tensors;
}

}  // namespace examples

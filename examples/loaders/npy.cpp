#include "loaders/npy.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace examples {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostDims = 32;  // NumPy's own limit

// Reads the header's Python dict as far as .npy files use it, and nothing else.
class Header {
 public:
  explicit Header(std::string_view text) : text_(text) {}

  void read() {
    expect("{");
    while (!takes("}")) {
      const std::string key = quoted();
      expect(":");
      if (key == "descr" && descr.empty()) {
        descr = quoted();
      } else if (key == "fortran_order" && !has_order) {
        fortran_order = flag();
        has_order = true;
      } else if (key == "shape" && !has_shape) {
        read_shape();
        has_shape = true;
      } else {
        throw NpyError("the header has an unknown key, or one twice: " + key);
      }
      if (!takes(",")) {
        expect("}");
        break;
      }
    }
    skip_spaces();
    if (next_ != text_.size()) throw NpyError("something follows the header's dict");
    if (descr.empty() || !has_order || !has_shape) throw NpyError("the header lacks a key");
  }

  std::string descr;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;

 private:
  void skip_spaces() {
    while (next_ < text_.size() && (text_[next_] == ' ' || text_[next_] == '\n')) ++next_;
  }

  bool takes(std::string_view token) {
    skip_spaces();
    if (text_.substr(next_, token.size()) != token) return false;
    next_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!takes(token)) throw NpyError("the header lacks " + std::string(token));
  }

  std::string quoted() {
    expect("'");
    const std::size_t end = text_.find('\'', next_);
    if (end == std::string_view::npos) throw NpyError("a quote in the header is not closed");
    const std::string word(text_.substr(next_, end - next_));
    next_ = end + 1;
    return word;
  }

  bool flag() {
    if (takes("True")) return true;
    expect("False");
    return false;
  }

  void read_shape() {
    expect("(");
    while (!takes(")")) {
      skip_spaces();
      std::int64_t size = 0;
      const std::size_t first = next_;
      for (; next_ < text_.size() && text_[next_] >= '0' && text_[next_] <= '9'; ++next_) {
        if (size > (std::int64_t{1} << 48)) throw NpyError("a size is out of range");
        size = size * 10 + (text_[next_] - '0');
      }
      if (next_ == first) throw NpyError("a size is no number");
      shape.push_back(size);
      if (shape.size() > kMostDims) throw NpyError("more than 32 dims");
      if (takes(",")) continue;
      if (shape.size() == 1) throw NpyError("one size is no tuple");
      expect(")");
      break;
    }
  }

  std::string_view text_;
  std::size_t next_ = 0;
  bool has_order = false;
  bool has_shape = false;
};

torch::Dtype dtype_of(const std::string& descr) {
  if (descr == "<f4") return torch::kFloat32;
  if (descr == "<f8") return torch::kFloat64;
  if (descr == "<i8") return torch::kInt64;
  if (descr == "<i4") return torch::kInt32;
  if (descr == "|u1") return torch::kUInt8;
  if (descr == "|b1") return torch::kBool;
  throw NpyError("unsupported dtype " + descr.substr(0, 20));
}

std::size_t little_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    number = number << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return number;
}

// Elements of a shape, none more than `most` of them without a zero.
std::size_t elements_of(const std::vector<std::int64_t>& shape, std::size_t most) {
  constexpr std::size_t kMostBesideZero = 1 << 20;
  std::size_t elements = 1;
  for (const std::int64_t size : shape) {
    const auto count = std::max<std::size_t>(static_cast<std::size_t>(size), 1);
    if (elements > std::max(most, kMostBesideZero) / count) {
      throw NpyError("the shape promises more than there is");
    }
    elements *= count;
  }
  return std::count(shape.begin(), shape.end(), 0) > 0 ? 0 : elements;
}

}  // namespace

torch::Tensor load_npy(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) throw NpyError("no .npy file: it starts otherwise");
  if (bytes.size() < 8) throw NpyError("the version is cut off");
  const int major = bytes[6];
  if ((major != 1 && major != 2) || bytes[7] != 0) throw NpyError("unknown version");
  const std::size_t width = major == 1 ? 2 : 4;
  if (bytes.size() < 8 + width) throw NpyError("the header's length is cut off");
  const std::size_t length = little_endian(bytes.substr(8, width));
  bytes.remove_prefix(8 + width);
  if (bytes.size() < length) throw NpyError("the header is cut off");
  Header header(bytes.substr(0, length));
  header.read();
  const std::string_view data = bytes.substr(length);
  const torch::Dtype dtype = dtype_of(header.descr);
  const std::size_t element = torch::elementSize(dtype);
  const std::size_t elements = elements_of(header.shape, data.size() / element);
  if (data.size() != elements * element) {
    throw NpyError(std::to_string(elements) + " elements do not take the " +
                   std::to_string(data.size()) + " bytes that follow");
  }
  std::vector<std::int64_t> stored = header.shape;
  if (header.fortran_order) std::reverse(stored.begin(), stored.end());
  torch::Tensor tensor = torch::empty(stored, dtype);
  if (dtype == torch::kBool) {
    bool* const flags = tensor.data_ptr<bool>();
    for (std::size_t i = 0; i < elements; ++i) flags[i] = data[i] != 0;
  } else if (elements > 0) {
    std::memcpy(tensor.data_ptr(), data.data(), data.size());
  }
  if (!header.fortran_order) return tensor;
  std::vector<std::int64_t> order(stored.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = static_cast<std::int64_t>(order.size() - 1 - i);
  }
  return tensor.permute(order).contiguous();
}

torch::Tensor load_npy(std::istream& stream) {
  // Not by istreambuf_iterator, which hands on whatever the buffer throws.
  std::string bytes;
  for (char part[4096]; stream.read(part, sizeof(part)) || stream.gcount() > 0;) {
    bytes.append(part, static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) throw NpyError("the stream fails");
  return load_npy(std::string_view(bytes));
}

torch::Tensor load_npy_carelessly(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic) throw NpyError("no .npy file: it starts otherwise");
  const std::size_t length = little_endian(bytes.substr(8, 2));
  std::string header(length, ' ');
  std::memcpy(header.data(), bytes.data() + 10, length);  // whether it is there or not
  const std::size_t descr = header.find("'descr': '");
  const torch::Dtype dtype = dtype_of(header.substr(descr + 10, 3));
  const std::size_t open = header.find('(');
  const std::size_t close = header.find(')');
  std::vector<std::int64_t> shape;
  std::int64_t elements = 1;
  std::string sizes = header.substr(open + 1, close - open - 1);
  for (std::size_t at = 0; at < sizes.size();) {
    shape.push_back(std::stoll(sizes.substr(at)));  // throws what nobody documents
    elements *= shape.back();                       // wraps
    const std::size_t comma = sizes.find(',', at);
    at = comma == std::string::npos || comma + 2 >= sizes.size() ? sizes.size() : comma + 1;
  }
  torch::Tensor tensor = torch::empty(shape, dtype);
  const std::size_t size = static_cast<std::size_t>(elements) * torch::elementSize(dtype);
  std::memcpy(tensor.data_ptr(), bytes.data() + 10 + length, size);  // reads behind the file
  return tensor;
}

}  // namespace examples

#include <algorithm>
#include <cstring>

#include "tests/fuzz/planted/file_parts.h"

namespace planted {
namespace {

constexpr std::size_t kPreamble = 10;
constexpr std::string_view kMagic("\x93NUMPY\1\0", 8);

// Takes text off the front.
class Text {
 public:
  explicit Text(std::string_view text) : text_(text) {}

  bool takes(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }

  void expect(std::string_view word) {
    if (!takes(word)) throw FileError("the header is not what NumPy writes");
  }

  std::int64_t size(bool may_be_negative) {
    constexpr std::int64_t kMost = 1 << 20;
    const bool is_negative = may_be_negative && takes("-");
    if (text_.empty() || text_[0] < '0' || text_[0] > '9') throw FileError("a size is no number");
    std::int64_t size = 0;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; text_.remove_prefix(1)) {
      size = 10 * size + (text_[0] - '0');
      if (size > kMost) throw FileError("a size is too large");
    }
    return is_negative ? -size : size;
  }

  bool is_done() const { return text_.empty(); }

 private:
  std::string_view text_;
};

torch::Dtype read_dtype(Text& text) {
  if (text.takes("<f4")) return torch::kFloat32;
  if (text.takes("<f8")) return torch::kFloat64;
  if (text.takes("<i8")) return torch::kInt64;
  if (text.takes("<i4")) return torch::kInt32;
  if (text.takes("|u1")) return torch::kUInt8;
  if (text.takes("|b1")) return torch::kBool;
  throw FileError("unknown dtype");
}

struct Header {
  torch::Dtype dtype = torch::kFloat32;
  bool is_fortran = false;
  std::vector<std::int64_t> sizes;
};

Header read_header(Text text, Fault fault) {
  Header header;
  text.expect("{'descr': '");
  header.dtype = read_dtype(text);
  text.expect("', 'fortran_order': ");
  header.is_fortran = text.takes("True");
  if (!header.is_fortran) text.expect("False");
  text.expect(", 'shape': (");
  while (!text.takes(")")) {
    header.sizes.push_back(text.size(fault == Fault::infers_sizes));
    if (header.sizes.size() > 3) throw FileError("more than three dims");
    if (!text.takes(", ") && !text.takes(",")) {
      text.expect(")");
      break;
    }
  }
  text.expect(", }");
  while (text.takes(" ")) continue;
  text.expect("\n");
  if (!text.is_done()) throw FileError("something follows the header");
  return header;
}

torch::Tensor in_c_order(const torch::Tensor& flat, const Header& header, Fault fault) {
  const auto dims = static_cast<std::int64_t>(header.sizes.size());
  const bool ignores = fault == Fault::transposes_matrices && dims > 2;
  if (!header.is_fortran || dims < 2 || ignores) return flat.reshape(header.sizes);
  std::vector<std::int64_t> sizes(header.sizes.rbegin(), header.sizes.rend());
  std::vector<std::int64_t> order;
  for (std::int64_t i = dims; i-- > 0;) order.push_back(i);
  return flat.reshape(sizes).permute(order).contiguous();
}

}  // namespace

torch::Tensor read_npy(std::string_view bytes, Fault fault) {
  if (bytes.substr(0, kMagic.size()) != kMagic) throw FileError("no .npy file of version 1.0");
  const std::uint64_t length = number_at(bytes, kMagic.size(), 2, false);
  const bool is_there = bytes.size() - kPreamble >= length;
  if (!is_there && fault != Fault::trusts_header_length) throw FileError("the header is cut off");
  const std::string_view there(bytes.data() + kPreamble, length);
  const Header header = read_header(Text(there), fault);
  if (!is_there) throw FileError("the data is cut off");
  const std::string_view data = bytes.substr(kPreamble + length);
  const std::size_t element = torch::elementSize(header.dtype);
  if (fault != Fault::infers_sizes && data.size() != bytes_of(header.sizes, element)) {
    throw FileError("the shape does not fit the data");
  }
  if (data.size() % element != 0) throw FileError("the data ends within an element");
  const bool is_boolean = header.dtype == torch::kBool;
  const auto no_boolean = [](char byte) { return byte != 0 && byte != 1; };
  if (is_boolean && std::any_of(data.begin(), data.end(), no_boolean)) {
    throw FileError("a byte is neither true nor false");
  }
  torch::Tensor flat =
      torch::empty({static_cast<std::int64_t>(data.size() / element)}, header.dtype);
  if (!data.empty()) std::memcpy(flat.data_ptr(), data.data(), data.size());
  try {
    return in_c_order(flat, header, fault);
  } catch (const c10::Error&) {
    throw FileError("the shape does not fit the data");
  }
}

}  // namespace planted

#include "properties/call_arguments.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

#include "properties/tensor_scan.h"

namespace gradgrind {
namespace {

/// What follows in the bytes. Counts and integers take seven bits a byte, the lowest first.
enum Tag : char {
  kUndefined,
  kTensor,  ///< its scalar type, the number of its dims, their sizes
  kNone,
  kTrue,
  kFalse,
  kInt,
  kFloat,
  kInts,    ///< a count and that many integers
  kList,    ///< a count and that many values
  kString,  ///< a count and that many characters
  kOther,   ///< likewise, of what the value is called
};

constexpr int kBits = 7;
constexpr std::uint64_t kMore = 1U << kBits;

class Reader {
 public:
  Reader(const char* begin, const char* end) : at_(begin), end_(end) {}

  std::string text() {
    std::string text;
    while (at_ != end_) {
      if (!text.empty()) text += ", ";
      put_value(text);
    }
    return text;
  }

 private:
  std::uint64_t count() {
    std::uint64_t result = 0;
    for (int shift = 0;; shift += kBits) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      result |= (byte & (kMore - 1)) << shift;
      if ((byte & kMore) == 0) return result;
    }
  }

  std::int64_t integer() {
    const std::uint64_t folded = count();
    return static_cast<std::int64_t>((folded >> 1) ^ (~(folded & 1) + 1));
  }

  std::string_view characters() {
    const std::size_t size = count();
    at_ += size;
    return {at_ - size, size};
  }

  template <class PutOne>
  void put_several(std::string& text, const PutOne& put_one) {
    const std::uint64_t size = count();
    for (std::uint64_t i = 0; i < size; ++i) {
      if (i > 0) text += ", ";
      put_one();
    }
    text += ']';
  }

  void put_value(std::string& text) {
    switch (*at_++) {
      case kUndefined:
        text += "undefined";
        return;
      case kTensor:
        text += detail::dtype_name(static_cast<at::ScalarType>(*at_++));
        text += " [";
        return put_several(text, [&] { text += std::to_string(count()); });
      case kNone:
        text += "none";
        return;
      case kTrue:
        text += "true";
        return;
      case kFalse:
        text += "false";
        return;
      case kInt:
        text += "int " + std::to_string(integer());
        return;
      case kFloat: {
        double number;
        std::memcpy(&number, at_, sizeof number);
        at_ += sizeof number;
        text += "float " + shortest(number);
        return;
      }
      case kInts:
        text += "ints [";
        return put_several(text, [&] { text += std::to_string(integer()); });
      case kList:
        text += '[';
        return put_several(text, [&] { put_value(text); });
      case kString: {
        std::string quoted(characters());
        std::replace(quoted.begin(), quoted.end(), '\n', ' ');
        text += '"' + quoted + '"';
        return;
      }
      default:
        text += characters();
    }
  }

  static std::string shortest(double number) {
    std::array<char, 32> buffer;
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr};
  }

  const char* at_;
  const char* end_;
};

}  // namespace

std::string CallArguments::text() const { return Reader(bytes_.begin(), bytes_.end()).text(); }

namespace detail {

void CallArgumentsWriter::put_value(const c10::IValue& value) {
  if (value.isTensor()) return put_tensor(value.toTensor());
  if (value.isNone()) return put_byte(kNone);
  if (value.isInt()) {
    put_byte(kInt);
    return put_integer(value.toInt());
  }
  if (value.isBool()) return put_byte(value.toBool() ? kTrue : kFalse);
  if (value.isDouble()) {
    const double number = value.toDouble();
    put_byte(kFloat);
    return put_bytes(&number, sizeof number);
  }
  if (value.isList()) return put_list(value);
  if (value.isString()) return put_text(kString, value.toStringRef());
  put_text(kOther, value.tagKind());
}

void CallArgumentsWriter::put_tensor(const at::Tensor& tensor) {
  if (!tensor.defined()) return put_byte(kUndefined);
  put_byte(kTensor);
  put_byte(static_cast<char>(tensor.scalar_type()));
  const c10::IntArrayRef sizes = tensor.sizes();
  put_count(sizes.size());
  for (const std::int64_t size : sizes) put_count(static_cast<std::uint64_t>(size));
}

void CallArgumentsWriter::put_list(const c10::IValue& value) {
  const bool holds_ints = value.isIntList();
  const c10::ArrayRef<c10::IValue> elements = value.toListRef();
  put_byte(holds_ints ? kInts : kList);
  put_count(elements.size());
  for (const c10::IValue& element : elements) {
    if (holds_ints)
      put_integer(element.toInt());
    else
      put_value(element);
  }
}

void CallArgumentsWriter::put_text(char tag, std::string_view text) {
  put_byte(tag);
  put_count(text.size());
  put_bytes(text.data(), text.size());
}

void CallArgumentsWriter::put_count(std::uint64_t count) {
  for (; count >= kMore; count >>= kBits) put_byte(static_cast<char>(count | kMore));
  put_byte(static_cast<char>(count));
}

void CallArgumentsWriter::put_integer(std::int64_t number) {
  // The sign becomes the lowest bit, so that small negative numbers stay short.
  const auto bits = static_cast<std::uint64_t>(number);
  put_count((bits << 1) ^ (number < 0 ? ~std::uint64_t{0} : 0));
}

void CallArgumentsWriter::put_byte(char byte) {
  if (size_ == buffer_.size()) flush();
  buffer_[size_++] = byte;
}

void CallArgumentsWriter::put_bytes(const void* data, std::size_t size) {
  if (size > buffer_.size() - size_) flush();
  const auto* const begin = static_cast<const char*>(data);
  if (size > buffer_.size()) {
    arguments_.bytes_.append(begin, begin + size);
    return;
  }
  std::memcpy(buffer_.data() + size_, begin, size);
  size_ += size;
}

void CallArgumentsWriter::flush() {
  arguments_.bytes_.append(buffer_.data(), buffer_.data() + size_);
  size_ = 0;
}

}  // namespace detail
}  // namespace gradgrind

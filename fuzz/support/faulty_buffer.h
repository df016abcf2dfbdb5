// A stream that behaves as streams may, and files seldom do.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ios>
#include <streambuf>
#include <string_view>

namespace gradgrind::fuzz {

/// Bytes to read, whole or one at a time, with a failure behind the first `fails_after` of them.
/// Can be positioned.
class FaultyBuffer final : public std::streambuf {
 public:
  FaultyBuffer(std::string_view bytes, bool one_byte_a_read, std::int64_t fails_after)
      : bytes_(bytes), one_byte_a_read_(one_byte_a_read), fails_after_(fails_after) {}

 protected:
  int_type underflow() override {
    const std::size_t next = position();
    if (fails_after_ >= 0 && next >= static_cast<std::size_t>(fails_after_)) {
      throw std::ios_base::failure("the device fails");  // which sets the stream's badbit
    }
    if (next >= bytes_.size()) return traits_type::eof();
    std::size_t count = bytes_.size() - next;
    if (fails_after_ >= 0) count = std::min(count, static_cast<std::size_t>(fails_after_) - next);
    give(next, one_byte_a_read_ ? 1 : count);
    return traits_type::to_int_type(*gptr());
  }

  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    off_type origin = 0;
    if (from == std::ios_base::cur) origin = static_cast<off_type>(position());
    if (from == std::ios_base::end) origin = static_cast<off_type>(bytes_.size());
    return seekpos(origin + offset, std::ios_base::in);
  }

  pos_type seekpos(pos_type target, std::ios_base::openmode) override {
    const auto wanted = static_cast<off_type>(target);
    if (wanted < 0 || wanted > static_cast<off_type>(bytes_.size())) return {off_type{-1}};
    give(static_cast<std::size_t>(wanted), 0);
    return target;
  }

 private:
  std::size_t position() const { return start_ + static_cast<std::size_t>(gptr() - eback()); }

  void give(std::size_t from, std::size_t count) {
    start_ = from;
    // Streams take a mutable pointer and never write to it.
    char* const first = const_cast<char*>(bytes_.data()) + from;
    setg(first, first, first + count);
  }

  std::string_view bytes_;
  std::size_t start_ = 0;
  bool one_byte_a_read_;
  std::int64_t fails_after_;
};

}  // namespace gradgrind::fuzz

// Pickles and archives by hand, for repros that shall not depend on described formats.
#pragma once

#include <caffe2/serialize/inline_container.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind {

inline std::string little_endian(std::uint64_t value, int width) {
  std::string bytes;
  for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
  return bytes;
}

/// An integer of eight bytes.
inline std::string pickled(std::int64_t value) {
  return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(value), 8);
}

inline std::string pickled(const std::string& text) {
  return "X" + little_endian(text.size(), 4) + text;
}

/// A tensor whose elements are the record data/0.
inline std::string pickled_tensor(const std::string& storage, std::int64_t numel,
                                  std::int64_t offset, const std::vector<std::int64_t>& sizes,
                                  const std::vector<std::int64_t>& strides) {
  std::string bytes = "\x80\2" + std::string("ctorch._utils\n_rebuild_tensor_v2\n((") +
                      pickled(std::string("storage")) + "ctorch\n" + storage + "\n" +
                      pickled(std::string("0")) + pickled(std::string("cpu")) + pickled(numel) +
                      "tQ" + pickled(offset) + "(";
  for (const std::int64_t size : sizes) bytes += pickled(size);
  bytes += "t(";
  for (const std::int64_t stride : strides) bytes += pickled(stride);
  return bytes + "t\x89" + "ccollections\nOrderedDict\n)RtR.";
}

/// What torch::pickle_load reads, with this pickle and these bytes as data/0.
inline std::vector<char> archive_of(const std::string& pickle, const std::string& elements) {
  std::vector<char> archive;
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* bytes, std::size_t size) {
    const char* const first = static_cast<const char*>(bytes);
    archive.insert(archive.end(), first, first + size);
    return size;
  });
  writer.writeRecord("data/0", elements.data(), elements.size());
  writer.writeRecord("data.pkl", pickle.data(), pickle.size());
  writer.writeEndOfFile();
  return archive;
}

}  // namespace gradgrind

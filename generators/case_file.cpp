#include "gradgrind/generators/case_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "generators/case_manifest.h"
#include "generators/file_io.h"
#include "generators/safetensors.h"
#include "generators/strict_json.h"
#include "gradgrind/generators/error.h"

namespace gradgrind {
namespace {

using detail::AtomicFile;
using detail::InputFile;
using detail::Malformed;
using detail::StoredArray;
namespace safetensors = detail::safetensors;

/// The key of the manifest in the metadata.
constexpr const char* kManifest = "gradgrind";

/// The arrays in the order in which they are stored: larger elements first, so that each tensor is
/// aligned for readers that map the file.
std::vector<StoredArray> arrays_in_order(const Case& a_case) {
  std::vector<StoredArray> arrays = detail::stored_arrays(a_case);
  std::set<std::string> names;
  for (const StoredArray& array : arrays) {
    if (!names.insert(array.name).second) {
      throw UsageError(fmt::format(
          "two tensors of the case would both be called '{}'; give each input its own name",
          array.name));
    }
  }
  const auto unit = [](const StoredArray& array) {
    const DType dtype = array.values->dtype();
    return element_size(dtype) / (is_complex(dtype) ? 2 : 1);
  };
  std::stable_sort(arrays.begin(), arrays.end(),
                   [&](const auto& a, const auto& b) { return unit(a) > unit(b); });
  return arrays;
}

void write(const std::string& path, const CaseFile& file) {
  if (path.empty()) throw UsageError("the path is empty; name a file");
  const std::vector<StoredArray> arrays = arrays_in_order(file.content);
  safetensors::Header header;
  header.metadata[kManifest] = detail::manifest_of(file);
  std::uint64_t end = 0;
  for (const StoredArray& array : arrays) {
    auto entry = safetensors::entry_for(array.name, array.values->dtype(), array.values->shape());
    entry.begin += end;
    entry.end += end;
    end = entry.end;
    header.entries.push_back(std::move(entry));
  }
  const std::string head = safetensors::encode(header);

  AtomicFile out(path);
  out.write(head.data(), head.size());
  for (const StoredArray& array : arrays) {
    out.write(array.values->data(), array.values->size_in_bytes());
  }
  out.commit();
}

void require_boolean_bytes(const std::string& name, const Array& values) {
  const auto* bytes = values.as<std::uint8_t>();
  const auto* end = bytes + values.size_in_bytes();
  const auto* odd = std::find_if(bytes, end, [](std::uint8_t byte) { return byte > 1; });
  if (odd != end) {
    throw Malformed(
        fmt::format("tensor '{}' is bool and has the byte {} at position {}, expected "
                    "0 or 1",
                    name, *odd, odd - bytes));
  }
}

/// Hands out the tensors of an open file, each where the manifest asks for it.
class TensorReader {
 public:
  TensorReader(const InputFile& file, std::uint64_t data_begin, const safetensors::Header& header)
      : file_(&file), data_begin_(data_begin) {
    for (const safetensors::Entry& entry : header.entries) unread_.emplace(entry.name, entry);
  }

  Array operator()(const std::string& name, DType dtype) {
    const auto found = unread_.find(name);
    if (found == unread_.end()) {
      throw Malformed(fmt::format("its manifest names the tensor '{}' {}", name,
                                  read_.count(name) ? "twice" : "and the file has none of it"));
    }
    Array values(dtype, safetensors::shape_as(dtype, found->second));
    file_->read(data_begin_ + found->second.begin, values.data(), values.size_in_bytes());
    if (dtype == DType::boolean) require_boolean_bytes(name, values);
    read_.insert(name);
    unread_.erase(found);
    return values;
  }

  void require_all_read() const {
    if (unread_.empty()) return;
    throw Malformed(fmt::format("it has a tensor '{}' that its manifest does not name",
                                unread_.begin()->first));
  }

 private:
  const InputFile* file_;
  std::uint64_t data_begin_;
  std::map<std::string, safetensors::Entry> unread_;
  std::set<std::string> read_;
};

CaseFile read(const std::string& path) {
  const InputFile file(path);
  std::string first(std::min(file.size(), safetensors::kLengthBytes), '\0');
  file.read(0, first.data(), first.size());
  std::string json(safetensors::header_length(first, file.size()), '\0');
  file.read(safetensors::kLengthBytes, json.data(), json.size());
  const std::uint64_t data_begin = safetensors::kLengthBytes + json.size();

  const safetensors::Header header = safetensors::decode(json, file.size() - data_begin);
  const auto manifest = header.metadata.find(kManifest);
  if (manifest == header.metadata.end()) {
    throw Malformed("it is a safetensors file, but not a case of Gradgrind's");
  }
  TensorReader load(file, data_begin, header);
  CaseFile result = detail::parse_manifest(manifest->second, std::ref(load));
  load.require_all_read();
  return result;
}

[[noreturn]] void refuse(const char* function, const std::string& path, const std::string& reason,
                         const char* advice) {
  throw UsageError(fmt::format("{}(\"{}\"): {}. {}", function, path, reason, advice));
}

}  // namespace

void write_case_file(const std::string& path, const CaseFile& file) {
  constexpr const char* kFunction = "write_case_file";
  constexpr const char* kAdvice = "Nothing was written, and what stood there is kept.";
  try {
    write(path, file);
  } catch (const std::system_error& error) {
    refuse(kFunction, path, error.what(), kAdvice);
  } catch (const UsageError& error) {
    refuse(kFunction, path, error.what(), kAdvice);
  }
}

CaseFile read_case_file(const std::string& path) {
  constexpr const char* kFunction = "read_case_file";
  constexpr const char* kAdvice = "Give the path of a whole file that write_case_file() wrote.";
  try {
    return read(path);
  } catch (const std::system_error& error) {
    refuse(kFunction, path, error.what(), kAdvice);
  } catch (const Malformed& error) {
    refuse(kFunction, path, error.what(), kAdvice);
  } catch (const UsageError& error) {
    refuse(kFunction, path, error.what(), kAdvice);
  }
}

}  // namespace gradgrind

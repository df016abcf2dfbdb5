// LibTorch's archives: zip files with pickles, source code and the elements of tensors.
#include <algorithm>
#include <map>

#include "fuzz/formats/pickle.h"
#include "fuzz/formats/zip.h"
#include "gradgrind/fuzz/formats/known.h"

namespace gradgrind {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

void write_lines(Draft& file, const std::string& text) {
  std::size_t start = 0;
  while (start < text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size() - 1) + 1;
    file.text(text.substr(start, end - start));
    start = end;
  }
}

void write_version(Draft& file, const std::string& name, const std::string& bytes) {
  std::uint64_t version = 0;
  for (const char digit : bytes) {
    if (digit >= '0' && digit <= '9') {
      version = 10 * version + static_cast<std::uint64_t>(digit - '0');
    }
  }
  file.version(name + " number", decimal, version);
  file.text("\n");
}

Array elements(DType dtype, const Shape& shape, const std::string& bytes) {
  Array values(dtype, shape);
  if (values.size_in_bytes() != bytes.size()) return {};
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
  return values;
}

// The tensors of all pickles, by the name of the record that holds their elements.
std::map<std::string, detail::PickledTensor> tensors_by_record(
    const std::vector<detail::StoredRecord>& records, const std::string& top) {
  std::map<std::string, detail::PickledTensor> tensors;
  for (const detail::StoredRecord& record : records) {
    if (record.name != top + "data.pkl") continue;
    for (const detail::PickledTensor& tensor : detail::tensors_of(record.bytes)) {
      tensors.emplace(top + "data/" + tensor.key, tensor);
    }
  }
  return tensors;
}

}  // namespace

void write_torch_archive(Draft& file, const std::string& archive) {
  const std::vector<detail::StoredRecord> records = detail::read_zip(archive);
  const std::string top =
      records.empty() ? "" : records[0].name.substr(0, records[0].name.find('/') + 1);
  const auto tensors = tensors_by_record(records, top);
  const auto record_of = [&](const std::string& key) { return top + "data/" + key; };
  std::vector<detail::ZipRecord> written;
  for (const detail::StoredRecord& record : records) {
    written.push_back({record.name,
                       [&, record](Draft& draft) {
                         if (record.uncompressed.has_value()) return draft.text(record.bytes);
                         const auto tensor = tensors.find(record.name);
                         if (tensor != tensors.end()) {
                           const Array values =
                               elements(tensor->second.dtype, tensor->second.shape, record.bytes);
                           if (values.size_in_bytes() == record.bytes.size()) {
                             return draft.payload(record.name, values);
                           }
                         }
                         if (ends_with(record.name, "pkl")) {
                           return detail::write_pickle(draft, record.bytes, record.name, record_of);
                         }
                         if (ends_with(record.name, "/version")) {
                           return write_version(draft, record.name, record.bytes);
                         }
                         write_lines(draft, record.bytes);
                       },
                       record.uncompressed});
  }
  detail::write_zip(file, detail::ZipStyle::aligned, written);
}

namespace formats {

Format torch_archive() {
  return format("pt", [](Draft& file) {
    detail::PickledTensor tensor;
    tensor.key = "0";
    tensor.dtype =
        detail::storage_types()[file.source().below(detail::storage_types().size())].second;
    tensor.shape = file.draw_shape(0, 3);
    const Array values = file.draw_array(tensor.dtype, tensor.shape);
    const auto payload = [](const std::string& key) { return "archive/data/" + key; };
    detail::write_zip(
        file, detail::ZipStyle::aligned,
        {{"archive/data/0", [&](Draft& draft) { draft.payload("archive/data/0", values); }},
         {"archive/data.pkl",
          [&](Draft& draft) {
            detail::write_pickle(draft, detail::pickle_of(tensor), "archive/data.pkl", payload);
          }},
         {"archive/version", [](Draft& draft) { write_version(draft, "archive/version", "3"); }}});
  });
}

}  // namespace formats
}  // namespace gradgrind

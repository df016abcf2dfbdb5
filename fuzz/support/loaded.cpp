// What a loader gave back, looked at.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "fuzz/support/loader_judge.h"
#include "fuzz/support/storage_bounds.h"
#include "gradgrind/properties/materialise.h"

namespace gradgrind::fuzz {
namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

bool is_number(const std::string& word) {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char letter) {
    return std::isdigit(letter) != 0;
  });
}

// Sizes against words from one end; `sizes` binds names.
bool fits(const std::vector<std::string>& words, const Shape& shape,
          std::map<std::string, std::int64_t>& sizes) {
  if (words.size() != shape.size()) return false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_number(words[i])) {
      if (std::to_string(shape[i]) != words[i]) return false;
      continue;
    }
    const auto [known, is_new] = sizes.emplace(words[i], shape[i]);
    if (!is_new && known->second != shape[i]) return false;
  }
  return true;
}

}  // namespace

std::string broken_schema(const std::vector<LoadedOutput>& declared, const Outputs& outputs) {
  if (declared.empty()) return {};
  if (declared.size() != outputs.count()) {
    return std::to_string(outputs.count()) + " tensors come back in place of " +
           std::to_string(declared.size());
  }
  std::map<std::string, std::int64_t> sizes;
  for (std::size_t i = 0; i < declared.size(); ++i) {
    const LoadedOutput& promise = declared[i];
    const Shape shape = outputs[i].sizes().vec();
    const std::vector<std::string> words = words_of(promise.shape);
    const bool is_any = words.size() == 1 && words[0] == "...";
    if (!is_any && !fits(words, shape, sizes)) {
      return promise.name + " has shape " + to_string(shape) + ", which is not \"" + promise.shape +
             "\"";
    }
    if (promise.dtypes.empty()) continue;
    const bool is_of_dtype =
        std::any_of(promise.dtypes.begin(), promise.dtypes.end(),
                    [&](DType dtype) { return scalar_type(dtype) == outputs[i].scalar_type(); });
    if (!is_of_dtype) {
      return promise.name + " has dtype " + std::string(at::toString(outputs[i].scalar_type()));
    }
  }
  return {};
}

std::string broken_tensor(const std::string& name, const at::Tensor& tensor) {
  if (!tensor.defined()) return name + " is undefined";
  const at::IntArrayRef sizes = tensor.sizes();
  if (std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 0; })) {
    return name + " has the shape " + to_string(sizes.vec()) + ", and sizes are at least 0";
  }
  if (tensor.layout() != at::kStrided || tensor.numel() == 0) return {};
  if (reaches_beyond_storage(tensor)) {
    return name + " of shape " + to_string(tensor.sizes().vec()) + " reaches beyond its " +
           std::to_string(tensor.storage().nbytes()) + " bytes of storage";
  }
  if (tensor.scalar_type() == at::kBool && tensor.is_contiguous()) {
    const auto* bytes_of = static_cast<const std::uint8_t*>(tensor.data_ptr());
    for (std::int64_t i = 0; i < tensor.numel(); ++i) {
      if (bytes_of[i] > 1) {
        return name + " is boolean and holds the byte " + std::to_string(bytes_of[i]) +
               ": neither true nor false";
      }
    }
  }
  return {};
}

std::string LoaderJudge::difference(const FileContent& content, const Outputs& outputs) const {
  const LoaderData& data = loader_.data();
  Outputs expected;
  if (data.expected != nullptr) {
    expected = data.expected(content);
  } else {
    for (const auto& [name, values] : content) {
      expected.paths.push_back(name);
      expected.tensors.push_back(materialise(TensorValue{values, {}, Device::cpu, {}}));
    }
  }
  if (expected.count() != outputs.count()) {
    return fmt::format("{} tensors come back in place of {}", outputs.count(), expected.count());
  }
  for (std::size_t i = 0; i < expected.count(); ++i) {
    // By name where the loader names what it gives back, else in order.
    std::size_t j = i;
    if (expected.count() > 1 || !outputs.paths[i].empty()) {
      const auto named = std::find(outputs.paths.begin(), outputs.paths.end(), expected.paths[i]);
      if (named != outputs.paths.end()) j = static_cast<std::size_t>(named - outputs.paths.begin());
    }
    const std::string name = expected.paths[i].empty() ? "the tensor" : expected.paths[i];
    const at::Tensor& loaded = outputs[j];
    if (loaded.scalar_type() != expected[i].scalar_type()) {
      return fmt::format("{} has dtype {} in place of {}", name, at::toString(loaded.scalar_type()),
                         at::toString(expected[i].scalar_type()));
    }
    const Array now = array_of(loaded);
    const Array then = array_of(expected[i]);
    if (now.shape() != then.shape()) {
      return fmt::format("{} has shape {} in place of {}", name, to_string(now.shape()),
                         to_string(then.shape()));
    }
    for (std::int64_t element = 0; now != then && element < now.numel(); ++element) {
      const std::string here = to_string(now.at(element), now.dtype());
      const std::string there = to_string(then.at(element), then.dtype());
      if (here == there) continue;
      return fmt::format("element {} of {} is {} in place of {}", element, name, here, there);
    }
  }
  return {};
}

}  // namespace gradgrind::fuzz

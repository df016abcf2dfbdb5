#include "generators/shrinker.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gradgrind/generators/source.h"

namespace gradgrind::shrinking {
namespace {

/// Two 64-bit lanes over the words of a canonical serialisation.
class Digest {
 public:
  void add(std::uint64_t word) {
    first_ = mix(first_ ^ word);
    second_ = (second_ ^ word) * 0x9fb21c651e98df25ULL;
    second_ ^= second_ >> 29;
  }

  void add(const void* data, std::size_t size) {
    add(size);
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes + at, std::min(sizeof word, size - at));
      add(word);
    }
  }

  void add(const std::string& text) { add(text.data(), text.size()); }

  void add(const std::vector<std::int64_t>& numbers) {
    add(numbers.data(), numbers.size() * sizeof(std::int64_t));
  }

  void add(const Array& array) {
    add(static_cast<std::uint64_t>(array.dtype()));
    add(array.shape());
    add(array.data(), array.size_in_bytes());
  }

  void add(const Layout& layout) {
    add(static_cast<std::uint64_t>(layout.kind));
    add(layout.order);
    add(layout.step);
    add(layout.start);
    add(layout.expanded.size());
    for (const bool is_expanded : layout.expanded) add(std::uint64_t{is_expanded});
    add(layout.alias_of);
  }

  void add(const ParameterValue& value) {
    add(value.index());
    if (const auto* real = std::get_if<double>(&value)) {
      add(real, sizeof *real);
    } else if (const auto* opaque = std::get_if<OpaqueValue>(&value)) {
      add(opaque->type);
      add(opaque->text);
      add(opaque->seed);
      add(opaque->path.data(), opaque->path.size() * sizeof(std::uint32_t));
    } else {
      add(to_string(value));
    }
  }

  std::string text() const {
    std::string bytes(sizeof first_ + sizeof second_, '\0');
    std::memcpy(bytes.data(), &first_, sizeof first_);
    std::memcpy(bytes.data() + sizeof first_, &second_, sizeof second_);
    return bytes;
  }

 private:
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0x2545f4914f6cdd1dULL;
};

}  // namespace

std::string digest(const Case& a_case) {
  Digest digest;
  digest.add(a_case.dims.sizes.size());
  for (const auto& [name, size] : a_case.dims.sizes) {
    digest.add(name);
    digest.add(static_cast<std::uint64_t>(size));
  }
  digest.add(a_case.dims.variadic.size());
  for (const auto& [name, sizes] : a_case.dims.variadic) {
    digest.add(name);
    digest.add(sizes);
  }
  digest.add(a_case.parameters.size());
  for (const auto& [name, value] : a_case.parameters) {
    digest.add(name);
    digest.add(value);
  }
  digest.add(static_cast<std::uint64_t>(a_case.dtype));
  for (const Input& input : a_case.inputs) {
    digest.add(input.name);
    digest.add(input.tensors.size());
    for (const TensorValue& tensor : input.tensors) {
      digest.add(tensor.values);
      digest.add(tensor.layout);
      digest.add(static_cast<std::uint64_t>(tensor.device));
    }
  }
  digest.add(a_case.weights.seed);
  digest.add(static_cast<std::uint64_t>(a_case.weights.policy));
  for (const NamedArray& entry : a_case.weights.state) {
    digest.add(entry.name);
    digest.add(entry.values);
  }
  digest.add(a_case.seed);
  return digest.text();
}

Shrinker::Shrinker(const CaseSpace& space, Case failing, const StillFails& still_fails,
                   const ShrinkOptions& options)
    : space_(space), best_(std::move(failing)), still_fails_(still_fails), options_(options) {
  seen_.insert(digest(best_));
}

bool Shrinker::is_exhausted() const {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  return runs_ >= options_.runs || elapsed.count() >= options_.seconds;
}

bool Shrinker::offer(Case candidate) {
  if (is_exhausted()) return false;
  space_.repair(candidate);
  if (!is_smaller(space_, candidate, best_)) return false;
  if (!seen_.insert(digest(candidate)).second) return false;
  ++runs_;
  if (!still_fails_(candidate)) return false;
  best_ = std::move(candidate);
  ++accepted_;
  if (options_.on_progress) options_.on_progress(best_);
  return true;
}

void drop_blocks(const Shrinker& shrinker, std::int64_t size, std::int64_t lowest,
                 const Drop& drop) {
  std::int64_t patience = 8;
  for (std::int64_t n = size; n > 1; n /= 2) ++patience;
  for (std::int64_t block = std::max<std::int64_t>(size / 2, 1); block > 0 && size > lowest;
       block /= 2) {
    std::int64_t refusals = 0;
    for (std::int64_t cursor = 0; cursor < size && size > lowest && refusals < patience;) {
      if (shrinker.is_exhausted()) return;
      const std::int64_t count = std::min({block, size - cursor, size - lowest});
      const std::int64_t dropped = drop(cursor, count);
      size -= dropped;
      cursor += dropped > 0 ? 0 : count;
      refusals = dropped > 0 ? 0 : refusals + 1;
    }
  }
}

std::int64_t lower(std::int64_t value, const std::function<bool(std::int64_t)>& accepts) {
  while (value > 1 && accepts(value / 2)) value /= 2;
  if (value <= 1 || !accepts(value - 1)) return value;
  std::int64_t refused = value / 2;
  --value;
  while (value - refused > 1) {
    const std::int64_t middle = refused + (value - refused) / 2;
    (accepts(middle) ? value : refused) = middle;
  }
  return value;
}

}  // namespace gradgrind::shrinking

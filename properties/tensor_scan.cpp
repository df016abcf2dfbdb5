#include "properties/tensor_scan.h"

#include <ATen/core/LegacyTypeDispatch.h>
#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <vector>

#include "properties/dispatch_hook.h"

namespace gradgrind::detail {
namespace {

// Bytes handed on at once: a multiple of every element size and of the digest's stride.
constexpr std::size_t kBlock = 16384;

/// Hash of a byte stream. Blocks must be multiples of its stride of 32, but for the last.
class Digest {
 public:
  explicit Digest(std::uint64_t seed) : lanes_{seed, seed + 1, seed + 2, seed + 3} {}

  void add(const std::byte* data, std::size_t size) {
    size_ += size;
    for (; size >= 32; data += 32, size -= 32)
      for (std::size_t lane = 0; lane < 4; ++lane) mix(lane, data + 8 * lane, 8);
    for (std::size_t lane = 0; size > 0; ++lane) {
      const std::size_t part = std::min<std::size_t>(size, 8);
      mix(lane, data, part);
      data += part;
      size -= part;
    }
  }

  std::uint64_t value() const {
    std::uint64_t hash = size_;
    for (const std::uint64_t lane : lanes_) hash = (hash ^ (lane ^ (lane >> 32))) * kFactor;
    return hash ^ (hash >> 29);
  }

 private:
  static constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;

  // Each step is a bijection of the lane, so that one differing word cannot vanish.
  void mix(std::size_t lane, const std::byte* data, std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, data, size);
    std::uint64_t& state = lanes_[lane];
    state ^= word;
    state = ((state << 29) | (state >> 35)) * kFactor;
  }

  std::array<std::uint64_t, 4> lanes_;
  std::uint64_t size_ = 0;
};

template <class Bits>
Bits load(const std::byte* data, std::size_t index) {
  Bits bits;
  std::memcpy(&bits, data + index * sizeof(Bits), sizeof(Bits));
  return bits;
}

/// Notes NaN, infinities and magnitudes of floats, given as their bits. Magnitudes order like
/// their bits, so one integer maximum decides the ordinary, finite case.
template <class Float, class Bits>
void scan_floats(const std::byte* data, std::size_t count, Bits infinity, TensorFacts& facts) {
  constexpr Bits kMagnitude = static_cast<Bits>(~Bits{0}) >> 1;
  const auto value = [](Bits bits) {
    Float result;
    std::memcpy(&result, &bits, sizeof(bits));
    return static_cast<double>(result);
  };
  std::array<Bits, 4> lanes{};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane)
      lanes[lane] =
          std::max(lanes[lane], static_cast<Bits>(load<Bits>(data, i + lane) & kMagnitude));
  for (; i < count; ++i)
    lanes[0] = std::max(lanes[0], static_cast<Bits>(load<Bits>(data, i) & kMagnitude));
  Bits largest = *std::max_element(lanes.begin(), lanes.end());
  if (largest >= infinity) {
    largest = 0;
    for (i = 0; i < count; ++i) {
      const Bits bits = load<Bits>(data, i) & kMagnitude;
      facts.has_nan |= bits > infinity;
      facts.has_inf |= bits == infinity;
      if (bits < infinity) largest = std::max(largest, bits);
    }
  }
  facts.max_abs = std::max(facts.max_abs, value(largest));
}

template <class Integer>
void scan_integers(const std::byte* data, std::size_t count, TensorFacts& facts) {
  for (std::size_t i = 0; i < count; ++i)
    facts.max_abs = std::max(facts.max_abs, std::abs(static_cast<double>(load<Integer>(data, i))));
}

void scan_values(at::ScalarType type, const std::byte* data, std::size_t size, TensorFacts& facts) {
  switch (type) {
    case at::kFloat:
    case at::kComplexFloat:
      return scan_floats<float, std::uint32_t>(data, size / 4, 0x7F800000, facts);
    case at::kDouble:
    case at::kComplexDouble:
      return scan_floats<double, std::uint64_t>(data, size / 8, 0x7FF0000000000000, facts);
    case at::kHalf:
    case at::kComplexHalf:
      return scan_floats<c10::Half, std::uint16_t>(data, size / 2, 0x7C00, facts);
    case at::kBFloat16:
      return scan_floats<c10::BFloat16, std::uint16_t>(data, size / 2, 0x7F80, facts);
    case at::kLong:
      return scan_integers<std::int64_t>(data, size / 8, facts);
    case at::kInt:
      return scan_integers<std::int32_t>(data, size / 4, facts);
    case at::kShort:
      return scan_integers<std::int16_t>(data, size / 2, facts);
    case at::kChar:
      return scan_integers<std::int8_t>(data, size, facts);
    default:
      return scan_integers<std::uint8_t>(data, size, facts);
  }
}

bool can_be_scanned(const at::Tensor& tensor) {
  if (tensor.layout() != at::kStrided || !tensor.has_storage() || tensor.is_meta() ||
      tensor.is_quantized() || tensor._is_zerotensor())
    return false;
  return tensor.numel() == 0 || tensor.unsafeGetTensorImpl()->data() != nullptr;
}

/// The same values in ordinary memory, without lazy conjugation or negation.
at::Tensor in_plain_memory(const at::Tensor& tensor) {
  if (tensor.is_cpu() && !tensor.is_conj() && !tensor.is_neg()) return tensor;
  const UnhookedGuard unhooked;
  const at::AutoDispatchBelowADInplaceOrView below_autograd;
  return tensor.resolve_conj().resolve_neg().to(at::kCPU);
}

at::Tensor one_row(const at::Tensor& tensor, std::int64_t row) {
  const UnhookedGuard unhooked;
  const at::AutoDispatchBelowADInplaceOrView below_autograd;
  return tensor.select(0, row);
}

/// Calls `sink(data, size)` with the elements in row-major order. Where the order is free, memory
/// order serves, and an expanded dim is visited once.
template <class Sink>
void for_each_block(const at::Tensor& tensor, bool order_is_free, const Sink& sink) {
  const auto* const data = static_cast<const std::byte*>(tensor.unsafeGetTensorImpl()->data());
  const std::size_t item = tensor.element_size();
  if (tensor.is_contiguous() || (order_is_free && tensor.is_non_overlapping_and_dense()))
    return sink(data, static_cast<std::size_t>(tensor.numel()) * item);

  std::vector<std::int64_t> sizes = tensor.sizes().vec();
  const auto strides = tensor.strides();
  if (order_is_free)
    for (std::size_t d = 0; d < sizes.size(); ++d)
      if (strides[d] == 0) sizes[d] = std::min<std::int64_t>(sizes[d], 1);

  std::vector<std::byte> block;
  block.reserve(kBlock);
  std::vector<std::int64_t> at(sizes.size(), 0);
  const std::byte* element = data;
  for (bool more = true; more;) {
    if (block.size() == kBlock) {
      sink(block.data(), block.size());
      block.clear();
    }
    block.insert(block.end(), element, element + item);
    more = false;
    for (std::size_t d = sizes.size(); d-- > 0 && !more;) {
      const std::int64_t step = strides[d] * static_cast<std::int64_t>(item);
      more = ++at[d] < sizes[d];
      if (!more) at[d] = 0;
      element += more ? step : -step * (sizes[d] - 1);
    }
  }
  sink(block.data(), block.size());
}

}  // namespace

std::string_view dtype_name(at::ScalarType type) {
  switch (type) {
    case at::kFloat:
      return "float32";
    case at::kDouble:
      return "float64";
    case at::kHalf:
      return "float16";
    case at::kBFloat16:
      return "bfloat16";
    case at::kComplexHalf:
      return "complex32";
    case at::kComplexFloat:
      return "complex64";
    case at::kComplexDouble:
      return "complex128";
    case at::kLong:
      return "int64";
    case at::kInt:
      return "int32";
    case at::kShort:
      return "int16";
    case at::kChar:
      return "int8";
    case at::kByte:
      return "uint8";
    case at::kBool:
      return "bool";
    default:
      return c10::toString(type);
  }
}

TensorFacts facts_of(const at::Tensor& tensor, Scan scan) {
  TensorFacts facts;
  if (!tensor.defined()) return facts;
  facts.dtype = dtype_name(tensor.scalar_type());
  const c10::IntArrayRef sizes = tensor.sizes();
  facts.shape.assign(sizes.begin(), sizes.end());
  if (!(scan.values || scan.digest) || !can_be_scanned(tensor)) return facts;
  if (scan.rows > 0) {
    if (tensor.dim() == 0 || tensor.size(0) != scan.rows) return facts;
    return facts_of(one_row(tensor, scan.row), {scan.values, scan.digest});
  }

  Digest digest(static_cast<std::uint64_t>(tensor.scalar_type()));
  if (scan.digest)
    digest.add(reinterpret_cast<const std::byte*>(facts.shape.data()),
               facts.shape.size() * sizeof(std::int64_t));
  facts.scanned = true;
  if (tensor.numel() > 0) {
    Digest values(digest.value());
    const at::Tensor plain = in_plain_memory(tensor);
    for_each_block(plain, !scan.digest, [&](const std::byte* data, std::size_t size) {
      if (scan.values) scan_values(plain.scalar_type(), data, size, facts);
      if (scan.digest) values.add(data, size);
    });
    digest = values;
  }
  if (scan.digest) facts.digest = digest.value();
  return facts;
}

}  // namespace gradgrind::detail

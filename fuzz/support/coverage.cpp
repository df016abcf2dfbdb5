#include "gradgrind/fuzz/coverage.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "fuzz/support/afl_features.h"
#include "fuzz/support/message_shape.h"
#include "fuzz/support/storage_bounds.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/generators/source.h"
#include "properties/dispatch_hook.h"
#include "properties/operator_values.h"
#include "properties/tensor_scan.h"

namespace {

// libFuzzer clears and reads all of them for every input, at a word a step: 16 KiB cost more than
// a small loader.
constexpr std::size_t kCounters = gradgrind::fuzz::kFeaturePlaces;
__attribute__((used, section("__libfuzzer_extra_counters"))) std::uint8_t counters[kCounters];

constexpr std::size_t kMostExceptions = 1024;
constexpr std::size_t kKnownTexts = 1024;
// A larger result is looked at in part: the fuzzer needs a hint, not the maximum.
constexpr std::int64_t kMostElements = 4096;

}  // namespace

namespace gradgrind::fuzz {
namespace {

std::uint64_t joined(std::uint64_t a, std::uint64_t b) { return mix(a * 31 + b); }

std::uint64_t order_of(std::uint64_t size) {
  std::uint64_t bits = 0;
  while (size > 0) {
    ++bits;
    size >>= 1;
  }
  return bits;
}

// 0, then one bucket for 16 powers of two.
std::uint64_t magnitude_of(double largest) {
  if (!(largest > 0)) return 0;
  return static_cast<std::uint64_t>(std::ilogb(largest) / 4 + 1024);
}

// What of an operator stays the same from call to call.
struct OperatorFacts {
  std::uint64_t id = 0;
  bool has_values = false;  ///< Neither a view nor memory left as it is.
};

const OperatorFacts& facts_of_operator(const c10::OperatorHandle& op) {
  const c10::FunctionSchema& schema = op.schema();
  thread_local std::unordered_map<const c10::FunctionSchema*, OperatorFacts> known;
  const auto [found, is_new] = known.try_emplace(&schema);
  if (is_new) {
    OperatorFacts& facts = found->second;
    facts.id = joined(hash(schema.name()), hash(schema.overload_name()));
    facts.has_values = !detail::computes_no_values(op);
    for (const c10::Argument& result : schema.returns()) {
      if (result.alias_info() != nullptr && !detail::is_written(result)) facts.has_values = false;
    }
  }
  return found->second;
}

class OperatorNotes final : public detail::OperatorHook {
 public:
  void call(const c10::OperatorHandle& op, c10::DispatchKeySet keys,
            torch::jit::Stack& stack) override {
    const OperatorFacts facts = facts_of_operator(op);
    if (levers().operators) {
      note(Feature::operators, joined(before_, facts.id));
      before_ = facts.id;
    }
    proceed(op, keys, stack);
    if (levers().values && facts.has_values) {
      const std::size_t count = op.schema().returns().size();
      for (std::size_t i = stack.size() - count; i < stack.size(); ++i) {
        detail::for_each_tensor(stack[i],
                                [&](const at::Tensor& tensor) { note_values(facts.id, tensor); });
      }
    }
  }

  /// The next operator is the first of an input.
  void begin() { before_ = 0; }

 private:
  static void note_values(std::uint64_t id, const at::Tensor& tensor) {
    if (tensor.numel() > kMostElements || reaches_beyond_storage(tensor)) return;
    const TensorFacts facts = detail::facts_of(tensor, {true, false, 0, 0});
    if (!facts.scanned) return;
    const std::uint64_t flags = (facts.has_nan ? 1U : 0U) + (facts.has_inf ? 2U : 0U);
    note(Feature::values, joined(id, joined(flags, magnitude_of(facts.max_abs))));
  }

  std::uint64_t before_ = 0;
};

}  // namespace

void note(Feature kind, std::uint64_t value) {
  const std::size_t place = joined(static_cast<std::uint64_t>(kind), value) % kCounters;
  if (counters[place] < 255) ++counters[place];
  note_for_afl(place);
}

namespace {

std::uint64_t feature_of_exception(const std::string& type, const std::string& message) {
  static std::unordered_set<std::uint64_t> known;
  const std::uint64_t seen = joined(hash(type), hash(shape_of_message(message)));
  if (known.size() == kMostExceptions && known.count(seen) == 0) return hash(type);
  known.insert(seen);
  return seen;
}

}  // namespace

void note_result(const at::Tensor& tensor) {
  if (!levers().results || !tensor.defined()) return;
  std::uint64_t seen = joined(static_cast<std::uint64_t>(tensor.scalar_type()),
                              static_cast<std::uint64_t>(tensor.dim()));
  seen = joined(seen, order_of(static_cast<std::uint64_t>(tensor.numel())));
  if (tensor.layout() == at::kStrided) {
    const bool has_zero = std::any_of(tensor.strides().begin(), tensor.strides().end(),
                                      [](std::int64_t stride) { return stride == 0; });
    seen = joined(seen, (tensor.is_contiguous() ? 1U : 0U) + (has_zero ? 2U : 0U));
  }
  note(Feature::result, seen);
}

void note_exception(const std::string& type, const std::string& message) {
  if (!levers().exceptions) return;
  // Most texts come again letter by letter, and to normalise one costs as much as to throw it.
  struct Known {
    std::uint64_t text = 0;
    std::uint64_t feature = 0;
  };
  static std::array<Known, kKnownTexts> known;  // each in the place of its hash
  const std::uint64_t text = joined(hash(type), hash(message));
  Known& place = known[text % kKnownTexts];
  if (place.text != text) place = {text, feature_of_exception(type, message)};
  note(Feature::exception, place.feature);
}

void note_size(Feature kind, std::uint64_t what, std::uint64_t bytes) {
  note(kind, joined(what, order_of(bytes)));
}

struct OperatorCoverage::Installed {
  std::shared_ptr<OperatorNotes> notes = std::make_shared<OperatorNotes>();
  detail::HookGuard guard{notes};
};

OperatorCoverage::OperatorCoverage() {
  if (levers().operators || levers().values) {
    installed_ = std::make_unique<Installed>();
  }
}

OperatorCoverage::~OperatorCoverage() = default;

void OperatorCoverage::begin_input() {
  if (installed_ != nullptr) installed_->notes->begin();
}

std::size_t features_noted() {
  return kCounters - static_cast<std::size_t>(std::count(counters, counters + kCounters, 0));
}

void forget_features() { std::fill(counters, counters + kCounters, std::uint8_t{0}); }

}  // namespace gradgrind::fuzz

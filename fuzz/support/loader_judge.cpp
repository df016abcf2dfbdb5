#include "fuzz/support/loader_judge.h"

#include <c10/util/Exception.h>
#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <istream>
#include <new>

#include "fuzz/support/faulty_buffer.h"
#include "fuzz/support/file_in_memory.h"
#include "fuzz/support/heap_budget.h"
#include "fuzz/support/message_shape.h"
#include "gradgrind/fuzz/coverage.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/properties/hostile_memory.h"
#include "gradgrind/properties/materialise.h"

namespace gradgrind::fuzz {
namespace {

std::string first_line(const std::string& text) {
  constexpr std::size_t kMost = 300;
  return text.substr(0, std::min(text.find('\n'), kMost));
}

// The result as values, to be compared with another run's. Undefined tensors have none, nor have
// those that a few bytes made huge, by strides of zero.
std::vector<Array> values_of(const Outputs& outputs) {
  constexpr std::int64_t kMostElements = 1 << 26;
  std::vector<Array> values;
  for (const at::Tensor& tensor : outputs.tensors) {
    const bool has_values = tensor.defined() && tensor.numel() <= kMostElements;
    values.push_back(has_values ? array_of(tensor) : Array());
  }
  return values;
}

}  // namespace

struct LoaderJudge::Run {
  std::optional<Outputs> outputs;
  std::exception_ptr thrown;
  const std::type_info* type = nullptr;  // of what was thrown; null for what is no C++ exception
  std::string message;
  HeapUse heap;
  TensorMemoryUse tensors;
  std::uint64_t budget = 0;
  /// What was loaded may refer to the bytes that it was loaded from.
  std::unique_ptr<const GuardedBytes> bytes;

  // To be called where an exception is caught.
  void keep_thrown(std::string text) {
    thrown = std::current_exception();
    type = abi::__cxa_current_exception_type();
    message = std::move(text);
  }

  const std::string& name_of_type() const {
    static const std::string no_name;
    return type == nullptr ? no_name : type_name(*type);
  }
};

std::string TestedFile::words() const {
  if (!what.empty()) return what;
  if (undamaged != nullptr && edits != nullptr) return describe(*undamaged, *edits);
  return "a file of " + std::to_string(bytes.size()) + " bytes";
}

// From a stream or a file.
Outputs LoaderJudge::load_from_outside(const TestedFile& file, std::string_view bytes,
                                       Way way) const {
  const LoaderData& data = loader_.data();
  if (way == Way::stream) {
    FaultyBuffer buffer(bytes, file.one_byte_a_read, file.fails_after);
    std::istream stream(&buffer);
    return data.stream(stream);
  }
  if (!file.path.empty()) return data.file(file.path);
  const FileInMemory written(bytes);
  return data.file(written.path());
}

// Small and apart, with few handlers: most files are refused, and unwinding reads the tables of
// every frame that it passes and compares types in every handler.
void LoaderJudge::attempt(const TestedFile& file, std::string_view bytes, Way way, Run& run) const {
  try {
    run.outputs =
        way == Way::memory ? loader_.data().memory(bytes) : load_from_outside(file, bytes, way);
  } catch (const std::exception& error) {
    const auto* const of_torch = dynamic_cast<const c10::Error*>(&error);
    run.keep_thrown(of_torch == nullptr ? error.what() : of_torch->what_without_backtrace());
  } catch (...) {
    run.keep_thrown("");
  }
}

LoaderJudge::Run LoaderJudge::run(const TestedFile& file, Way way, std::optional<std::uint8_t> fill,
                                  bool guards) const {
  const LoaderData& data = loader_.data();
  Run run;
  const std::size_t size = file.bytes.size();
  run.budget =
      data.bytes + static_cast<std::uint64_t>(data.bytes_per_byte * static_cast<double>(size));
  std::string_view bytes = file.bytes;
  if (guards) {
    // Mapped pages cost more than a small file's loading.
    run.bytes = std::make_unique<const GuardedBytes>(size);
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(run.bytes->data()));
    bytes = {reinterpret_cast<const char*>(run.bytes->data()), size};
  }
  HostileMemoryOptions options;
  options.guards = guards;
  options.fill = fill;
  options.most_at_once = options.most_together = run.budget;
  const HostileMemory memory(options);
  const HeapBudget heap(run.budget, fill);
  attempt(file, bytes, way, run);
  run.heap = heap.use();
  run.tensors = memory.use();
  return run;
}

LoaderFinding LoaderJudge::finding(const TestedFile& file, Way way, std::string verdict,
                                   std::string message, const std::string& site) const {
  LoaderFinding found;
  found.loader = loader_.name();
  found.verdict = std::move(verdict);
  found.damage = file.damage;
  found.what = file.words();
  found.message = std::move(message);
  found.site = shape_of_message(site);
  found.way = way;
  found.bytes = file.bytes;
  return found;
}

bool LoaderJudge::documents(const std::exception_ptr& thrown, const std::type_info* type) const {
  const auto [known, is_new] = documented_.try_emplace(type, false);
  if (!is_new) return known->second;
  const auto& accepted = loader_.data().accepted;
  known->second =
      std::any_of(accepted.begin(), accepted.end(),
                  [&](const auto& one) { return one.matches(thrown); }) ||
      (accepted.empty() && LoaderData::Accepted::of<std::runtime_error>().matches(thrown));
  return known->second;
}

std::optional<LoaderFinding> LoaderJudge::judge_refusal(const TestedFile& file, Way way,
                                                        const Run& run) const {
  if (!documents(run.thrown, run.type)) {
    std::string documented;
    for (const auto& type : loader_.data().accepted) {
      documented += (documented.empty() ? "" : ", ") + type.name;
    }
    if (documented.empty()) documented = "std::runtime_error";
    const std::string& type = run.name_of_type();
    return finding(
        file, way, "wrong exception",
        fmt::format("throws {}: {}; it documents {}", type, first_line(run.message), documented),
        type + ": " + run.message);
  }
  if (file.expectation == Expectation::loads) {
    return finding(file, way, "refuses a valid file",
                   "nothing is wrong with the file, and it is refused: " + first_line(run.message),
                   run.message);
  }
  return std::nullopt;
}

std::optional<LoaderFinding> LoaderJudge::judge_result(const TestedFile& file, Way way,
                                                       const Run& run) const {
  const LoaderData& data = loader_.data();
  for (std::size_t i = 0; i < run.outputs->count(); ++i) {
    const std::string& path = run.outputs->paths[i];
    const std::string broken = broken_tensor(path.empty() ? "the tensor" : path, (*run.outputs)[i]);
    if (!broken.empty()) return finding(file, way, "wrong value", broken, broken);
    note_result((*run.outputs)[i]);
  }
  std::string broken = broken_schema(data.outputs, *run.outputs);
  for (const auto& [what, holds] : data.invariants) {
    if (!broken.empty()) break;
    try {
      if (!holds(*run.outputs)) broken = "what was loaded breaks: " + what;
    } catch (const std::exception& error) {
      broken = "what was loaded breaks: " + what + ", which throws: " + first_line(error.what());
    } catch (...) {
      broken = "what was loaded breaks: " + what + ", which throws something that is no exception";
    }
  }
  if (!broken.empty()) return finding(file, way, "wrong value", broken, broken);
  const bool is_tolerated =
      std::any_of(data.tolerated.begin(), data.tolerated.end(),
                  [&](const auto& tolerated) { return tolerated.first == file.damage; });
  if (file.expectation == Expectation::refuses && !is_tolerated) {
    std::string got;
    for (const at::Tensor& tensor : run.outputs->tensors) {
      got += (got.empty() ? "" : ", ") + to_string(tensor.sizes().vec());
    }
    const std::string message =
        "loads the file, and gives back " + (got.empty() ? "no tensor" : "tensors of " + got);
    return finding(file, way, file.is_truncation ? "partial" : "wrong value", message, file.damage);
  }
  const bool holds_known =
      file.expectation == Expectation::loads || file.expectation == Expectation::loads_or_refuses;
  if (holds_known && data.compares && file.undamaged != nullptr) {
    const std::string different = difference(file.undamaged->content, *run.outputs);
    if (!different.empty()) {
      return finding(file, way, "wrong value", different, "differs from what the file holds");
    }
  }
  return std::nullopt;
}

Judged LoaderJudge::judge(const TestedFile& file, Way way, Depth depth) const {
  constexpr std::uint8_t kFill = 0xA5;
  constexpr std::uint8_t kOtherFill = 0x5A;
  const bool guards = depth != Depth::once;
  const std::optional<std::uint8_t> fill =
      depth == Depth::thorough ? std::optional<std::uint8_t>(kFill) : std::nullopt;
  const Run first = run(file, way, fill, guards);
  Judged judged;
  judged.loaded = first.outputs.has_value();
  if (!judged.loaded && levers().exceptions) note_exception(first.name_of_type(), first.message);
  if (levers().allocations) {
    note_size(Feature::allocation, 0, first.heap.largest);
    note_size(Feature::allocation, 1, first.tensors.total);
  }
  if (first.heap.refused || first.tensors.refused) {
    const std::uint64_t largest = std::max(first.heap.largest, first.tensors.largest);
    judged.finding = finding(
        file, way, "over-allocates",
        fmt::format("asks for {} bytes at once, or for more than {} together, for a file of {}",
                    largest, first.budget, file.bytes.size()),
        first.tensors.refused ? "tensors" : "heap");
    return judged;
  }
  judged.finding = judged.loaded ? judge_result(file, way, first) : judge_refusal(file, way, first);
  if (judged.finding.has_value() || depth != Depth::thorough) return judged;

  const auto is_alike = [&](const Run& other) {
    if (other.outputs.has_value() != judged.loaded) return false;
    if (!judged.loaded) return other.type == first.type;
    return values_of(*other.outputs) == values_of(*first.outputs);
  };
  if (!is_alike(run(file, way, kOtherFill, true))) {
    const bool is_fill = is_alike(run(file, way, kFill, true));
    judged.finding =
        finding(file, way, is_fill ? "uninitialised" : "non-deterministic",
                is_fill ? "what comes back depends on what fresh memory holds: it was never written"
                        : "the same bytes give another answer",
                "");
  }
  return judged;
}

Judged LoaderJudge::judge_with_receiver(const TestedFile& file, Way way, Depth depth) const {
  Judged judged = judge(file, way, depth);
  if (!judged.loaded && !judged.finding.has_value()) judged.finding = judge_receiver(file);
  return judged;
}

std::optional<LoaderFinding> LoaderJudge::judge_receiver(const TestedFile& file) const {
  const auto& receiver = loader_.data().receiver;
  if (!receiver.has_value() || file.undamaged == nullptr) return std::nullopt;
  const std::shared_ptr<void> object = receiver->make();
  try {
    receiver->load(object.get(), encoded(file.undamaged->fields));
  } catch (...) {
    return std::nullopt;  // judge() says that a valid file is refused
  }
  const std::vector<Array> before = values_of(receiver->read(object.get()));
  try {
    receiver->load(object.get(), file.bytes);
    return std::nullopt;
  } catch (...) {
    try {
      if (values_of(receiver->read(object.get())) == before) return std::nullopt;
    } catch (...) {
      // Then it is changed: it could be read before.
    }
    return finding(file, Way::memory, "state broken",
                   "the file is refused, and what was loaded before is changed", "");
  }
}

}  // namespace gradgrind::fuzz

#include "properties/groups/broken_archives.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <torch/nn/module.h>
#include <torch/serialize/input-archive.h>
#include <torch/serialize/output-archive.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <vector>

#include "properties/compare.h"
#include "properties/groups/far_ids.h"
#include "properties/groups/support.h"
#include "properties/journal.h"

namespace gradgrind {
namespace {

using torch::serialize::InputArchive;
using torch::serialize::OutputArchive;

// -- Damage ---------------------------------------------------------------------------------------

struct Damaged {
  std::string what;   ///< "an archive cut short".
  std::string bytes;  ///< Empty where there is nothing to damage in this way.
  bool may_load_otherwise = false;
};

std::string cut_short(const std::string& bytes, std::uint64_t choice) {
  const std::uint64_t size = bytes.size();
  const std::uint64_t lengths[] = {0, 1, size / 2, size - 1, choice / 8 % size};
  return bytes.substr(0, lengths[choice % 8 % std::size(lengths)]);
}

// In the last entry of the directory, or in what stands behind it.
std::string flipped(std::string bytes, std::uint64_t choice) {
  const std::size_t directory = bytes.rfind("PK\1\2");
  if (directory == std::string::npos) return {};
  const std::size_t place = directory + choice / 8 % (bytes.size() - directory);
  bytes[place] = static_cast<char>(static_cast<unsigned char>(bytes[place]) ^ (1U << choice % 8));
  return bytes;
}

std::string joined(const std::string& prefix, const std::string& key) {
  return prefix.empty() ? key : prefix + "." + key;
}

// Names an entry and says what becomes of it: undefined where it is left out.
using Edit = std::function<at::Tensor(const std::string& name, const at::Tensor& tensor)>;

void copy_edited(InputArchive& from, const std::string& prefix, const Edit& edit,
                 OutputArchive& to) {
  for (const std::string& key : from.keys()) {
    InputArchive child;
    at::Tensor tensor;
    if (from.try_read(key, child)) {
      OutputArchive copy(to.compilation_unit());
      copy_edited(child, joined(prefix, key), edit, copy);
      to.write(key, copy);
    } else if (from.try_read(key, tensor)) {
      const at::Tensor edited = edit(joined(prefix, key), tensor);
      if (edited.defined()) to.write(key, edited);
    } else {
      c10::IValue value;
      from.read(key, value);
      to.write(key, value);
    }
  }
}

std::string edited(const std::string& bytes, const Edit& edit) {
  std::istringstream stream(bytes);
  InputArchive original;
  original.load_from(stream);
  OutputArchive copy;
  copy_edited(original, "", edit, copy);
  std::ostringstream written;
  copy.save_to(written);
  return written.str();
}

at::Tensor of_another_shape(const at::Tensor& tensor, bool of_one_element) {
  const at::NoGradGuard no_grad;
  if (tensor.dim() == 0) return tensor.detach().expand({2}).clone();
  if (tensor.numel() < 2 || !of_one_element) return at::cat({tensor.detach(), tensor.detach()}, 0);
  const std::vector<std::int64_t> ones(static_cast<std::size_t>(tensor.dim()), 1);
  return tensor.detach().reshape({-1}).narrow(0, 0, 1).reshape(ones).clone();
}

// The parameters that stand in the archive under their own names.
std::vector<std::string> saved_parameters(const Model& model, const std::string& bytes) {
  std::set<std::string> own;
  for (const NamedTensor& parameter : model.parameters()) {
    if (parameter.tensor.numel() > 0) own.insert(parameter.name);
  }
  std::vector<std::string> found;
  edited(bytes, [&](const std::string& name, const at::Tensor& tensor) {
    if (own.count(name) != 0) found.push_back(name);
    return tensor;
  });
  return found;
}

std::vector<Damaged> damaged(const Trial& trial, const Model& model, const std::string& bytes) {
  std::vector<Damaged> all = {
      {"an archive cut short", cut_short(bytes, trial.seed("length of an archive"))},
      {"an archive with a flipped byte", flipped(bytes, trial.seed("flipped byte"))}};
  const std::vector<std::string> parameters = saved_parameters(model, bytes);
  if (parameters.empty()) return all;
  const std::string chosen = parameters[trial.seed("damaged parameter") % parameters.size()];
  const bool of_one_element = trial.seed("another shape") % 2 == 0;
  all.push_back({"an archive with " + chosen + " of another shape",
                 edited(bytes, [&](const std::string& name, const at::Tensor& tensor) {
                   return name == chosen ? of_another_shape(tensor, of_one_element) : tensor;
                 })});
  // What is missing may have come after the archive was written: a loader may go on without it.
  all.push_back({"an archive without " + chosen,
                 edited(bytes,
                        [&](const std::string& name, const at::Tensor& tensor) {
                          return name == chosen ? at::Tensor() : tensor;
                        }),
                 /*may_load_otherwise=*/true});
  return all;
}

// -- Loading --------------------------------------------------------------------------------------

using Load = std::function<void(const Model&, const std::string& bytes)>;

// What torch::nn::Module::load does, whatever the modules override.
void load_as_the_library_does(torch::nn::Module& module, InputArchive& archive) {
  for (auto& parameter : module.named_parameters(/*recurse=*/false)) {
    archive.read(parameter.key(), parameter.value());
  }
  for (auto& buffer : module.named_buffers(/*recurse=*/false)) {
    archive.read(buffer.key(), buffer.value(), /*is_buffer=*/true);
  }
  for (const auto& child : module.named_children()) {
    if (!child.value()->is_serializable()) continue;
    InputArchive of_child;
    archive.read(child.key(), of_child);
    load_as_the_library_does(*child.value(), of_child);
  }
}

void load_by_the_library(const Model& model, const std::string& bytes) {
  std::istringstream stream(bytes);
  InputArchive archive;
  archive.load_from(stream);
  load_as_the_library_does(*model.module(), archive);
}

void load_by_the_subject(const Model& model, const std::string& bytes) { model.load(bytes); }

struct Loaded {
  bool refused = false;
  std::vector<NamedTensor> state;
  std::optional<Outputs> outputs;  ///< None where weights have other shapes or dtypes.
};

using Compare = bool (*)(const at::Tensor&, const at::Tensor&);

bool has_same_form(const at::Tensor& a, const at::Tensor& b) {
  return a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
}

// Position of the first entry that differs, or how many there are.
std::size_t first_other(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b,
                        Compare compare) {
  const auto found = std::mismatch(
      a.begin(), a.end(), b.begin(), b.end(), [compare](const auto& one, const auto& other) {
        return one.name == other.name && compare(one.tensor, other.tensor);
      });
  return static_cast<std::size_t>(found.first - a.begin());
}

bool agree_in(const std::vector<NamedTensor>& a, const std::vector<NamedTensor>& b,
              Compare compare) {
  return a.size() == b.size() && first_other(a, b, compare) == a.size();
}

Loaded loaded(const Trial& trial, const Model& model, const std::vector<NamedTensor>& before,
              const std::string& bytes, const Load& load) {
  model.restore(before);
  Loaded result;
  result.refused = is_refused([&] { load(model, bytes); });
  result.state = model.snapshot();
  // A forward whose weights do not fit one another may do anything.
  if (agree_in(before, result.state, has_same_form)) {
    const at::NoGradGuard no_grad;
    const Phase phase("forward");
    result.outputs = model.forward(trial.inputs(), trial.tested().seed);
  }
  return result;
}

bool are_same(const Trial& trial, const Loaded& a, const Loaded& b) {
  if (!agree_in(a.state, b.state, same_bits)) return false;
  if (a.outputs.has_value() != b.outputs.has_value()) return false;
  return !a.outputs.has_value() || !bits_differ(trial, *a.outputs, "", *b.outputs, "").has_value();
}

// -- Verdicts -------------------------------------------------------------------------------------

Verdict accepted(const Damaged& damage) {
  return failure("accepted", "",
                 damage.what + " is loaded without an exception, and is not what was saved");
}

Verdict half_loaded(const Damaged& damage, const std::vector<NamedTensor>& before,
                    const std::vector<NamedTensor>& after) {
  const std::size_t other = first_other(before, after, same_bits);
  const std::string name = other < before.size() ? before[other].name : "";
  const std::string changed = name.empty() ? "what the subject gives" : name;
  const bool is_comparable =
      other < before.size() && has_same_form(before[other].tensor, after[other].tensor);
  return failure("half loaded", name, damage.what + " is refused, and yet changes " + changed,
                 is_comparable ? worst_text(name, before[other].tensor, "before",
                                            after[other].tensor, "after the refusal")
                               : std::string());
}

void scramble(const Model& model) {
  const at::NoGradGuard no_grad;
  for (const NamedTensor& entry : model.state()) {
    at::Tensor tensor = entry.tensor;
    if (tensor.is_floating_point()) tensor.add_(1);
  }
}

}  // namespace

Verdict check_broken_archives(Trial& trial) {
  if (auto verdict = unless_deterministic(trial)) return *verdict;
  const std::string bytes = trial.model().save();
  const std::vector<Damaged> archives = damaged(trial, trial.model(), bytes);
  // Other weights than those that were saved, so that a half-loaded archive shows.
  const std::unique_ptr<Model> twin = trial.another(/*seed_offset=*/1);
  const Model& model = twin != nullptr ? *twin : trial.model();
  if (twin == nullptr) scramble(model);
  const std::vector<NamedTensor> before = model.snapshot();
  const Loaded intact = loaded(trial, model, before, bytes, load_by_the_subject);
  if (intact.refused) return Verdict::discarded("what it saves does not load: see saves_and_loads");
  const Loaded untouched =
      loaded(trial, model, before, bytes, [](const Model&, const std::string&) {});
  for (const Damaged& damage : archives) {
    if (damage.bytes == bytes) continue;
    const Loaded result = loaded(trial, model, before, damage.bytes, load_by_the_subject);
    if (!result.refused && damage.may_load_otherwise) continue;
    if (are_same(trial, result, result.refused ? untouched : intact)) continue;
    const Loaded by_library = loaded(trial, model, before, damage.bytes, load_by_the_library);
    if (by_library.refused == result.refused && are_same(trial, by_library, result)) continue;
    return result.refused ? half_loaded(damage, before, result.state) : accepted(damage);
  }
  return Verdict::holds();
}

}  // namespace gradgrind

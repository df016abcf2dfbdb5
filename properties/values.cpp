#include "gradgrind/properties/values.h"

#include <fmt/format.h>

#include <algorithm>

namespace gradgrind {
namespace {

std::vector<std::string> slot_names(const std::vector<Inputs::Slot>& slots) {
  std::vector<std::string> names;
  for (const Inputs::Slot& slot : slots) names.push_back(slot.name);
  return names;
}

const at::Tensor& only_tensor(const Inputs::Slot& slot) {
  static const at::Tensor kAbsent;
  if (slot.is_list) {
    throw UsageError(
        fmt::format("Inputs[\"{0}\"]: this input is a list; use Inputs::list(\"{0}\")", slot.name));
  }
  return slot.tensors.empty() ? kAbsent : slot.tensors.front();
}

// What may stand in Inputs[...] and Outputs[...].
std::string positions(std::size_t count) { return fmt::format("positions are 0 .. {}", count - 1); }

}  // namespace

const Inputs::Slot& Inputs::slot(const std::string& name) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [&](const Slot& candidate) { return candidate.name == name; });
  if (found == slots_.end()) {
    throw UsageError(
        fmt::format("Inputs[\"{}\"]: {}", name, unknown_name("input", name, slot_names(slots_))));
  }
  return *found;
}

const at::Tensor& Inputs::operator[](const std::string& name) const {
  return only_tensor(slot(name));
}

at::Tensor& Inputs::operator[](const std::string& name) {
  return const_cast<at::Tensor&>(std::as_const(*this)[name]);
}

const at::Tensor& Inputs::operator[](std::size_t position) const {
  if (slots_.empty()) {
    throw UsageError(fmt::format(
        "Inputs[{}]: there is none; declare it with .input() or, for a loss, with .target()",
        position));
  }
  if (position >= slots_.size()) {
    throw UsageError(fmt::format("Inputs[{}]: it holds {}; {}", position,
                                 fmt::join(slot_names(slots_), ", "), positions(slots_.size())));
  }
  return only_tensor(slots_[position]);
}

std::int64_t Inputs::size(const std::string& dim) const {
  const auto found = dims_.sizes.find(dim);
  if (found == dims_.sizes.end()) {
    throw_unknown_dim(fmt::format("Inputs::size(\"{}\")", dim), dim, dims_);
  }
  return found->second;
}

const std::vector<at::Tensor>& Inputs::list(const std::string& name) const {
  return slot(name).tensors;
}

const at::Tensor& Outputs::operator[](std::size_t position) const {
  if (position < tensors.size()) return tensors[position];
  if (tensors.empty()) {
    throw UsageError(fmt::format("Outputs[{}]: the subject gave back no tensor", position));
  }
  throw UsageError(fmt::format("Outputs[{}]: the subject gave back {} tensor{}; {}", position,
                               tensors.size(), tensors.size() == 1 ? "" : "s",
                               positions(tensors.size())));
}

const ParameterValue& find_parameter(const std::map<std::string, ParameterValue>& parameters,
                                     const std::string& name, const std::string& call) {
  const auto found = parameters.find(name);
  if (found != parameters.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [known_name, value] : parameters) known.push_back(known_name);
  throw UsageError(
      fmt::format("{}(\"{}\"): {}", call, name, unknown_name("parameter", name, known)));
}

void throw_unknown_dim(const std::string& call, const std::string& name, const Dims& dims) {
  std::vector<std::string> known;
  for (const auto& [known_name, size] : dims.sizes) known.push_back(known_name);
  throw UsageError(call + ": " + unknown_name("dim", name, known));
}

void throw_parameter_type(const std::string& name, const ParameterValue& value) {
  static const char* const kTypes[] = {"bool", "std::int64_t", "double", "std::string",
                                       "the type of its generator"};
  throw UsageError("parameter '" + name + "' has the value " + to_string(value) +
                   " and is read with another type; ask for " + kTypes[value.index()]);
}

}  // namespace gradgrind

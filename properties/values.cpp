#include "gradgrind/properties/values.h"

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
    throw UsageError("Inputs[\"" + slot.name + "\"]: this input is a list; use list(\"" +
                     slot.name + "\")");
  }
  return slot.tensors.empty() ? kAbsent : slot.tensors.front();
}

}  // namespace

const Inputs::Slot& Inputs::slot(const std::string& name) const {
  const auto found = std::find_if(slots_.begin(), slots_.end(),
                                  [&](const Slot& candidate) { return candidate.name == name; });
  if (found == slots_.end()) throw UsageError(unknown_name("input", name, slot_names(slots_)));
  return *found;
}

const at::Tensor& Inputs::operator[](const std::string& name) const {
  return only_tensor(slot(name));
}

at::Tensor& Inputs::operator[](const std::string& name) {
  return const_cast<at::Tensor&>(std::as_const(*this)[name]);
}

const at::Tensor& Inputs::operator[](std::size_t position) const {
  return only_tensor(slots_.at(position));
}

const std::vector<at::Tensor>& Inputs::list(const std::string& name) const {
  return slot(name).tensors;
}

const ParameterValue& find_parameter(const std::map<std::string, ParameterValue>& parameters,
                                     const std::string& name) {
  const auto found = parameters.find(name);
  if (found != parameters.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [known_name, value] : parameters) known.push_back(known_name);
  throw UsageError(unknown_name("parameter", name, known));
}

void throw_parameter_type(const std::string& name, const ParameterValue& value) {
  static const char* const kTypes[] = {"bool", "std::int64_t", "double", "std::string",
                                       "the type of its generator"};
  throw UsageError("parameter '" + name + "' has the value " + to_string(value) +
                   " and is read with another type; ask for " + kTypes[value.index()]);
}

}  // namespace gradgrind

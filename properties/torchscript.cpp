#include "gradgrind/properties/torchscript.h"

#include <c10/util/Exception.h>
#include <torch/csrc/jit/serialization/import.h>
#include <torch/nn/module.h>
#include <torch/script.h>

#include <filesystem>
#include <memory>
#include <system_error>

namespace gradgrind {
namespace {

// A TorchScript module with the face of a torch::nn::Module, so that parameters, modes and saving
// need no second path.
class ScriptedModule : public torch::nn::Module {
 public:
  explicit ScriptedModule(torch::jit::Module scripted) : scripted_(std::move(scripted)) {
    for (const auto& parameter : scripted_.named_parameters()) {
      register_parameter(registered_name(parameter.name), parameter.value,
                         parameter.value.requires_grad());
    }
    for (const auto& buffer : scripted_.named_buffers()) {
      register_buffer(registered_name(buffer.name), buffer.value);
    }
  }

  void train(bool on) override {
    Module::train(on);
    scripted_.train(on);
  }

  torch::jit::IValue call(const Inputs& inputs) {
    std::vector<torch::jit::IValue> arguments;
    for (const Inputs::Slot& slot : inputs.slots()) {
      if (slot.is_list) {
        arguments.emplace_back(c10::List<at::Tensor>(slot.tensors));
      } else if (slot.tensors.empty()) {
        arguments.emplace_back();
      } else {
        arguments.emplace_back(slot.tensors.front());
      }
    }
    return scripted_.forward(std::move(arguments));
  }

 private:
  // A dot separates submodules in LibTorch, and names of parameters may hold none.
  static std::string registered_name(std::string name) {
    for (char& letter : name) {
      if (letter == '.') letter = '/';
    }
    return name;
  }

  torch::jit::Module scripted_;
};

std::string called(const std::string& file) { return "torchscript(\"" + file + "\"): "; }

// `file` is where the module came from, `path` the value's place in what it gave back.
void append(const std::string& file, const torch::jit::IValue& value, const std::string& path,
            Outputs& outputs) {
  const auto member = [&](std::size_t position) { return detail::member(path, position); };
  if (value.isTensor()) {
    outputs.tensors.push_back(value.toTensor());
    outputs.paths.push_back(path);
  } else if (value.isTuple()) {
    const auto& elements = value.toTupleRef().elements();
    for (std::size_t i = 0; i < elements.size(); ++i) append(file, elements[i], member(i), outputs);
  } else if (value.isList()) {
    const auto elements = value.toListRef();
    for (std::size_t i = 0; i < elements.size(); ++i) append(file, elements[i], member(i), outputs);
  } else if (value.isGenericDict()) {
    for (const auto& entry : value.toGenericDict()) {
      append(file, entry.value(),
             path.empty() ? entry.key().toStringRef() : path + "." + entry.key().toStringRef(),
             outputs);
    }
  } else if (!value.isNone()) {
    throw UsageError(called(file) + "the module gives back a " + value.tagKind() +
                     "; export a wrapper that returns tensors, or tuples, lists and dicts of them");
  }
}

std::shared_ptr<ScriptedModule> load(const std::string& path) {
  try {
    return std::make_shared<ScriptedModule>(torch::jit::load(path));
  } catch (const c10::Error& error) {
    std::string text = called(path) + "the file cannot be read";
    if (std::filesystem::path(path).is_relative()) {
      std::error_code ignored;
      text += " (a relative path starts at the working directory, " +
              std::filesystem::current_path(ignored).string() + ")";
    }
    throw UsageError(text + ": " + error.what_without_backtrace());
  }
}

}  // namespace

Contract torchscript(const std::string& name, const std::string& path, Location location) {
  Subject subject;
  subject.kind = Subject::Kind::instance;
  auto loaded = std::make_shared<std::shared_ptr<ScriptedModule>>();
  subject.build = [path, loaded](const Draw&) {
    if (*loaded == nullptr) *loaded = load(path);
    const std::shared_ptr<ScriptedModule> module = *loaded;
    return Built{module,
                 [module, path](const Inputs& inputs) {
                   Outputs outputs;
                   append(path, module->call(inputs), "", outputs);
                   return outputs;
                 },
                 nullptr};
  };
  return Contract(name, std::move(subject), location);
}

}  // namespace gradgrind

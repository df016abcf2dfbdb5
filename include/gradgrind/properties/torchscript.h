// Exported models as subjects.
//
// Layer 3, properties.
#pragma once

#include <string>

#include "gradgrind/properties/contract.h"

namespace gradgrind {

/// A contract over a module from a TorchScript file, as torch.jit.save() writes it: point Gradgrind
/// at a model that was exported from Python. It is an instance: run as it is, on the CPU.
///
/// The file is read when the contract is first checked; one that cannot be read is a failure there,
/// with LibTorch's reason.
Contract torchscript(const std::string& name, const std::string& path,
                     Location location = Location::here());

}  // namespace gradgrind

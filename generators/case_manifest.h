// The manifest of a case file: all of it but the elements of its tensors, as one JSON text.
//
// Layer 2, generators.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradgrind/generators/case_file.h"

namespace gradgrind::detail {

/// An array of a case under its name in the file. Refers to the case.
struct StoredArray {
  std::string name;  ///< "input/x", "input/xs/0", "weight/fc.bias".
  const Array* values = nullptr;
};

/// All arrays of a case: inputs in order, then weights.
std::vector<StoredArray> stored_arrays(const Case& a_case);

/// The manifest as JSON.
std::string manifest_of(const CaseFile& file);

/// Gives the array that the file stores under a name, as one of that dtype.
using LoadArray = std::function<Array(const std::string& name, DType dtype)>;

/// Reads a manifest, and the arrays that it names by `load`. Opaque parameters come back without a
/// value. Throws Malformed, or UsageError for a name that no dtype, device, layout or policy has.
CaseFile parse_manifest(const std::string& manifest, const LoadArray& load);

}  // namespace gradgrind::detail

// Cases of a contract on disk.
#pragma once

#include <string>

#include "gradgrind/generators/case_file.h"
#include "gradgrind/properties/check.h"

namespace gradgrind {

/// Reads a case file for `contract`: reads dims off the shapes where the file has none (a case
/// saved in production), makes opaque parameters again, and checks that the case is of the
/// contract. Throws UsageError with the path and what does not fit.
CaseFile stored_case(const Contract& contract, const std::string& path);

/// Stores the smallest case of a finding under <folder>/<contract>/<property>-<hash>.safetensors
/// and sets its path. Where that fails the finding goes on without a file and the reason is
/// returned.
std::string store(Finding& finding, const std::string& folder);

}  // namespace gradgrind

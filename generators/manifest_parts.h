// The parts of a manifest that stand alone: texts, parameters, layouts.
//
// Layer 2, generators.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "generators/strict_json.h"
#include "gradgrind/generators/case.h"

namespace gradgrind::detail {

/// A string where `text` is UTF-8, else {"hex": "..."} of its bytes: messages of exceptions may
/// hold any bytes, and an identity must read back as it was.
nlohmann::ordered_json text_json(const std::string& text);
std::string read_text(const JsonCursor& json);

/// {"type": "int", "value": 3} and so on.
nlohmann::ordered_json parameter_json(const ParameterValue& value);
ParameterValue read_parameter(const JsonCursor& json);

/// Fields that are empty are left out.
nlohmann::ordered_json layout_json(const Layout& layout);
/// Throws Malformed for a layout that `values` cannot have.
Layout read_layout(const JsonCursor& json, const Array& values);

/// The text of `json`. Throws UsageError for a name that is not UTF-8.
std::string dump(const nlohmann::ordered_json& json);

}  // namespace gradgrind::detail

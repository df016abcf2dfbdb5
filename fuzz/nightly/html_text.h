// Texts of code under fuzz inside a page: capped, made visible and escaped.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gradgrind::nightly {

/// For the content of an element and for a quoted attribute, in HTML and XML: & < > " '.
std::string escaped(std::string_view text);

/// plain_text() and plain_line(), escaped. For XML too: what they let through is valid in it.
std::string html_text(std::string_view text, std::size_t longest);
std::string html_line(std::string_view text, std::size_t longest);

/// How much of each kind of text a report shows; report.json has all of it.
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kLongestLine = 400;
constexpr std::size_t kLongestCommand = 4000;
constexpr std::size_t kLongestReport = 16000;

}  // namespace gradgrind::nightly

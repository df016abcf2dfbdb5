// docs/properties.md lists the catalogue as it is.
#include <gmock/gmock.h>

#include <cctype>
#include <fstream>
#include <string>
#include <vector>

#include "gradgrind/properties/property.h"

namespace gradgrind {
namespace {

// "| `name` | claim |", as the page's rows begin.
std::string row_of(const std::string& name, const std::string& claim) {
  return "| `" + name + "` | " + claim + " |";
}

std::string heading_of(std::string group) {
  group.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(group.front())));
  return "## " + group;
}

// Headings, and the first two columns of the rows.
std::vector<std::string> listed() {
  std::ifstream page(PROPERTIES_PAGE);
  std::vector<std::string> lines;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) lines.push_back(line);
    if (line.rfind("| `", 0) != 0) continue;
    const std::size_t claim = line.find('|', 1);
    lines.push_back(line.substr(0, line.find('|', claim + 1) + 1));
  }
  return lines;
}

std::vector<std::string> catalogue() {
  std::vector<std::string> lines;
  std::string group;
  for (const Property& property : default_suite()) {
    if (property.group != group) lines.push_back(heading_of(property.group));
    group = property.group;
    lines.push_back(row_of(property.name, property.claim));
  }
  return lines;
}

TEST(Catalogue, StandsInThePageInItsOrder) { EXPECT_EQ(listed(), catalogue()); }

TEST(Catalogue, HasEachNameOnce) {
  std::vector<std::string> names;
  for (const Property& property : default_suite()) {
    EXPECT_THAT(names, testing::Not(testing::Contains(property.name)));
    names.push_back(property.name);
  }
}

}  // namespace
}  // namespace gradgrind

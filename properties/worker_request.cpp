#include "properties/worker_request.h"

#include "properties/result_text.h"

namespace gradgrind {

std::string request_of(const Property& property, const std::optional<Resumed>& resumed) {
  if (!resumed.has_value()) return property.name;
  return property.name + "\n" + std::to_string(resumed->cases) + "\n" + to_text(resumed->so_far);
}

std::string property_of(const std::string& request) {
  return request.substr(0, request.find('\n'));
}

std::optional<Resumed> resumed_of(const std::string& request) {
  const std::size_t name_ends = request.find('\n');
  if (name_ends == std::string::npos) return std::nullopt;
  const std::size_t cases_end = request.find('\n', name_ends + 1);
  Resumed resumed;
  resumed.cases = std::stoull(request.substr(name_ends + 1, cases_end - name_ends - 1));
  resumed.so_far = result_from_text(request.substr(cases_end + 1));
  return resumed;
}

}  // namespace gradgrind

#include "fuzz/nightly/write_reports.h"

#include <fmt/format.h>

#include <cstddef>
#include <deque>
#include <system_error>
#include <utility>

#include "fuzz/nightly/html_report.h"
#include "fuzz/nightly/junit_report.h"
#include "fuzz/nightly/night_json.h"
#include "fuzz/nightly/sarif_report.h"
#include "generators/file_io.h"
#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {

void write_reports(const Night& night, const std::string& folder) {
  if (folder.empty()) throw UsageError("write_reports(): the folder's name is empty; name one");
  const std::pair<const char*, std::string> reports[] = {{"report.json", to_json(night)},
                                                         {"junit.xml", junit_report(night)},
                                                         {"findings.sarif", sarif_report(night)},
                                                         {"report.html", html_report(night)}};
  std::string path;
  try {
    std::deque<detail::AtomicFile> files;
    for (const auto& [name, text] : reports) {
      path = folder + '/' + name;
      files.emplace_back(path).write(text.data(), text.size());
    }
    for (std::size_t i = 0; i < files.size(); ++i) {
      path = folder + '/' + reports[i].first;
      files[i].commit();
    }
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("{}: {}. Make room, or name another folder for the reports.", path,
                                 error.what()));
  }
}

}  // namespace gradgrind::nightly

#include "properties/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <vector>

#include "gradgrind/generators/case_text.h"

namespace gradgrind {
namespace {

constexpr int kColumns = 100;
constexpr int kIndent = 12;
constexpr std::size_t kMostCodeLines = 14;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// Breaks a line at spaces so that it fits behind the headings; commands and paths stay whole.
std::vector<std::string> wrapped(std::string line) {
  std::vector<std::string> lines;
  constexpr std::size_t kWidth = kColumns - kIndent;
  while (line.size() > kWidth) {
    const std::size_t cut = line.rfind(' ', kWidth);
    if (cut == std::string::npos || cut < kWidth / 3) break;
    lines.push_back(line.substr(0, cut));
    line = "  " + line.substr(cut + 1);
  }
  lines.push_back(line);
  return lines;
}

void section(std::string& report, const char* heading, const std::string& text) {
  if (text.empty()) return;
  bool is_first = true;
  for (const std::string& line : lines_of(text)) {
    for (const std::string& part : wrapped(line)) {
      report += fmt::format("  {:<{}}{}\n", is_first ? heading : "", kIndent - 2, part);
      is_first = false;
    }
  }
}

// What keeps a property from being judged at all.
bool ends_the_subject(const std::string& kind) {
  return kind == "throws" || kind == "dies" || kind == "hangs" || kind == "out of memory";
}

std::string headline(const Finding& finding) {
  const std::string name = finding.contract + "." + finding.identity.property;
  const std::string& kind = finding.identity.kind;
  if (kind == "non-deterministic") return name + " fails at times";
  if (!ends_the_subject(kind)) return name + " does not hold";
  return name + " cannot be judged: the subject " +
         (kind == "out of memory" ? "runs out of memory" : kind);
}

std::string found_line(const Finding& finding, const ReportContext& context) {
  std::string text = context.origin;
  if (context.proves_nothing) {
    text = fmt::format("none of {} cases proves it; this one comes from {}", context.cases, text);
  }
  if (context.origin == "edge case" || context.origin == "random case") {
    text += fmt::format(" {} of seed {}", finding.index, finding.seed);
  }
  if (context.cases > 1 && !context.proves_nothing) {
    text +=
        fmt::format(", after {} other case{}", context.cases - 1, context.cases == 2 ? "" : "s");
  }
  if (finding.shrink_runs > 0) {
    text += fmt::format("; shrunk {} times in {} runs", finding.shrinks, finding.shrink_runs);
  }
  return text;
}

// The contracts whose cases this program replays on request.
std::set<std::string>& offered() {
  static std::set<std::string> names;
  return names;
}

std::string replay_text(const Finding& finding, const ReportContext& context) {
  if (finding.path.empty()) return "not stored: " + context.not_stored;
  if (offered().count(finding.contract) == 0) {
    return fmt::format("gg::replay_file(contract, \"{}\")", finding.path);
  }
  std::error_code ignored;
  std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const std::filesystem::path relative =
      std::filesystem::relative(program, std::filesystem::current_path(ignored), ignored);
  if (!relative.empty() && relative.string().rfind("..", 0) != 0)
    program = "./" + relative.string();
  return program.string() + " --gradgrind_replay=" + finding.path;
}

std::string code_text(const Finding& finding) {
  std::int64_t elements = total_numel(finding.smallest);
  for (const NamedArray& entry : finding.smallest.weights.state) elements += entry.values.numel();
  std::string code;
  if (elements <= kLiteralElements) code = as_cpp(finding.smallest);
  if (code.empty() || lines_of(code).size() > kMostCodeLines) {
    if (finding.path.empty()) return {};
    return fmt::format("const gg::Verdict verdict = gg::replay_file(contract, \"{}\");",
                       finding.path);
  }
  return code + fmt::format("\nconst gg::Verdict verdict = gg::replay(contract, \"{}\", repro);",
                            finding.identity.property);
}

}  // namespace

void offer_replay(const std::string& contract) { offered().insert(contract); }

std::string report_of(const Finding& finding, const ReportContext& context) {
  std::string report = headline(finding) + "\n\n";
  section(report, "claim", finding.claim);
  section(report, "seen", finding.evidence.message);
  section(report, "worst", finding.evidence.worst);
  section(report, "bound", finding.evidence.bound);
  section(report, "case", describe(finding.smallest, kColumns - kIndent));
  section(report, "operator", finding.operators);
  section(report, "any", any_text(finding.neighbours));
  section(report, "matters", matters_text(finding.neighbours));
  section(report, "holds", holds_text(finding.neighbours));
  section(report, "found", found_line(finding, context));
  report += "  replay    " + replay_text(finding, context) + "\n";
  // Code is pasted, so it is not broken at spaces, and stands at the left.
  const std::vector<std::string> code = lines_of(code_text(finding));
  if (!code.empty()) report += "  C++\n";
  for (const std::string& line : code) report += line.empty() ? "" : "    " + line + "\n";
  return report;
}

std::string coloured(const std::string& report) {
  std::string result;
  bool is_first = true;
  for (const std::string& line : lines_of(report)) {
    const bool has_heading =
        line.size() > kIndent && line.compare(0, 2, "  ") == 0 && line[2] != ' ';
    if (is_first) {
      result += "\x1b[1;31m" + line + "\x1b[0m\n";
    } else if (has_heading) {
      result += "\x1b[1m" + line.substr(0, kIndent) + "\x1b[0m" + line.substr(kIndent) + "\n";
    } else {
      result += line + "\n";
    }
    is_first = false;
  }
  return result;
}

}  // namespace gradgrind

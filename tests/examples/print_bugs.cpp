// Finds each example bug and writes the code that its report prints: `print_bugs FILE FOLDER`.
#include <fstream>
#include <iostream>
#include <string>

#include "contracts.h"
#include "gradgrind/gradgrind.h"

namespace gg = gradgrind;

namespace {

std::string quoted(const std::string& text) { return "R\"text(" + text + ")text\""; }

// Returns the bug's entry in the list.
std::string print_bug(std::ostream& out, const examples::Fault& fault,
                      const gg::Settings& settings) {
  const gg::Suite suite = {gg::find_property(gg::suite_of(fault.contract), fault.property)};
  const gg::Finding finding = gg::check(fault.contract, suite, settings).at(0);
  out << "static gg::Verdict " << finding.contract << "(const gg::Contract& contract) {\n"
      << gg::as_cpp(finding.smallest) << "return gg::replay(contract, "
      << quoted(finding.identity.property) << ", repro);\n}\n\n";
  return "{" + quoted(finding.contract) + ", " + quoted(finding.identity.property) + ", " +
         quoted(finding.identity.kind) + ", " + quoted(finding.identity.output) + ", &" +
         finding.contract + "},\n";
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "print_bugs: expected FILE FOLDER\n";
    return 2;
  }
  gg::Settings settings;
  settings.folder = arguments[2];
  std::ofstream out(arguments[1]);
  out << "#include <limits>\n\n#include \"tests/examples/printed_bugs.h\"\n\n"
         "namespace gg = gradgrind;\n\n";
  std::string list;
  for (const examples::Fault& fault : examples::faults()) list += print_bug(out, fault, settings);
  out << "std::vector<examples::PrintedBug> examples::printed_bugs() {\nreturn {\n"
      << list << "};\n}\n";
}

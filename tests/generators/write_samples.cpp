// Writes the sample cases: `write_samples cases FOLDER` as case files, `write_samples cpp FILE` as
// a function pasted_cases() made of what as_cpp() prints.
#include <fstream>
#include <iostream>
#include <string>

#include "gradgrind/generators/case_file.h"
#include "gradgrind/generators/case_text.h"
#include "tests/generators/sample_cases.h"

namespace {

void write_cases(const std::string& folder) {
  for (const auto& sample : gradgrind::sample_cases()) {
    gradgrind::CaseFile file;
    file.contract = "Sample";
    file.content = sample.content;
    gradgrind::write_case_file(folder + "/" + sample.name + ".safetensors", file);
  }
}

void write_cpp(const std::string& path) {
  std::ofstream out(path);
  out << "#include <limits>\n\n#include \"tests/generators/pasted_cases.h\"\n\n"
         "namespace gg = gradgrind;\n\n";
  for (const auto& sample : gradgrind::sample_cases()) {
    out << "static gg::Case " << sample.name << "() {\n"
        << gradgrind::as_cpp(sample.content) << "return repro;\n}\n\n";
  }
  out << "std::vector<gg::Case> gg::pasted_cases() {\nreturn {";
  for (const auto& sample : gradgrind::sample_cases()) out << sample.name << "(), ";
  out << "};\n}\n";
}

}  // namespace

int main(int count, char** arguments) {
  const std::string what = count == 3 ? arguments[1] : "";
  if (what == "cases") {
    write_cases(arguments[2]);
  } else if (what == "cpp") {
    write_cpp(arguments[2]);
  } else {
    std::cerr << "write_samples: expected `cases FOLDER` or `cpp FILE`\n";
    return 2;
  }
}

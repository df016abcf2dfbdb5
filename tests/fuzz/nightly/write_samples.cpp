// Writes the reports of the made-up nights, for tests that are programs in other languages.
//
// usage: write_samples FOLDER
#include <iostream>
#include <string>

#include "fuzz/nightly/write_reports.h"
#include "tests/fuzz/nightly/sample_night.h"

int main(int argc, char** argv) {
  namespace nightly = gradgrind::nightly;
  if (argc != 2) {
    std::cerr << "usage: write_samples FOLDER\n";
    return 2;
  }
  const std::string folder = argv[1];
  nightly::write_reports(nightly::rich_night(), folder + "/rich");
  nightly::write_reports(nightly::empty_night(), folder + "/empty");
  nightly::write_reports(nightly::hostile_night(), folder + "/hostile");
}

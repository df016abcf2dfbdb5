// Whether a subject is what its reference says.
#pragma once

#include <gtest/gtest.h>

#include "gradgrind/gradgrind.h"
#include "tests/properties/checking.h"

namespace gradgrind {

inline PropertyResult against_reference(const Contract& contract) {
  const FileFolder folder;
  return check_one(contract, "equals_the_reference", in_process(folder));
}

inline void expect_agreement(const Contract& contract) {
  const PropertyResult result = against_reference(contract);
  EXPECT_EQ(result.error, "");
  EXPECT_EQ(result.outcome, Outcome::holds)
      << result.reason << (result.findings.empty() ? "" : result.findings.front().report);
}

}  // namespace gradgrind

// Whether a contract is possible: every problem of it, found at once.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gradgrind/properties/contract.h"

namespace gradgrind {

/// What checking a contract gives: its cases, or why there are none.
struct CheckedContract {
  std::shared_ptr<const CaseSpace> space;  ///< Null where there are problems.
  std::vector<std::string> problems;       ///< Each with file and line.
};

CheckedContract check_contract(const ContractData& data);

}  // namespace gradgrind

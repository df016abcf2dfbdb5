// Asserts what log(sum(exp(x))) promises; the naive form overflows. A test fuzzes it and expects
// that to be found.
#include "contracts.h"
#include "gradgrind/fuzz.h"

namespace {

gradgrind::Contract naive_log_sum_exp() {
  for (const examples::Fault& fault : examples::faults()) {
    if (fault.contract.name() == "NaiveLogSumExp") return fault.contract;
  }
  throw gradgrind::InternalError("the example NaiveLogSumExp is gone");
}

}  // namespace

GRADGRIND_FUZZ(naive_log_sum_exp());

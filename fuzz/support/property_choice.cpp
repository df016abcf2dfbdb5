#include "fuzz/support/property_choice.h"

#include <algorithm>
#include <cmath>

#include "gradgrind/generators/source.h"
#include "gradgrind/properties/contract.h"
#include "properties/exceptions.h"

namespace gradgrind::fuzz {
namespace {

// Rendezvous hashing with weights: each property bids for each byte, the best bid wins.
double bid(const Property& property, std::uint64_t byte) {
  const std::uint64_t word = mix(hash(property.name) + byte);
  const double part = (static_cast<double>(word >> 11) + 0.5) * 0x1p-53;  // above 0, below 1
  const double weight = 1 / std::max(property.cost, 0.5);
  return weight / -std::log(part);
}

}  // namespace

PropertyChoice::PropertyChoice(const Suite& suite) {
  std::vector<int> bytes_of(suite.size(), 0);
  for (std::uint64_t byte = 0; byte < 256; ++byte) {
    for (std::size_t i = 1; i < suite.size(); ++i) {
      if (bid(suite[i], byte) > bid(suite[chosen_[byte]], byte)) chosen_[byte] = i;
    }
    ++bytes_of[chosen_[byte]];
  }
  for (std::size_t i = 0; i < suite.size() && i < 256; ++i) {
    if (bytes_of[i] > 0) continue;
    const auto most = std::max_element(bytes_of.begin(), bytes_of.end());
    const auto owner = static_cast<std::size_t>(most - bytes_of.begin());
    *std::find(chosen_.begin(), chosen_.end(), owner) = i;
    --*most;
    ++bytes_of[i];
  }
}

Suite fuzzed_suite(const Contract& contract) {
  Suite suite;
  for (Property& property : suite_of(contract)) {
    if (property.quantifier != Quantifier::every) continue;
    if (property.ruled_out != nullptr && !property.ruled_out(contract).empty()) continue;
    if (exception_for(contract, property) != nullptr) continue;
    suite.push_back(std::move(property));
  }
  return suite;
}

}  // namespace gradgrind::fuzz

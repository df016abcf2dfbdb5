// What a contract says of draws and of training.
#include <utility>

#include "gradgrind/properties/contract.h"

namespace gradgrind {

Contract Contract::draws(const std::string& output, Distribution distribution,
                         Location location) const {
  return draws(
      output, [distribution = std::move(distribution)](const Draw&) { return distribution; },
      location);
}

Contract Contract::draws(const std::string& output, DistributionOf distribution,
                         Location location) const {
  const Contract drawing = with_draws("draws", {output, std::move(distribution), false}, location);
  if (!drawing.data().stochastic.empty()) return drawing;
  return drawing.changed([&](ContractData& data) { data.stochastic = output + " is drawn"; });
}

Contract Contract::initialises(const std::string& name, Distribution distribution,
                               Location location) const {
  return initialises(
      name, [distribution = std::move(distribution)](const Draw&) { return distribution; },
      location);
}

Contract Contract::initialises(const std::string& name, DistributionOf distribution,
                               Location location) const {
  return with_draws("initialises", {name, std::move(distribution), true}, location);
}

Contract Contract::with_draws(const std::string& call, DeclaredDraws draws,
                              Location location) const {
  return declared(call + "(\"" + draws.name + "\")", location,
                  [&](ContractData& data) { data.draws.push_back(std::move(draws)); });
}

Contract Contract::with_training_step(std::function<TrainingStep(torch::nn::Module*)> factory,
                                      Location location) const {
  return declared("training_step()", location,
                  [&](ContractData& data) { data.training_step = std::move(factory); });
}

}  // namespace gradgrind

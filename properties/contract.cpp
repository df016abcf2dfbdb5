#include "gradgrind/properties/contract.h"

#include "properties/contract_check.h"

namespace gradgrind {
namespace {

std::string quoted(const std::string& call, const std::string& argument) {
  return call + "(\"" + argument + "\")";
}

std::string declaration(const char* kind, const std::string& name) {
  return std::string(kind) + " '" + name + "'";
}

// `call` as written, with the reason that it lacks.
void need_reason(ContractData& data, const std::string& call, const std::string& reason,
                 Location location) {
  if (!reason.empty()) return;
  data.problems.push_back(std::string(location.file) + ":" + std::to_string(location.line) + ": " +
                          call + ": the reason is empty; say why the exception is right");
}

}  // namespace

PropertyOptions cases(int count) {
  PropertyOptions options;
  options.cases = count;
  return options;
}

Contract::Contract(std::string name, Subject subject, Location location) {
  auto data = std::make_shared<ContractData>();
  data->name = std::move(name);
  data->subject = std::move(subject);
  data->location = location;
  if (data->subject.kind == Subject::Kind::instance) {
    data->signature.weights = {WeightPolicy::as_given};
  }
  data_ = std::move(data);
}

Contract::Contract(std::shared_ptr<const ContractData> data) : data_(std::move(data)) {}

Contract Contract::changed(const std::function<void(ContractData&)>& change) const {
  auto copy = std::make_shared<ContractData>(*data_);
  change(*copy);
  return Contract(std::shared_ptr<const ContractData>(std::move(copy)));
}

Contract Contract::declared(const std::string& what, Location location,
                            const std::function<void(ContractData&)>& change) const {
  return changed([&](ContractData& data) {
    data.locations.emplace_back(what, location);
    change(data);
  });
}

Contract Contract::dim(const std::string& name, std::int64_t lowest, std::int64_t highest,
                       Location location) const {
  return declared(declaration("dim", name), location, [&](ContractData& data) {
    Dim dim;
    dim.name = name;
    dim.lowest = lowest;
    dim.highest = highest;
    data.signature.dims.push_back(dim);
  });
}

Contract Contract::dim(const std::string& name, const std::string& expression,
                       Location location) const {
  return declared(declaration("dim", name), location, [&](ContractData& data) {
    Dim dim;
    dim.kind = Dim::Kind::derived;
    dim.name = name;
    dim.expression = expression;
    data.signature.dims.push_back(dim);
  });
}

Contract Contract::variadic(const std::string& name, std::int64_t lowest, std::int64_t highest,
                            Location location) const {
  const std::string plain = !name.empty() && name.front() == '*' ? name.substr(1) : name;
  return declared(declaration("dim", plain), location, [&](ContractData& data) {
    Dim dim;
    dim.kind = Dim::Kind::variadic;
    dim.name = plain;
    dim.lowest = lowest;
    dim.highest = highest;
    data.signature.dims.push_back(dim);
  });
}

Contract Contract::require(const std::string& relation, Location location) const {
  return declared(declaration("relation", relation), location,
                  [&](ContractData& data) { data.signature.relations.push_back(relation); });
}

Contract Contract::param(const std::string& name, ParameterDomain domain, Location location) const {
  return declared(declaration("parameter", name), location, [&](ContractData& data) {
    data.signature.parameters.emplace_back(name, std::move(domain));
  });
}

Contract Contract::input(const std::string& name, Domain domain, Location location) const {
  return declared(declaration("input", name), location, [&](ContractData& data) {
    data.signature.inputs.emplace_back(name, std::move(domain));
  });
}

Contract Contract::dtypes(std::vector<DType> set, Location location) const {
  return declared("dtypes", location,
                  [&](ContractData& data) { data.signature.dtypes = std::move(set); });
}

Contract Contract::devices(std::vector<Device> set, Location location) const {
  return declared("devices", location,
                  [&](ContractData& data) { data.signature.devices = std::move(set); });
}

Contract Contract::weights(std::vector<WeightPolicy> set, Location location) const {
  return declared("weights", location,
                  [&](ContractData& data) { data.signature.weights = std::move(set); });
}

Contract Contract::where(const std::string& what, std::function<bool(const Case&)> predicate,
                         Location location) const {
  return declared(quoted("where", what), location, [&](ContractData& data) {
    data.predicates.emplace_back(what, std::move(predicate));
  });
}

Contract Contract::example(Case a_case, Location location) const {
  const std::string key = "example " + std::to_string(data_->examples.size() + 1);
  return declared(key, location,
                  [&](ContractData& data) { data.examples.push_back(std::move(a_case)); });
}

Contract Contract::output(const std::string& name, Domain domain, Location location) const {
  return declared(declaration("output", name), location,
                  [&](ContractData& data) { data.outputs.emplace_back(name, std::move(domain)); });
}

Contract Contract::target(const std::string& name, Domain domain, Location location) const {
  return declared(declaration("target", name), location,
                  [&](ContractData& data) { data.targets.emplace_back(name, std::move(domain)); });
}

Contract Contract::batch(const std::string& dim, Location location) const {
  return declared(quoted("batch", dim), location, [&](ContractData& data) { data.batch = dim; });
}

Contract Contract::sequence(const std::string& dim, Location location) const {
  return declared(quoted("sequence", dim), location,
                  [&](ContractData& data) { data.sequence = dim; });
}

Contract Contract::causal(Location location) const {
  return declared("causal()", location, [&](ContractData& data) { data.causal = true; });
}

Contract Contract::unordered(const std::string& dim, Location location) const {
  return declared(quoted("unordered", dim), location,
                  [&](ContractData& data) { data.unordered.push_back(dim); });
}

Contract Contract::carries_state(const std::string& input, const std::string& output,
                                 Location location) const {
  return declared(quoted("carries_state", input), location,
                  [&](ContractData& data) { data.states.emplace_back(input, output); });
}

Contract Contract::declares(Law law, Location location) const {
  return declared(quoted("declares", law.property), location,
                  [&](ContractData& data) { data.laws.push_back(std::move(law)); });
}

Contract Contract::except(const std::string& property, const std::string& reason,
                          Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, "except(\"" + property + "\", \"\")", reason, location);
    data.locations.emplace_back(quoted("except", property), location);
    data.exceptions.push_back({property, reason});
  });
}

Contract Contract::stochastic(const std::string& reason, Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, quoted("stochastic", ""), reason, location);
    data.stochastic = reason;
  });
}

Contract Contract::may_write_to_inputs(const std::string& reason, Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, quoted("may_write_to_inputs", ""), reason, location);
    data.writes = reason;
  });
}

Contract Contract::may_alias(const std::string& reason, Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, quoted("may_alias", ""), reason, location);
    data.aliases = reason;
  });
}

Contract Contract::not_differentiable(const std::string& reason, Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, quoted("not_differentiable", ""), reason, location);
    data.undifferentiable = reason;
  });
}

Contract Contract::no_gradient_to(const std::string& input, const std::string& reason,
                                  Location location) const {
  return changed([&](ContractData& data) {
    need_reason(data, "no_gradient_to(\"" + input + "\", \"\")", reason, location);
    data.locations.emplace_back(quoted("no_gradient_to", input), location);
    data.cuts[input] = reason;
  });
}

Contract Contract::frozen(const std::string& prefix, Location) const {
  return changed([&](ContractData& data) { data.frozen.push_back(prefix); });
}

Contract Contract::only(std::vector<std::string> properties, Location location) const {
  return changed([&](ContractData& data) {
    for (const std::string& property : properties) {
      data.locations.emplace_back(quoted("only", property), location);
    }
    data.only = std::move(properties);
  });
}

Contract Contract::without(const std::string& property, Location location) const {
  return declared(quoted("without", property), location,
                  [&](ContractData& data) { data.without.push_back(property); });
}

Contract Contract::configure(const std::string& property, PropertyOptions options,
                             Location location) const {
  return declared(quoted("configure", property), location,
                  [&](ContractData& data) { data.options[property] = options; });
}

Contract Contract::with_loss(Loss loss) const {
  return changed([&](ContractData& data) { data.loss = std::move(loss); });
}

Contract Contract::with_reference(std::function<Outputs(const Inputs&)> reference) const {
  return changed([&](ContractData& data) { data.reference = std::move(reference); });
}

Contract Contract::with_module_reference(
    std::function<Outputs(torch::nn::Module*, const Inputs&)> reference) const {
  return changed([&](ContractData& data) { data.module_reference = std::move(reference); });
}

Contract Contract::with_version(Subject version) const {
  return changed([&](ContractData& data) {
    data.version = std::make_shared<const Subject>(std::move(version));
  });
}

Contract Contract::with_forward(
    std::function<Outputs(torch::nn::Module*, const Inputs&)> forward) const {
  return changed([&](ContractData& data) { data.subject.forward = std::move(forward); });
}

Contract Contract::with_property(Property property, Location location) const {
  return declared(quoted("property", property.name), location,
                  [&](ContractData& data) { data.own_properties.push_back(std::move(property)); });
}

const CheckedContract& Contract::checked() const {
  if (checked_ == nullptr)
    checked_ = std::make_shared<const CheckedContract>(check_contract(*data_));
  return *checked_;
}

const CaseSpace& Contract::space() const {
  if (!checked().problems.empty()) throw UsageError(checked().problems);
  return *checked().space;
}

std::vector<std::string> Contract::problems() const { return checked().problems; }

}  // namespace gradgrind

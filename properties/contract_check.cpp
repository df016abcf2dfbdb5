#include "properties/contract_check.h"

#include <algorithm>
#include <sstream>

namespace gradgrind {
namespace {

// The place where the first name that `text` quotes was declared, else the contract's own.
std::string placed(const ContractData& data, const std::string& text) {
  Location place = data.location;
  for (const auto& [name, location] : data.locations) {
    if (text.find("'" + name + "'") == std::string::npos) continue;
    place = location;
    break;
  }
  return std::string(place.file) + ":" + std::to_string(place.line) + ": " + text;
}

bool is_declared(const ContractData& data, const std::string& dim) {
  return std::any_of(data.signature.dims.begin(), data.signature.dims.end(), [&](const Dim& known) {
    return known.name == dim && known.kind != Dim::Kind::variadic;
  });
}

std::vector<std::string> dim_names(const ContractData& data) {
  std::vector<std::string> names;
  for (const Dim& dim : data.signature.dims) names.push_back(dim.name);
  return names;
}

// Every dim expression of a shape, so that the solver keeps it possible.
void collect_dims(const Domain& domain, const std::string& what, Signature& signature,
                  std::vector<std::string>& problems) {
  try {
    const ShapeExpr shape = ShapeExpr::parse(domain.shape);
    for (const ShapeExpr::Entry& entry : shape.entries()) {
      if (entry.dim.has_value()) signature.further_shapes.push_back(entry.dim->text());
    }
    for (const std::string& bound : domain.content.bounds) {
      signature.further_shapes.push_back(DimExpr::parse(bound).text());
    }
  } catch (const UsageError& error) {
    problems.push_back(what + ": " + error.what());
  }
}

void check_names(const ContractData& data, std::vector<std::string>& problems) {
  if (data.name.empty() ||
      !std::all_of(data.name.begin(), data.name.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_';
      })) {
    problems.push_back("the contract's name is '" + data.name +
                       "'; use letters, digits and _, since it names tests and files");
  }
  for (const auto& [call, dim] :
       {std::pair<std::string, std::string>{"batch", data.batch}, {"sequence", data.sequence}}) {
    if (!dim.empty() && !is_declared(data, dim)) {
      problems.push_back(call + "('" + dim + "'): " + unknown_name("dim", dim, dim_names(data)));
    }
  }
}

void check_property_names(const ContractData& data, std::vector<std::string>& problems) {
  std::vector<std::string> known;
  for (const Property& property : default_suite()) known.push_back(property.name);
  for (const Property& property : data.own_properties) {
    if (std::find(known.begin(), known.end(), property.name) != known.end()) {
      problems.push_back("property('" + property.name + "'): there is a property of this name");
    }
    known.push_back(property.name);
  }
  const auto check = [&](const std::string& call, const std::string& name) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    problems.push_back(call + "('" + name + "'): " + unknown_name("property", name, known));
  };
  for (const Exception& exception : data.exceptions) check("except", exception.property);
  for (const std::string& name : data.without) check("without", name);
  for (const std::string& name : data.only) check("only", name);
  for (const auto& [name, options] : data.options) {
    check("configure", name);
    if (options.cases.has_value() && *options.cases < 1) {
      problems.push_back("configure('" + name + "'): cases(" + std::to_string(*options.cases) +
                         "): there must be at least 1; leave the property out by .without('" +
                         name + "')");
    }
  }
}

void check_examples(const ContractData& data, const CaseSpace& space,
                    std::vector<std::string>& problems) {
  for (std::size_t i = 0; i < data.examples.size(); ++i) {
    const std::string mismatch = space.mismatch(data.examples[i]);
    if (mismatch.empty()) continue;
    problems.push_back("example " + std::to_string(i + 1) + ": " + mismatch);
  }
}

}  // namespace

CheckedContract check_contract(const ContractData& data) {
  CheckedContract checked;
  std::vector<std::string> found;
  check_names(data, found);
  check_property_names(data, found);
  Signature signature = data.signature;
  for (const auto& [name, domain] : data.outputs) {
    collect_dims(domain, "output '" + name + "'", signature, found);
  }
  // Targets belong to the case: they are shrunk and stored with it.
  for (const auto& target : data.targets) signature.inputs.push_back(target);
  if (!data.targets.empty() && data.loss == nullptr) {
    found.push_back("target '" + data.targets.front().first +
                    "' is declared but no loss; add .loss(...)");
  }
  if (data.signature.inputs.empty()) {
    found.push_back("the contract declares no input; add .input(name, domain)");
  }
  try {
    checked.space = std::make_shared<const CaseSpace>(std::move(signature));
  } catch (const UsageError& error) {
    std::istringstream lines(error.what());
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty()) found.push_back(line);
    }
  }
  if (checked.space != nullptr) check_examples(data, *checked.space, found);
  if (!found.empty()) checked.space = nullptr;
  for (const std::string& problem : data.problems) checked.problems.push_back(problem);
  for (const std::string& problem : found) checked.problems.push_back(placed(data, problem));
  return checked;
}

}  // namespace gradgrind

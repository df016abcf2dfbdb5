#include "properties/contract_check.h"

#include <algorithm>
#include <sstream>

#include "generators/parsed_signature.h"
#include "properties/law_names.h"

namespace gradgrind {
namespace {

// Where `text` quotes the name of a declaration ("dim 'B'"); npos where it does not.
std::size_t quoted_at(const std::string& text, const std::string& declared) {
  const std::size_t quote = declared.find('\'');
  return quote == std::string::npos ? quote : text.find(declared.substr(quote));
}

bool begins_with(const std::string& text, const std::string& what) {
  return text.rfind(what, 0) == 0 && (text[what.size()] == ':' || text[what.size()] == ' ');
}

// The place of what `text` is about: of the call or declaration that it begins with, the last one
// where there are several; else of the declaration that it quotes first; else of the contract.
std::string placed(const ContractData& data, const std::string& text) {
  Location place = data.location;
  std::size_t first = std::string::npos;
  for (const auto& [what, location] : data.locations) {
    const bool begins = begins_with(text, what);
    const std::size_t at = begins ? 0 : quoted_at(text, what);
    if (!begins && at >= first) continue;
    place = location;
    first = at;
  }
  return std::string(place.file) + ":" + std::to_string(place.line) + ": " + text;
}

std::vector<std::string> plain_names(const ContractData& data) {
  std::vector<std::string> names;
  for (const Dim& dim : data.signature.dims) {
    if (dim.kind != Dim::Kind::variadic) names.push_back(dim.name);
  }
  return names;
}

// Every dim expression of an output, so that the solver keeps it possible.
void collect_dims(const std::string& output, const Domain& domain, Signature& signature,
                  std::vector<std::string>& problems) {
  const std::string start = "output '" + output + "': ";
  std::vector<std::string> found = detail::shape_problems(
      signature.dims, start + "shape \"" + domain.shape + "\"", domain.shape);
  for (const std::string& bound : domain.content.bounds) {
    for (std::string& problem :
         detail::expression_problems(signature.dims, start + "bound \"" + bound + "\"", bound)) {
      found.push_back(std::move(problem));
    }
  }
  problems.insert(problems.end(), found.begin(), found.end());
  if (!found.empty()) return;
  signature.further_shapes.push_back(domain.shape);
  for (const std::string& bound : domain.content.bounds) signature.further_shapes.push_back(bound);
}

void check_one_dim(const ContractData& data, const std::string& call, const std::string& dim,
                   const std::string& remedy, std::vector<std::string>& problems) {
  if (dim.empty()) return;
  const std::string start = call + "(\"" + dim + "\"): ";
  const std::vector<std::string> known = plain_names(data);
  if (std::find(known.begin(), known.end(), dim) != known.end()) return;
  const auto is_it = [&](const Dim& declared) { return declared.name == dim; };
  const auto& dims = data.signature.dims;
  problems.push_back(start + (std::any_of(dims.begin(), dims.end(), is_it)
                                  ? "'" + dim + "' is variadic (*" + dim + "); the " + call +
                                        " dim is a single one, declare " + remedy
                                  : unknown_name("dim", dim, known)));
}

void check_names(const ContractData& data, std::vector<std::string>& problems) {
  if (data.name.empty() ||
      !std::all_of(data.name.begin(), data.name.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_';
      })) {
    problems.push_back("the contract's name is '" + data.name +
                       "'; use letters, digits and _, since it names tests and files");
  }
  check_one_dim(data, "batch", data.batch, ".dim(\"B\", 1, 8)", problems);
  check_one_dim(data, "sequence", data.sequence, ".dim(\"T\", 1, 16)", problems);
  for (const std::string& dim : data.unordered) {
    check_one_dim(data, "unordered", dim, ".dim(\"N\", 1, 8)", problems);
  }
  if (data.causal && data.sequence.empty()) {
    problems.emplace_back(
        "causal(): no dim is said to be a sequence; add .sequence(\"T\") for the dim along which "
        "positions follow one another");
  }
  for (const auto& [what, predicate] : data.predicates) {
    if (predicate != nullptr) continue;
    problems.push_back("where(\"" + what + "\"): the predicate is empty; give a callable of Case");
  }
}

template <class Declared>
std::vector<std::string> names_of(const std::vector<std::pair<std::string, Declared>>& declared) {
  std::vector<std::string> names;
  for (const auto& [name, what] : declared) names.push_back(name);
  return names;
}

// That what a promise speaks of is declared.
void check_promises(const ContractData& data, std::vector<std::string>& problems) {
  const auto check = [&](const std::string& call, const char* kind, const std::string& name,
                         const std::vector<std::string>& known) {
    if (name.empty() || std::find(known.begin(), known.end(), name) != known.end()) return;
    problems.push_back(call + ": " + unknown_name(kind, name, known));
  };
  const std::vector<std::string> inputs = names_of(data.signature.inputs);
  for (const auto& [input, reason] : data.cuts) {
    check("no_gradient_to(\"" + input + "\")", "input", input, inputs);
  }
  for (const auto& [input, output] : data.states) {
    const std::string call = "carries_state(\"" + input + "\")";
    check(call, "input", input, inputs);
    check(call, "output", output, names_of(data.outputs));
    if (data.sequence.empty()) {
      problems.push_back(call + ": no dim is said to be a sequence; add .sequence(\"T\")");
    }
  }
  for (const DeclaredDraws& draws : data.draws) {
    if (draws.is_initial) continue;
    check("draws(\"" + draws.name + "\")", "output", draws.name, names_of(data.outputs));
  }
  if (data.training_step != nullptr && data.subject.kind == Subject::Kind::function) {
    problems.emplace_back("training_step(): a function has no parameters to train; use module()");
  }
  for (const Law& law : data.laws) {
    const std::string call = "declares(\"" + law.property + "\")";
    std::vector<std::string> known = inputs;
    for (const std::string& target : names_of(data.targets)) known.push_back(target);
    check(call, "input", law.input, law.property == kRefusesBroadcast ? known : inputs);
    check(call, "input", law.partner, inputs);
    check(call, "dim", law.dim, plain_names(data));
    const bool speaks_of_the_only_input = law.input.empty() && law.dim.empty();
    if (speaks_of_the_only_input && (inputs.size() != 1 || data.outputs.size() != 1)) {
      problems.push_back(
          call + ": it speaks of a function of one input with one output; there are " +
          std::to_string(inputs.size()) + " and " + std::to_string(data.outputs.size()));
    }
  }
}

void check_property_names(const ContractData& data, std::vector<std::string>& problems) {
  std::vector<std::string> known;
  for (const Property& property : default_suite()) known.push_back(property.name);
  for (const Property& property : data.own_properties) {
    if (std::find(known.begin(), known.end(), property.name) != known.end()) {
      problems.push_back("property(\"" + property.name +
                         "\"): there is a property of this name; choose another name");
    }
    known.push_back(property.name);
  }
  const auto check = [&](const std::string& call, const std::string& name) {
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    problems.push_back(call + "(\"" + name + "\"): " + unknown_name("property", name, known));
  };
  for (const Exception& exception : data.exceptions) check("except", exception.property);
  for (const std::string& name : data.without) check("without", name);
  for (const std::string& name : data.only) check("only", name);
  for (const auto& [name, options] : data.options) {
    check("configure", name);
    if (options.cases.has_value() && *options.cases < 1) {
      problems.push_back("configure(\"" + name + "\"): cases(" + std::to_string(*options.cases) +
                         "): there must be at least 1; leave the property out by .without(\"" +
                         name + "\")");
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
  check_promises(data, found);
  check_property_names(data, found);
  Signature signature = data.signature;
  for (const auto& [name, domain] : data.outputs) {
    collect_dims(name, domain, signature, found);
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

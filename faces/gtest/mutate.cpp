#include "faces/gtest/mutate.h"

#include <charconv>
#include <cstdio>

#include "gradgrind/generators/error.h"
#include "gradgrind/properties/mutation.h"

namespace gradgrind {
namespace {

constexpr char kMutate[] = "--gradgrind_mutate";
constexpr char kLeastScore[] = "--gradgrind_least_score";

// The value of `--flag=value`, empty for the flag alone; nothing for another argument.
std::optional<std::string> value_of(const std::string& argument, const std::string& flag) {
  if (argument == flag) return std::string();
  if (argument.rfind(flag + "=", 0) != 0) return std::nullopt;
  return argument.substr(flag.size() + 1);
}

double percent_of(const std::string& text) {
  double percent = -1;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, percent);
  if (error != std::errc() || next != end || !(percent >= 0 && percent <= 100)) {
    throw UsageError(std::string(kLeastScore) + " is '" + text +
                     "'; it must be a percentage from 0 to 100: " + kLeastScore + "=85");
  }
  return percent;
}

std::string in_percent(double share) {
  char text[16];
  std::snprintf(text, sizeof(text), "%.1f %%", 100 * share);
  return text;
}

}  // namespace

std::optional<MutateCommand> take_mutate_command(std::vector<std::string>& arguments) {
  std::optional<MutateCommand> command;
  std::optional<double> least;
  std::vector<std::string> kept;
  for (const std::string& argument : arguments) {
    if (const auto contract = value_of(argument, kMutate)) {
      command = MutateCommand{*contract, 0};
    } else if (const auto percent = value_of(argument, kLeastScore)) {
      least = percent_of(*percent);
    } else {
      kept.push_back(argument);
    }
  }
  if (least.has_value() && !command.has_value()) {
    throw UsageError(std::string(kLeastScore) + " says how many mutants must be killed, but " +
                     kMutate + " is not given; add it");
  }
  if (least.has_value()) command->least_score = *least;
  arguments = std::move(kept);
  return command;
}

std::string tests_of(const MutateCommand& command) {
  const std::string contract = command.contract.empty() ? "*" : command.contract;
  return contract + ".mutation_score:Gradgrind.mutates_a_contract";
}

void MutatesAContractTest::TestBody() {
  std::vector<std::string> known;
  for (const Contract& contract : contracts_) {
    if (command_.contract.empty() || contract.name() == command_.contract) return;
    known.push_back(contract.name());
  }
  if (known.empty())
    FAIL() << "no GRADGRIND_TEST of this program names a contract that is possible";
  FAIL() << kMutate << ": " << unknown_name("contract", command_.contract, known);
}

void MutationTest::TestBody() {
  const Location location = contract_.data().location;
  MutationScore score;
  try {
    score = mutation_score(contract_, suite_of(contract_));
  } catch (const UsageError& error) {
    ADD_FAILURE_AT(location.file, location.line) << error.what();
    return;
  }
  std::printf("%s\n", to_text(score).c_str());
  std::fflush(stdout);
  if (score.is_void()) {
    ADD_FAILURE_AT(location.file, location.line)
        << "the score is void: more than 15 % of the mutants are equivalent";
  } else if (100 * score.score() < command_.least_score) {
    ADD_FAILURE_AT(location.file, location.line)
        << "the score is " << in_percent(score.score()) << ", below the "
        << in_percent(command_.least_score / 100) << " asked for";
  }
}

}  // namespace gradgrind

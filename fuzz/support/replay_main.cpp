// The program <target>_replay: stored inputs through the entry point, without an engine.
#include <torch/version.h>

#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fuzz/support/replay.h"
#include "fuzz/support/replay_output.h"
#include "gradgrind/fuzz/levers.h"
#include "gradgrind/fuzz/target.h"
#include "gradgrind/generators/error.h"

extern "C" {
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
__attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
}

namespace {

namespace fuzz = gradgrind::fuzz;

constexpr char kUsage[] =
    "usage: %s [--explain] [--here] [--seconds=S] FILE|FOLDER...\n"
    "\n"
    "Runs each input through the target and names those that fail; status 1 where one does.\n"
    "  --explain    shrink each failure, and say what the input stands for\n"
    "  --smallest=FILE       with --explain of one input: writes the smallest that fails alike\n"
    "  --known=FILE          a list of known findings: those that it names are no failures\n"
    "  --answers=FILE        writes one JSON object a line for each input, in place of text\n"
    "  --write-seeds=FOLDER  writes the target's own seeds there, and its dictionary beside it\n"
    "  --here       in this process, for a debugger\n"
    "  --seconds=S  an input may take so long (10)\n"
    "  --versions   what the program was built of, a line each\n"
    "Further: --gradgrind_SETTING=VALUE and --gradgrind_lever_LEVER=on|off.\n";

#if defined(__clang__)
constexpr char kCompiler[] = "compiled by";
#else
constexpr char kCompiler[] = "compiled by g++";
#endif

struct Arguments {
  bool explain = false;
  bool help = false;
  std::string seeds;
  std::string smallest;
  std::string known;
  std::string answers;
  fuzz::ReplayOptions options;
  std::vector<std::string> paths;
};

// Whether `text` is "--name=value", whose value it takes.
bool take(const std::string& text, const std::string& name, std::string& value) {
  if (text.rfind(name + "=", 0) != 0) return false;
  value = text.substr(name.size() + 1);
  return true;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    std::string seconds;
    if (text.rfind("--gradgrind_", 0) == 0) continue;  // read by LLVMFuzzerInitialize
    if (text == "--explain") {
      arguments.explain = true;
    } else if (text == "--here") {
      arguments.options.here = true;
    } else if (take(text, "--seconds", seconds)) {
      arguments.options.seconds = std::stod(seconds);
    } else if (take(text, "--write-seeds", arguments.seeds) ||
               take(text, "--smallest", arguments.smallest) ||
               take(text, "--answers", arguments.answers) ||
               take(text, "--known", arguments.known)) {
      continue;
    } else if (text.rfind("--", 0) == 0) {
      arguments.help = true;
    } else {
      arguments.paths.push_back(text);
    }
  }
  arguments.help = arguments.help || (arguments.paths.empty() && arguments.seeds.empty());
  return arguments;
}

// An LLVMFuzzerTestOneInput written by hand: it fails by dying, and explains nothing.
class HandWrittenTarget final : public fuzz::Target {
 public:
  explicit HandWrittenTarget(std::string name) : name_(std::move(name)) {}

  const std::string& name() const override { return name_; }
  std::optional<fuzz::Failure> run(fuzz::Bytes input) override {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    return std::nullopt;
  }
  fuzz::Explanation explain(fuzz::Bytes input) override {
    run(input);
    const std::string text = "an input of " + std::to_string(input.size()) + " bytes";
    return {text, text + ", which " + name_ + " passes"};
  }
  std::vector<fuzz::Seed> seeds() override { return fuzz::offered_seeds(); }

 private:
  std::string name_;
};

int run(fuzz::Target& target, const Arguments& arguments) {
  if (!arguments.seeds.empty()) {
    fuzz::write_seeds(target, arguments.seeds);
    return 0;
  }
  if (arguments.explain) {
    return fuzz::print_explanations(target, arguments.paths, arguments.options,
                                    {arguments.answers, arguments.smallest});
  }
  const fuzz::ReplayResult result = fuzz::replay(arguments.paths, target, arguments.options);
  return fuzz::print_replay(target.name(), result,
                            arguments.known.empty() ? std::vector<fuzz::KnownFinding>()
                                                    : fuzz::read_known_findings(arguments.known),
                            arguments.answers);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = argv[0];
  if (argc == 2 && std::strcmp(argv[1], "--versions") == 0) {
    std::printf("Gradgrind %s\nLibTorch %s\n%s %s\n", GRADGRIND_VERSION, TORCH_VERSION, kCompiler,
                __VERSION__);
    return 0;
  }
  try {
    const Arguments arguments = parse(argc, argv);
    if (arguments.help) {
      std::printf(kUsage, program.c_str());
      return 2;
    }
    // What only hostile memory shows must show again, whichever input of a run it was.
    std::vector<char*> flags(argv, argv + argc);
    std::string always = "--gradgrind_lever_hostile_memory=1";
    flags.insert(flags.begin() + 1, always.data());
    flags.push_back(nullptr);
    int count = argc + 1;
    char** first = flags.data();
    if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&count, &first);
    std::string name = program.substr(program.rfind('/') + 1);
    const std::size_t suffix = name.rfind("_replay");
    if (suffix != std::string::npos) name.resize(suffix);
    HandWrittenTarget by_hand(name);
    fuzz::Target* const target = fuzz::current_target();
    return run(target != nullptr ? *target : by_hand, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}

// The program <target>_replay: stored inputs through the entry point, without an engine.
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "fuzz/support/replay.h"
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
    "  --write-seeds=FOLDER  writes the target's own seeds there, and its dictionary beside it\n"
    "  --here       in this process, for a debugger\n"
    "  --seconds=S  an input may take so long (10)\n"
    "Further: --gradgrind_SETTING=VALUE and --gradgrind_lever_LEVER=on|off.\n";

struct Arguments {
  bool explain = false;
  bool help = false;
  std::string seeds;
  fuzz::ReplayOptions options;
  std::vector<std::string> paths;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    if (text.rfind("--gradgrind_", 0) == 0) continue;  // read by LLVMFuzzerInitialize
    if (text == "--explain") {
      arguments.explain = true;
    } else if (text == "--here") {
      arguments.options.here = true;
    } else if (text.rfind("--write-seeds=", 0) == 0) {
      arguments.seeds = text.substr(std::strlen("--write-seeds="));
    } else if (text.rfind("--seconds=", 0) == 0) {
      arguments.options.seconds = std::stod(text.substr(std::strlen("--seconds=")));
    } else if (text.rfind("--", 0) == 0) {
      arguments.help = true;
    } else {
      arguments.paths.push_back(text);
    }
  }
  arguments.help = arguments.help || (arguments.paths.empty() && arguments.seeds.empty());
  return arguments;
}

// A target of one's own, an LLVMFuzzerTestOneInput written by hand, fails by dying.
std::optional<std::string> judge(fuzz::Bytes input) {
  if (fuzz::Target* const target = fuzz::current_target()) {
    const auto failure = target->run(input);
    return failure.has_value() ? std::optional<std::string>(failure->report) : std::nullopt;
  }
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  return std::nullopt;
}

void explain(const std::vector<std::string>& paths) {
  fuzz::Target* const target = fuzz::current_target();
  if (target == nullptr) {
    throw gradgrind::UsageError("--explain: this target is written by hand and explains nothing");
  }
  for (const std::string& path : paths) {
    std::printf("%s\n\n%s\n", path.c_str(), target->explain(fuzz::read_input(path)).c_str());
  }
}

// A token as libFuzzer's dictionaries have it.
std::string quoted(const std::string& token) {
  std::string text;
  for (const char letter : token) {
    char part[5];
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain = byte >= ' ' && byte <= '~' && letter != '"' && letter != '\\';
    std::snprintf(part, sizeof(part), is_plain ? "%c" : "\\x%02x", byte);
    text += part;
  }
  return '"' + text + '"';
}

void write_seeds(const std::string& folder) {
  fuzz::Target* const target = fuzz::current_target();
  if (target == nullptr) {
    throw gradgrind::UsageError("--write-seeds: this target is written by hand and has no seeds");
  }
  const std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  std::filesystem::create_directories(path);
  for (const fuzz::Seed& seed : target->seeds()) {
    std::ofstream(path / seed.name, std::ios::binary) << seed.bytes;
  }
  std::string dictionary;
  for (const std::string& token : target->dictionary()) dictionary += quoted(token) + "\n";
  if (!dictionary.empty()) std::ofstream(path.parent_path() / "dictionary.dict") << dictionary;
}

int run(const std::string& program, const Arguments& arguments) {
  if (!arguments.seeds.empty()) {
    write_seeds(arguments.seeds);
    return 0;
  }
  if (arguments.explain) {
    explain(arguments.paths);
    return 0;
  }
  const fuzz::ReplayResult result = fuzz::replay(arguments.paths, judge, arguments.options);
  for (const auto& [path, reason] : result.failures) {
    std::printf("FAILS %s\n%s\n\n", path.c_str(), reason.c_str());
  }
  for (const std::string& path : result.missing) std::printf("not there: %s\n", path.c_str());
  std::printf("%s: %d inputs, %zu fails\n", program.c_str(), result.inputs, result.failures.size());
  for (const auto& failure : result.failures) std::printf("  %s\n", failure.first.c_str());
  return result.failures.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string program = argv[0];
  try {
    const Arguments arguments = parse(argc, argv);
    if (arguments.help) {
      std::printf(kUsage, program.c_str());
      return 2;
    }
    if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
    return run(program.substr(program.rfind('/') + 1), arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}

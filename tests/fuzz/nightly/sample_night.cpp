#include "tests/fuzz/nightly/sample_night.h"

#include <cmath>
#include <cstddef>
#include <limits>

namespace gradgrind::nightly {
namespace {

constexpr double kNight = 28800;

/// Coverage that rises fast, then slowly; `step` seconds between samples.
std::vector<Sample> rising(double from, double step, std::int64_t most, double half_way,
                           std::vector<double> found = {}) {
  std::vector<Sample> curve;
  for (double at = from; at <= kNight; at += step) {
    const double spent = at - from;
    Sample sample;
    sample.seconds = at;
    sample.executions = static_cast<std::int64_t>(spent * 1000);
    sample.features =
        static_cast<std::int64_t>(static_cast<double>(most) * (spent / (spent + half_way)));
    for (const double moment : found) sample.findings += moment <= at ? 1 : 0;
    curve.push_back(sample);
  }
  return curve;
}

TargetNight target(const std::string& name, double seconds, std::int64_t executions,
                   std::int64_t corpus, std::vector<Sample> curve) {
  TargetNight result;
  result.name = name;
  result.seconds = seconds;
  result.executions = executions;
  result.executions_per_second = static_cast<double>(executions) / seconds;
  result.corpus = corpus;
  result.curve = std::move(curve);
  return result;
}

std::vector<TargetNight> sample_targets() {
  std::vector<TargetNight> targets = {
      target("load_csv", 6400, 311040512, 1204, rising(20, 900, 4820, 900, {617})),
      target("load_npy", 5200, 224803210, 911, rising(40, 900, 3711, 700)),
      target("load_safetensors", 4900, 190224011, 780, rising(60, 900, 5109, 1800, {5240})),
      target("torch_load", 9100, 41204117, 2310, rising(80, 900, 18342, 2600, {96, 8211})),
      target("pickle_load", 7800, 38102250, 1907, rising(100, 900, 12077, 2100)),
      target("jit_load", 6100, 1204880, 640, rising(120, 900, 9314, 4100)),
      target("masked_softmax", 2900, 17220411, 214, rising(140, 900, 911, 300, {1702})),
      target("multihead_attention", 4200, 1910422, 388, rising(160, 900, 2290, 1500)),
      target("ctc_loss", 3100, 4410982, 301, rising(180, 900, 1433, 800)),
      target("embedding_bag", 2500, 9100440, 256, rising(200, 900, 1207, 500)),
      target("case_file", 1800, 60420110, 402, rising(220, 900, 2904, 900)),
      target("shape_text", 900, 80110204, 187, rising(240, 900, 655, 200)),
  };
  targets[3].deaths = 4120;
  targets[5].deaths = 12;
  targets[0].damage = {
      {"valid file", 90210224, 90210224, 0},         {"cell empty", 10204118, 10204118, 0},
      {"cell not a number", 9110422, 1204, 9109218}, {"payload cut", 11240882, 0, 11240882},
      {"row too long", 8110204, 8102, 8102102},      {"quote never closed", 0, 0, 0}};
  targets[2].damage = {{"valid file", 70110204, 70110204, 0},
                       {"length too large", 9204110, 0, 9204108},
                       {"offsets overlap", 8204110, 8204110, 0},
                       {"header cut", 6110408, 0, 6110408}};
  TargetNight lost;
  lost.name = "mnist";
  lost.problem = "needs data/train-images-idx3-ubyte, which is not there";
  targets.push_back(lost);
  TargetNight given_up = target("data_loader", 61, 902, 12, rising(260, 9000, 77, 100));
  given_up.deaths = 20;
  given_up.problem = "given up after 20 deaths in a row before its first input";
  targets.push_back(given_up);
  TargetNight suite = target("examples.attention", 412, 30210, 0, {});
  suite.kind = TargetKind::suite;
  targets.push_back(suite);
  return targets;
}

const char* const kCsvReport =
    "LoadCsv.cell_empty does not hold\n"
    "\n"
    "  claim     a damaged file is refused, or gives what it holds\n"
    "  seen      the loader returned [2, 3] with 0 where the file has no number\n"
    "  file      a valid file with 1 edit: cells[1][2] \"3.5\" -> \"\"\n"
    "\n"
    "            a,b,c\n"
    "            1,2,3\n"
    "            4,5,\n"
    "  found     after 1,204,118 inputs; shrunk 41 times to 20 bytes\n";

std::vector<NightFinding> sample_findings() {
  NightFinding csv;
  csv.target = "load_csv";
  csv.verdict = "wrong value";
  csv.signature = "load_csv|wrong value|an empty cell is read as 0|csv.cpp:41";
  csv.is_from_this_night = true;
  csv.summary = "a valid file with 1 edit: cells[1][2] \"3.5\" -> \"\"";
  csv.report = kCsvReport;
  csv.input = "build/gradgrind/findings/load_csv/wrong-value-5f1c";
  csv.input_bytes = 20;
  csv.replay = "gradgrind replay build/gradgrind/findings/load_csv/wrong-value-5f1c";
  csv.times_met = 10204118;
  csv.seconds_to_first = 617;
  csv.first_seen = "2026-11-23 02:10:17";
  csv.source = "examples/loaders/csv.cpp:41";

  NightFinding dies = csv;
  dies.target = "torch_load";
  dies.verdict = "dies";
  dies.signature = "torch_load|dies|SIGSEGV|torch::jit::Unpickler::readInstruction";
  dies.summary = "22 bytes: 80 02 8a 7f ff ff ff 58 ...";
  dies.report =
      "torch_load dies\n\n  signal    SIGSEGV, address 0x0\n"
      "  at        torch::jit::Unpickler::readInstruction() in libtorch_cpu.so+0x4f1aa2c\n"
      "  found     after 96,204 inputs; shrunk 12 times to 22 bytes\n";
  dies.input = "build/gradgrind/findings/torch_load/dies-90aa";
  dies.input_bytes = 22;
  dies.replay = "gradgrind replay build/gradgrind/findings/torch_load/dies-90aa";
  dies.times_met = 4108;
  dies.seconds_to_first = 96;
  dies.first_seen = "2026-11-23 02:01:36";
  dies.source = "fuzz/targets/torch_load.cpp:33";

  NightFinding hangs = dies;
  hangs.verdict = "hangs";
  hangs.signature = "torch_load|hangs||torch::jit::Unpickler::readInstruction";
  hangs.is_from_this_night = false;
  hangs.summary = "31 bytes; still running after 10 s";
  hangs.report = "torch_load hangs\n\n  seen      no end after 10 s; a sound input takes 0.4 ms\n";
  hangs.input = "build/gradgrind/findings/torch_load/hangs-11b7";
  hangs.input_bytes = 31;
  hangs.replay = "gradgrind replay build/gradgrind/findings/torch_load/hangs-11b7";
  hangs.times_met = 1;
  hangs.seconds_to_first = 8211;
  hangs.first_seen = "2026-11-21 03:40:00";

  NightFinding known = csv;
  known.target = "masked_softmax";
  known.verdict = "NaN from a mask";
  known.signature = "masked_softmax|NaN from a mask|y|masked_softmax.cpp:12";
  known.state = FindingState::known;
  known.is_from_this_night = false;
  known.reason = "a fully masked row is 0/0 by definition; ends with LibTorch 2.5";
  known.summary = "a row of 1 element, all of it masked";
  known.report = "masked_softmax.ignores_masked does not hold\n";
  known.input = "corpus/masked_softmax/known/nan-from-a-mask";
  known.input_bytes = 5;
  known.replay = "gradgrind replay corpus/masked_softmax/known/nan-from-a-mask";
  known.times_met = 90210;
  known.seconds_to_first = 1702;
  known.first_seen = "2026-10-02 02:31:09";
  known.source = "masked_softmax.cpp:12";

  NightFinding fixed = csv;
  fixed.target = "load_safetensors";
  fixed.verdict = "over-allocates";
  fixed.signature = "load_safetensors|over-allocates|header length|safetensors.cpp:88";
  fixed.state = FindingState::fixed;
  fixed.is_from_this_night = false;
  fixed.summary = "a valid file with 1 edit: header_length 64 -> 2^40";
  fixed.report = "LoadSafetensors.length_too_large holds again\n";
  fixed.input = "corpus/load_safetensors/regressions/over-allocates";
  fixed.input_bytes = 80;
  fixed.replay = "gradgrind replay corpus/load_safetensors/regressions/over-allocates";
  fixed.times_met = 0;
  fixed.seconds_to_first = -1;
  fixed.first_seen = "2026-11-20 05:12:44";
  fixed.source = "";
  return {csv, dies, hangs, known, fixed};
}

}  // namespace

Night rich_night() {
  Night night;
  night.started = "2026-11-23 02:00:00";
  night.seconds = kNight;
  night.budget = kNight;
  night.cores = 2;
  night.starts = 2;
  night.versions = {"Gradgrind 0.1.0", "LibTorch 1.13.1", "clang 14.0.6"};
  night.targets = sample_targets();
  night.findings = sample_findings();
  night.curve = rising(20, 300, 61204, 2400, {96, 617, 1702, 8211});
  night.problems = {"the disk is nearly full: 210 MB are left in build/gradgrind"};
  return night;
}

Night empty_night() { return {}; }

Night hostile_night() {
  const std::string markup =
      "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>]]>&amp;<!-- -->{}%s</pre></style>";
  const std::string bytes = std::string("nul\0bell\a escape\x1b[31m", 23) +
                            "\xff\xfe\xc0\xaf\xed\xa0\x80\xf5\xef\xbf\xbe\xe2\x80\xae overridden";
  Night night;
  night.started = markup;
  night.seconds = std::nan("");
  night.budget = -std::numeric_limits<double>::infinity();
  night.cores = -3;
  night.starts = 2000000000;
  night.versions = {markup, bytes};
  night.problems = {markup + bytes};
  TargetNight target;
  target.name = markup + bytes;
  target.seconds = std::numeric_limits<double>::infinity();
  target.executions = std::numeric_limits<std::int64_t>::max();
  target.executions_per_second = std::nan("");
  target.problem = bytes + markup;
  target.curve = {{0, 0, std::numeric_limits<std::int64_t>::max(), 0},
                  {std::nan(""), -1, -5, -1},
                  {40, 1, std::numeric_limits<std::int64_t>::min(), 3}};
  target.damage = {{markup, 3, std::numeric_limits<std::int64_t>::max(), -7}, {bytes, -3, 0, 0}};
  night.curve = target.curve;
  for (const auto state : {FindingState::fresh, FindingState::known, FindingState::fixed}) {
    NightFinding finding;
    finding.state = state;
    finding.target = target.name;
    finding.verdict = finding.signature = finding.reason = finding.summary = markup + bytes;
    finding.input = finding.replay = finding.first_seen = finding.source = bytes + markup;
    finding.report = bytes + markup + std::string(10U << 20U, 'x') + "the end";
    finding.input_bytes = std::numeric_limits<std::uint64_t>::max() / 2;
    finding.seconds_to_first = std::nan("");
    night.findings.push_back(finding);
  }
  night.targets = {target, target};
  return night;
}

}  // namespace gradgrind::nightly

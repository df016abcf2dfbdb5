// Judges what a loader does with one file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <typeinfo>
#include <unordered_map>

#include "gradgrind/fuzz/loader.h"

namespace gradgrind::fuzz {

/// A file, and what is known of it.
struct TestedFile {
  std::string bytes;
  Expectation expectation = Expectation::survives;
  std::string damage = "unknown file";  ///< Class of damage.
  std::string what;                     ///< In words; empty where words() works them out.
  bool is_truncation = false;
  const Document* undamaged = nullptr;       ///< What it was made from; may be null.
  const std::vector<Edit>* edits = nullptr;  ///< And by what; may be null.
  // How it reaches the loader, where that is what is tried.
  std::string path;               ///< In place of a file that holds the bytes.
  bool one_byte_a_read = false;   ///< The stream gives no more at a time.
  std::int64_t fails_after = -1;  ///< The stream fails behind so many bytes; -1: it does not.

  /// What the file is. Worked out only when somebody asks: an engine does once in many files.
  std::string words() const;
};

/// How closely to look.
enum class Depth : std::uint8_t {
  once,      ///< One run.
  hostile,   ///< One run on guarded tensors.
  thorough,  ///< Runs on guarded memory of different content, compared; and the receiver.
};

struct Judged {
  bool loaded = false;
  std::optional<LoaderFinding> finding;
};

class LoaderJudge {
 public:
  explicit LoaderJudge(Loader loader) : loader_(std::move(loader)) {}

  Judged judge(const TestedFile& file, Way way, Depth depth) const;
  /// judge(), and for a file that is refused judge_receiver() where there is a receiver.
  Judged judge_with_receiver(const TestedFile& file, Way way, Depth depth) const;
  /// Whether a file that is refused leaves the receiver as it was.
  std::optional<LoaderFinding> judge_receiver(const TestedFile& file) const;

  const Loader& loader() const { return loader_; }

 private:
  struct Run;
  Run run(const TestedFile& file, Way way, std::optional<std::uint8_t> fill, bool guards) const;
  void attempt(const TestedFile& file, std::string_view bytes, Way way, Run& run) const;
  Outputs load_from_outside(const TestedFile& file, std::string_view bytes, Way way) const;
  LoaderFinding finding(const TestedFile& file, Way way, std::string verdict, std::string message,
                        const std::string& site) const;
  /// Whether the loader documents exceptions of this one's type.
  bool documents(const std::exception_ptr& thrown, const std::type_info* type) const;
  std::optional<LoaderFinding> judge_refusal(const TestedFile& file, Way way, const Run& run) const;
  std::optional<LoaderFinding> judge_result(const TestedFile& file, Way way, const Run& run) const;
  /// Why the tensors are not what the file holds, or empty.
  std::string difference(const FileContent& content, const Outputs& outputs) const;

  Loader loader_;
  mutable std::unordered_map<const std::type_info*, bool> documented_;  // to throw again is slow
};

/// Why `outputs` break their declared shapes or dtypes, or empty.
std::string broken_schema(const std::vector<LoadedOutput>& declared, const Outputs& outputs);

/// Why a tensor cannot be touched or holds what no tensor may, or empty.
std::string broken_tensor(const std::string& name, const at::Tensor& tensor);

}  // namespace gradgrind::fuzz

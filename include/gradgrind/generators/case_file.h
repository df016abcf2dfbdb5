// Case files: a case on disk, as a safetensors file that Python opens with one call.
//
// Layer 2, generators. Tensors are stored by their logical values: "input/x", "input/xs/0" for
// lists, "weight/fc.bias" for parameters given by value; complex ones as real with a last dim of 2.
// All else is one JSON text under "gradgrind" in the file's metadata. Format:
// https://github.com/huggingface/safetensors (8 bytes little-endian header length, JSON header,
// raw data).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "gradgrind/generators/case.h"

namespace gradgrind {

/// What tells one failure from another. Two findings are the same when all four agree.
struct Identity {
  std::string property;  ///< "keeps_batch_rows_apart".
  std::string kind;      ///< "differs", "not finite", "throws", "dies", ...
  std::string output;    ///< Name of the output concerned, or empty.
  std::string site;      ///< Outermost user frame, else the normalised message.

  friend bool operator==(const Identity& a, const Identity& b) {
    return a.property == b.property && a.kind == b.kind && a.output == b.output && a.site == b.site;
  }
  friend bool operator!=(const Identity& a, const Identity& b) { return !(a == b); }
};

/// What a case file holds beside the case.
struct CaseFile {
  std::string contract;  ///< Name of the contract; may be empty for a case saved in production.
  Identity identity;     ///< Of the failure; all empty when the case never failed.
  std::string message;   ///< What was seen, in words.
  std::uint64_t stream_seed = 0;  ///< Where in the stream it was found.
  std::uint64_t stream_index = 0;
  std::map<std::string, std::string> versions;  ///< "gradgrind", "libtorch", ...
  Case content;
};

/// Writes to a temporary name beside `path`, syncs, renames: a reader or a full disk never sees
/// half a file, and what stood at `path` is kept when writing fails. Creates missing folders.
///
/// Throws UsageError with the path and the system's reason.
void write_case_file(const std::string& path, const CaseFile& file);

/// Throws UsageError when the file cannot be read, is no safetensors file, is truncated, has
/// overlapping or out-of-range offsets, a dtype that cases do not have, or no manifest of
/// Gradgrind's; the message says which, with the path, and what to do.
CaseFile read_case_file(const std::string& path);

/// Version of the manifest, written as "format". A file of a newer one is refused by name.
constexpr int kCaseFileFormat = 1;

}  // namespace gradgrind

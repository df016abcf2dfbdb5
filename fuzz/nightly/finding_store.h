// Findings that outlive the night: complete on the disk, or not there at all.
//
// A folder a target: inputs/KEY is the smallest input so far, KEY.json what is known of it. The key
// is the hash of the signature. The input is written first, then the description: an input without
// one is no finding.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind::nightly {

struct StoredFinding {
  std::string target;
  std::string signature;
  std::string verdict;
  std::string summary;  ///< Empty until it is shrunk.
  std::string report;
  std::string first_seen;  ///< "2026-11-23 02:10:05", UTC.
  bool is_shrunk = false;
  std::uint64_t input_bytes = 0;
  std::string input;  ///< Path.
};

class FindingStore {
 public:
  explicit FindingStore(std::string folder) : folder_(std::move(folder)) {}

  /// Stores `found` with its input, unless there is one of that signature that is shrunk or not
  /// larger. Gives back whether the signature is new. Throws UsageError where the disk refuses;
  /// what was stored stays.
  bool keep(StoredFinding found, const std::string& input);
  /// Stores in place of what there is.
  void replace(StoredFinding found, const std::string& input);
  void remove(const StoredFinding& found);
  /// All of a target, in the order of their first meeting. What cannot be read is told to
  /// `problems`.
  std::vector<StoredFinding> of(const std::string& target,
                                std::vector<std::string>& problems) const;
  /// The folder of a target's inputs.
  std::string inputs_of(const std::string& target) const;
  /// Where a finding of that signature has, or would have, its input.
  std::string input_of(const std::string& target, const std::string& signature) const;

 private:
  std::string description_of(const std::string& target, const std::string& signature) const;

  std::string folder_;
};

}  // namespace gradgrind::nightly

// Files of a night, and inputs that somebody else put there.
//
// Layer 4, faces. No LibTorch.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gradgrind::nightly {

/// The whole file. Throws UsageError with the path and the reason; files of more than 64 MiB are
/// refused.
std::string read_file(const std::string& path);

/// Writes under a temporary name, syncs, renames; makes folders. Throws UsageError with the path
/// and the reason ("No space left on device"); what stood there stays.
void write_file(const std::string& path, const std::string& bytes);

/// "2026-11-23 02:10:05", UTC.
std::string now_text();

/// The largest input that an engine is given.
constexpr std::uint64_t kLargestInput = 1 << 20;

/// Copies the plain files of `folder`, at most kLargestInput each, into `into`, under names that
/// are their own unless taken. Links are not followed. A line in `problems` for each that is passed
/// over. A folder that is not there has no files. Gives back how many were copied.
int copy_inputs(const std::string& folder, const std::string& into,
                std::vector<std::string>& problems);

/// Removes from a corpus what no engine can read, or should: links, folders, large files. A line in
/// `problems` for each.
void clean_corpus(const std::string& folder, std::vector<std::string>& problems);

/// How many plain files a folder has.
std::int64_t count_inputs(const std::string& folder);

}  // namespace gradgrind::nightly

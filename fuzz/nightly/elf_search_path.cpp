#include "fuzz/nightly/elf_search_path.h"

#include <elf.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <vector>

#include "gradgrind/generators/error.h"

namespace gradgrind::nightly {
namespace {

class ElfFile {
 public:
  explicit ElfFile(const std::string& path, std::ios::openmode mode = {})
      : path_(path), stream_(path, std::ios::in | std::ios::binary | mode) {
    const auto header = read<Elf64_Ehdr>(0);
    if (!stream_ || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
      fail("is no ELF file of 64 bits, lowest byte first");
    }
    for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
      segments_.push_back(read<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr)));
    }
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type == PT_DYNAMIC) read_entries(segment);
    }
    if (!stream_) fail("is cut off");
  }

  const std::vector<Elf64_Dyn>& entries() const { return entries_; }

  std::string text_of(const Elf64_Dyn& entry) {
    const auto table = std::find_if(entries_.begin(), entries_.end(), [](const Elf64_Dyn& other) {
      return other.d_tag == DT_STRTAB;
    });
    if (table == entries_.end()) fail("has no table of strings");
    const std::uint64_t address = table->d_un.d_ptr + entry.d_un.d_val;
    for (const Elf64_Phdr& segment : segments_) {
      if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
      if (address - segment.p_vaddr >= segment.p_filesz) continue;
      stream_.seekg(static_cast<std::streamoff>(segment.p_offset + address - segment.p_vaddr));
      std::string text;
      std::getline(stream_, text, '\0');
      if (!stream_) fail("is cut off");
      return text;
    }
    fail("names a string outside of all segments");
  }

  // Entries that are left out at the end become DT_NULL, the mark of the end.
  void write(std::vector<Elf64_Dyn> entries) {
    entries.resize(entries_.size(), Elf64_Dyn{});
    stream_.seekp(static_cast<std::streamoff>(entries_at_));
    stream_.write(reinterpret_cast<const char*>(entries.data()),
                  static_cast<std::streamsize>(entries.size() * sizeof(Elf64_Dyn)));
    if (!stream_.flush()) fail("cannot be written");
  }

 private:
  template <class T>
  T read(std::uint64_t offset) {
    T value{};
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(reinterpret_cast<char*>(&value), sizeof(T));
    return value;
  }

  void read_entries(const Elf64_Phdr& segment) {
    entries_at_ = segment.p_offset;
    for (std::uint64_t at = 0; at + sizeof(Elf64_Dyn) <= segment.p_filesz;
         at += sizeof(Elf64_Dyn)) {
      entries_.push_back(read<Elf64_Dyn>(entries_at_ + at));
      if (!stream_ || entries_.back().d_tag == DT_NULL) return;
    }
  }

  [[noreturn]] void fail(const std::string& what) const { throw UsageError(path_ + " " + what); }

  std::string path_;
  std::fstream stream_;
  std::vector<Elf64_Phdr> segments_;
  std::vector<Elf64_Dyn> entries_;  ///< With the first DT_NULL.
  std::uint64_t entries_at_ = 0;
};

bool is_search_path(const Elf64_Dyn& entry) {
  return entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH;
}

}  // namespace

SearchPath search_path(const std::string& file) {
  ElfFile elf(file);
  SearchPath found;
  for (const Elf64_Dyn& entry : elf.entries()) {
    if (!is_search_path(entry)) continue;
    found.folders = elf.text_of(entry);
    found.serves_all = entry.d_tag == DT_RPATH;
    if (!found.serves_all) break;  // the loader does not look at DT_RPATH beside DT_RUNPATH
  }
  return found;
}

void make_search_path_serve_all(const std::string& program) {
  ElfFile elf(program, std::ios::out);
  std::vector<Elf64_Dyn> entries = elf.entries();
  const auto is_own = [](const Elf64_Dyn& entry) { return entry.d_tag == DT_RUNPATH; };
  if (std::none_of(entries.begin(), entries.end(), is_own)) return;
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [](const Elf64_Dyn& entry) { return entry.d_tag == DT_RPATH; }),
                entries.end());
  std::find_if(entries.begin(), entries.end(), is_own)->d_tag = DT_RPATH;
  elf.write(entries);
}

void remove_search_path(const std::string& library) {
  ElfFile elf(library, std::ios::out);
  std::vector<Elf64_Dyn> entries = elf.entries();
  entries.erase(std::remove_if(entries.begin(), entries.end(), is_search_path), entries.end());
  elf.write(entries);
}

}  // namespace gradgrind::nightly

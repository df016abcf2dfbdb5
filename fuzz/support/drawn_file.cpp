#include "fuzz/support/drawn_file.h"

#include <utility>

#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

constexpr std::size_t kKept = 256;

Document document_of(const Format& format, const std::string& draws) {
  ByteSource source(reinterpret_cast<const std::uint8_t*>(draws.data()), draws.size());
  return format.generate(source);
}

}  // namespace

DrawnFile::DrawnFile(const Format& format, std::string draws)
    : draws_(std::move(draws)),
      document_(document_of(format, draws_)),
      variants_(damage_classes().size()) {}

const std::vector<Variant>& DrawnFile::variants(std::size_t damage_class) const {
  std::optional<std::vector<Variant>>& known = variants_[damage_class];
  if (!known.has_value()) known = damage_classes()[damage_class].variants(document_);
  return *known;
}

DrawnFiles::DrawnFiles(Format format) : format_(std::move(format)), kept_(kKept) {}

std::shared_ptr<const DrawnFile> DrawnFiles::file(const std::string& draws) {
  std::shared_ptr<const DrawnFile>& kept = kept_[hash(draws) % kKept];
  if (kept == nullptr || kept->draws() != draws) {
    kept = std::make_shared<const DrawnFile>(format_, draws);
  }
  return kept;
}

}  // namespace gradgrind::fuzz

#include "fuzz/support/drawn_file.h"

#include <utility>

#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

constexpr std::size_t kKept = 4096;  // more than a corpus of a small loader holds

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
  static const std::vector<Variant> none;
  const std::vector<Variant>*& known = variants_[damage_class];
  if (known != nullptr) return *known;
  std::vector<Variant> made = damage_classes()[damage_class].variants(document_);
  known = made.empty() ? &none : &made_.emplace_front(std::move(made));
  return *known;
}

DrawnFiles::DrawnFiles(Format format) : format_(std::move(format)), kept_(kKept) {}

std::shared_ptr<const DrawnFile> DrawnFiles::file(const std::string& draws) {
  const std::uint64_t key = hash(draws);
  Place& place = kept_[key % kKept];
  if (place.file != nullptr && place.file->draws() == draws) return place.file;
  auto made = std::make_shared<const DrawnFile>(format_, draws);
  if (place.last == key) place.file = made;
  place.last = key;
  return made;
}

}  // namespace gradgrind::fuzz

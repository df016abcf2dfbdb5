// Valid files by the draws that they are made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <memory>
#include <string>
#include <vector>

#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::fuzz {

/// A valid file, and what is worked out of it once.
class DrawnFile {
 public:
  DrawnFile(const Format& format, std::string draws);
  DrawnFile(const DrawnFile&) = delete;  // variants_ points into made_
  DrawnFile& operator=(const DrawnFile&) = delete;

  const std::string& draws() const { return draws_; }
  const Document& document() const { return document_; }
  /// The variants of a class of damage, by its position in damage_classes().
  const std::vector<Variant>& variants(std::size_t damage_class) const;

 private:
  std::string draws_;
  Document document_;
  // Most inputs are new files, of which several classes are asked for that do not apply.
  mutable std::vector<const std::vector<Variant>*> variants_;  // by class; null: never asked for
  mutable std::forward_list<std::vector<Variant>> made_;       // those that are not empty
};

/// The files of a format. An engine changes the edits of one file again and again, and making the
/// file costs more than judging it: some are kept, from the second time on that they are asked for,
/// since most are tried once and never again. A file is the same whether it was kept or not.
class DrawnFiles {
 public:
  explicit DrawnFiles(Format format);

  std::shared_ptr<const DrawnFile> file(const std::string& draws);

 private:
  Format format_;
  struct Place {
    std::shared_ptr<const DrawnFile> file;
    std::uint64_t last = 0;  // hash of the draws that were asked for last without being found
  };
  std::vector<Place> kept_;  // each file in the place of its hash
};

}  // namespace gradgrind::fuzz

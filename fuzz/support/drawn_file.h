// Valid files by the draws that they are made of.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gradgrind/fuzz/formats/damage.h"
#include "gradgrind/fuzz/formats/format.h"

namespace gradgrind::fuzz {

/// A valid file, and what is worked out of it once.
class DrawnFile {
 public:
  DrawnFile(const Format& format, std::string draws);

  const std::string& draws() const { return draws_; }
  const Document& document() const { return document_; }
  /// The variants of a class of damage, by its position in damage_classes().
  const std::vector<Variant>& variants(std::size_t damage_class) const;

 private:
  std::string draws_;
  Document document_;
  mutable std::vector<std::optional<std::vector<Variant>>> variants_;
};

/// The files of a format. An engine changes the edits of one file again and again, and making the
/// file costs more than judging it: some of the last ones are kept. A file is the same whether it
/// was kept or not.
class DrawnFiles {
 public:
  explicit DrawnFiles(Format format);

  std::shared_ptr<const DrawnFile> file(const std::string& draws);

 private:
  Format format_;
  std::vector<std::shared_ptr<const DrawnFile>> kept_;  // each in the place of its hash
};

}  // namespace gradgrind::fuzz

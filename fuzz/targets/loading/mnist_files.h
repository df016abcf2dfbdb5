// A data set of MNIST's test images, whose file of labels is what is fuzzed.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "gradgrind/fuzz.h"
#include "gradgrind/generators/error.h"
#include "gradgrind/properties/materialise.h"

namespace mnist_files {

namespace gg = gradgrind;

inline constexpr std::int64_t kCount = 10000;  // of the test set; MNIST knows no other number

/// A folder in memory with the images; removed with the process, if it ends in an orderly way.
class Folder {
 public:
  Folder() {
    if (mkdtemp(path_.data()) == nullptr) throw gg::InternalError("no folder " + path_);
    std::ofstream(path_ + "/t10k-images-idx3-ubyte", std::ios::binary)
        << gg::encoded(gg::u32_be, 2051) << gg::encoded(gg::u32_be, kCount)
        << gg::encoded(gg::u32_be, 28) << gg::encoded(gg::u32_be, 28)
        << std::string(kCount * 28 * 28, '\7');
  }
  ~Folder() {
    std::error_code ignored;
    if (getpid() == owner_) std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/dev/shm/gradgrind-mnist-XXXXXX";
  pid_t owner_ = getpid();
};

/// The folder of this process, with these labels.
inline std::string folder_with(std::string_view labels) {
  static const Folder folder;
  std::ofstream(folder.path() + "/t10k-labels-idx1-ubyte", std::ios::binary) << labels;
  return folder.path();
}

/// The file of labels.
inline gg::Format labels() {
  return gg::format("labels", [](gg::Draft& file) {
    file.magic("magic", gg::encoded(gg::u32_be, 2049));
    file.dims("dims", gg::u32_be, {kCount});
    gg::Array values(gg::DType::uint8, {kCount});
    const std::uint64_t first = file.source().below(10);
    for (std::int64_t i = 0; i < kCount; ++i) {
      values.set(i, static_cast<std::int64_t>((first + static_cast<std::uint64_t>(i)) % 10));
    }
    file.payload("data", values);
  });
}

/// The labels as MNIST gives them back.
inline at::Tensor expected(const gg::FileContent& content) {
  return gg::materialise({content[0].second, {}, gg::Device::cpu, {}}).to(at::kLong);
}

inline bool are_digits(const gg::Outputs& labels) {
  return labels[0].numel() == 0 ||
         (labels[0].min().item<std::int64_t>() >= 0 && labels[0].max().item<std::int64_t>() <= 9);
}

}  // namespace mnist_files

// Asserts of the state of a RandomSampler: any bytes are refused with a c10::Error and leave the
// sampler as it was, or give a sampler that goes on where the saved one stood, with indices of its
// data set.
#include <torch/data/samplers/random.h>
#include <torch/serialize.h>

#include <vector>

#include "archives.h"

namespace gg = gradgrind;

namespace {

using torch::data::samplers::RandomSampler;

constexpr std::int64_t kSize = 5;

void load(RandomSampler& sampler, std::string_view bytes) {
  torch::serialize::InputArchive archive;
  archive.load_from(bytes.data(), bytes.size());
  sampler.load(archive);
}

// What is left of the epoch.
at::Tensor read(const RandomSampler& sampler) {
  RandomSampler copy = sampler;
  const auto left = copy.next(kSize);
  if (!left.has_value()) return torch::empty({0}, torch::kLong);
  return torch::tensor(std::vector<std::int64_t>(left->begin(), left->end()));
}

const gg::Format state = gg::format("pt", [](gg::Draft& file) {
  RandomSampler sampler(kSize);
  if (file.source().flag()) sampler.next(2);
  gg::write_torch_archive(file, archives::saved([&](std::ostream& out) {
                            torch::serialize::OutputArchive archive;
                            sampler.save(archive);
                            archive.save_to(out);
                          }));
});

const gg::Loader sampler_load =
    archives::loader("sampler_load")
        .format(state)
        .receiver([] { return RandomSampler(kSize); }, load, read)
        .values_are_its_own()
        .holds("indices lie in the data set", [](const gg::Outputs& left) {
          return ((left[0] >= 0) & (left[0] < kSize)).all().item<bool>();
        });

}  // namespace

GRADGRIND_FUZZ(sampler_load);

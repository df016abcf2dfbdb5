// Values for fixed choices. Stored seeds and corpora mean these values: a change that alters them
// bumps the version of the corpus and is told in the changelog; then take over the new digests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "gradgrind/generators/domain.h"
#include "tests/generators/domain_samples.h"

namespace gradgrind {
namespace {

/// A digest of what every class makes in every dtype of the sample.
std::uint64_t digest(const DomainSample& sample) {
  std::string bytes;
  for (const DType dtype : sample.dtypes) {
    for (std::size_t i = 0; i < sample.domain.content.classes.size(); ++i) {
      RandomSource source(2026);
      Array values(dtype, {3, 7});
      sample.domain.content.fill(source, i, sample.bounds, values);
      bytes.append(reinterpret_cast<const char*>(values.data()), values.size_in_bytes());
    }
  }
  return hash(bytes);
}

TEST(Snapshot, OfEveryDomain) {
  const std::map<std::string, std::uint64_t> expected = {
      {"floats", 0x22d559b1aab57a3aULL},
      {"extremes", 0x2b154b43a260e814ULL},
      {"special", 0x6f3e6b47f6f5a57dULL},
      {"between", 0x151494322ce09c80ULL},
      {"far_between", 0x06f8f248febc2f9bULL},
      {"complexes", 0x6a6493a53a5f919aULL},
      {"integers", 0x744d0079d9389263ULL},
      {"booleans", 0x5b2b2918bb0a4525ULL},
      {"ids", 0x8c3825d3faa597d8ULL},
      {"ids_of_none", 0xa2f42ec0c8a4191fULL},
      {"labels", 0xa80ec314f691fc20ULL},
      {"probabilities", 0x4c8516277e7921c3ULL},
      {"simplices", 0xabaea58bdbf979cdULL},
      {"lengths", 0xd4f62b4eeb499730ULL},
      {"lengths_of_none", 0xa2f42ec0c8a4191fULL},
      {"padding_mask", 0x44d7e6bb89219f2bULL},
      {"valid_mask", 0xe1d9612f2b661ddaULL},
      {"padding_mask_or_empty", 0xa4d78dda4837b48aULL},
      {"mask", 0x053b659df2bbe59cULL},
      {"keeping_mask", 0x84f9f39d8b0635f6ULL},
      {"causal_mask", 0xec32bf7abd479da2ULL},
      {"additive_mask", 0x06d2273505d80fb4ULL},
      {"permutations", 0xb0efc4e0364446e2ULL},
      {"indices", 0x11cdbdcd7c0b9d8dULL},
      {"slices", 0x4ea9fbdb928293adULL},
      {"sorted", 0xb7ac5c00360a9477ULL},
      {"sorted_special", 0xba0b77e61df3845cULL},
      {"broadcastable", 0xc2a3cb8b070a1c47ULL},
  };
  std::map<std::string, std::uint64_t> digests;
  for (const DomainSample& sample : domain_samples()) digests[sample.name] = digest(sample);
  EXPECT_EQ(digests, expected);
}

TEST(Snapshot, OfNormalValues) {
  const Domain domain = floats("");
  const std::size_t normal = 6;
  ASSERT_EQ(domain.content.classes[normal], "normal");
  RandomSource source(2026);
  Array values(DType::float32, {4});
  domain.content.fill(source, normal, {}, values);
  EXPECT_THAT(std::vector<float>(values.as<float>(), values.as<float>() + 4),
              testing::ElementsAre(0.9237462F, 1.2712325F, 2.3241415F, -0.8843513F));
}

TEST(Snapshot, OfPermutations) {
  const Domain domain = permutations("");
  RandomSource source(2026);
  Array values(DType::int64, {8});
  domain.content.fill(source, 1, {}, values);
  EXPECT_THAT(std::vector<std::int64_t>(values.as<std::int64_t>(), values.as<std::int64_t>() + 8),
              testing::ElementsAre(1, 0, 3, 6, 5, 7, 4, 2));
}

}  // namespace
}  // namespace gradgrind

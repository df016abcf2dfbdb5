// Defines what RapidCheck declares: the members of rc::Random are ordinary functions in
// librapidcheck.a, and a linker that has met them here does not look for them there.
#include "fuzz/support/rapidcheck_draws.h"

#include <rapidcheck/Random.h>

#include <algorithm>
#include <ostream>
#include <tuple>

#include "gradgrind/generators/source.h"

namespace gradgrind::fuzz {
namespace {

thread_local RapidCheckDraws* current = nullptr;

}  // namespace

std::uint64_t RapidCheckDraws::draw(std::uint64_t id) {
  constexpr std::size_t kBytes = 8;
  const auto [known, is_new] = known_.try_emplace(id, 0);
  if (!is_new) return known->second;
  if (left_.empty()) return known->second = mix(id);
  const std::size_t count = std::min(kBytes, left_.size());
  for (std::size_t i = count; i-- > 0;) {
    known->second = known->second << 8 | static_cast<unsigned char>(left_[i]);
  }
  left_.remove_prefix(count);
  return known->second;
}

RapidCheckDrawsGuard::RapidCheckDrawsGuard(RapidCheckDraws& draws) : before_(current) {
  current = &draws;
}

RapidCheckDrawsGuard::~RapidCheckDrawsGuard() { current = before_; }

}  // namespace gradgrind::fuzz

namespace rc {

// The key is a hash of the seed and of all splits since; the counter tells draws apart.
Random::Random() : Random(Key{}) {}
Random::Random(const Key& key) : m_key(key), m_block{}, m_bits(0), m_counter(0), m_bitsi(0) {}
Random::Random(std::uint64_t seed) : Random(Key{{seed, seed, seed, seed}}) {}

Random Random::split() {
  Random other(*this);
  append(false);
  other.append(true);
  return other;
}

Random::Number Random::next() {
  const std::uint64_t id =
      gradgrind::mix(m_key[0] ^ gradgrind::mix(m_key[1] + gradgrind::mix(m_counter++)));
  gradgrind::fuzz::RapidCheckDraws* const draws = gradgrind::fuzz::current;
  return draws != nullptr ? draws->draw(id) : gradgrind::mix(id);
}

void Random::append(bool is_right) {
  // All four words count the first time: seeds may differ in any.
  const std::uint64_t rest = gradgrind::mix(m_key[2] + gradgrind::mix(m_key[3]));
  m_key[0] = gradgrind::mix(2 * m_key[0] + (is_right ? 1 : 0) + rest);
  m_key[1] = gradgrind::mix(m_key[1] + gradgrind::mix(m_key[0] + (is_right ? 3 : 2)));
  m_key[2] = m_key[3] = 0;
}

// What deserialize() calls; there is no block to be made here.
void Random::mash(Block& output) { output = m_key; }

bool operator==(const Random& a, const Random& b) {
  return std::tie(a.m_key, a.m_counter) == std::tie(b.m_key, b.m_counter);
}

bool operator!=(const Random& a, const Random& b) { return !(a == b); }

bool operator<(const Random& a, const Random& b) {
  return std::tie(a.m_key, a.m_counter) < std::tie(b.m_key, b.m_counter);
}

std::ostream& operator<<(std::ostream& stream, const Random& random) {
  stream << "key=";
  for (const std::uint64_t word : random.m_key) stream << word << ' ';
  return stream << "counter=" << random.m_counter;
}

}  // namespace rc

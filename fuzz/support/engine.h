// What stands between a target and the engine that drives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "gradgrind/fuzz/target.h"

namespace gradgrind::fuzz {

/// The engine's own way to change bytes; where there is no engine, one of three simple ones.
std::size_t mutate_bytes(std::uint8_t* data, std::size_t size, std::size_t capacity, unsigned seed);

/// Drops blocks of bytes, and makes others 0, for as long as the input fails alike: halves first,
/// single bytes last, until a whole round changes nothing.
std::string shrink_bytes(Bytes input, const FailsAlike& fails_alike);

/// Makes `target` the one of this process; ends the process where there is one already.
void keep_target(std::unique_ptr<Target> target);

}  // namespace gradgrind::fuzz

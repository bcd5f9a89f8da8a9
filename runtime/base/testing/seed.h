// The seed of a test that draws what it does.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace triad {

// Another one each time, which the test has to tell; TRIAD_SEED in the environment repeats a run.
inline std::uint32_t Seed() {
  const char* given = std::getenv("TRIAD_SEED");
  return given != nullptr ? static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10))
                          : std::random_device()();
}

}  // namespace triad

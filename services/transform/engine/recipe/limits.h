// What a run of a recipe may take.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "services/transform/engine/apart.h"

namespace triad::transform {

struct Limits {
  std::int64_t max_input_bytes = 1024 * 1024;
  // Of each step. Four times the input, so that any two encodings fit.
  std::int64_t max_output_bytes = 4 * 1024 * 1024;
  std::size_t max_steps = 64;
  // Of the inputs of all steps together: as many as that on the largest input.
  std::int64_t max_total_bytes = 64 * 1024 * 1024;
  // An output over 1 MiB may be so many times as long as its input. More than deflate can do, which
  // is 1032.
  std::int64_t max_ratio = 1100;
  // Of all steps together.
  absl::Duration max_time = absl::Seconds(30);
  // Open at a time.
  std::int64_t max_streams = 32;
  // Where steps run what cannot be stopped. Null: where they run themselves.
  RunApart apart = nullptr;
};

}  // namespace triad::transform

// Breaks what is written into lines of one length.
#pragma once

#include <algorithm>
#include <cstddef>

#include "absl/strings/string_view.h"
#include "services/transform/engine/output.h"

namespace triad::transform {

class LineBreaker {
 public:
  // No breaks if `length` is 0.
  LineBreaker(std::size_t length, absl::string_view end) : length_(length), end_(end) {}

  // Breaks stand between lines: there is none after the last.
  void Append(absl::string_view text, Output& output) {
    if (length_ == 0) return output.Append(text);
    while (!text.empty() && !output.failed()) {
      if (column_ == length_) {
        output.Append(end_);
        column_ = 0;
      }
      absl::string_view part = text.substr(0, length_ - column_);
      output.Append(part);
      column_ += part.size();
      text.remove_prefix(part.size());
    }
  }

 private:
  const std::size_t length_;
  const absl::string_view end_;
  std::size_t column_ = 0;
};

}  // namespace triad::transform

#include "services/transform/engine/support/line_edits.h"

#include <algorithm>
#include <cstdint>

#include "runtime/base/status.h"
#include "services/transform/engine/problem.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {
namespace {

// The time, and the memory of the way back, grow as its square.
constexpr std::int32_t kMaxEdits = 2000;

using Lines = std::vector<absl::string_view>;

Lines LinesOf(absl::string_view text) {
  Lines lines;
  while (!text.empty()) {
    lines.emplace_back(text.data(), FirstLine(text).size());
    text.remove_prefix(lines.back().size());
  }
  return lines;
}

// Myers' search: x counts lines of `from`, y of `to`, and diagonal k is where x - y = k.
class Search {
 public:
  Search(const Lines& from, const Lines& to, Output& output)
      : from_(from), to_(to), output_(output) {}

  absl::StatusOr<std::vector<LineEdit>> Run() {
    std::int32_t most = std::min<std::int32_t>(kMaxEdits, Size(from_) + Size(to_));
    std::vector<std::int32_t> reached(2 * static_cast<std::size_t>(most) + 3, 0);
    offset_ = most + 1;
    for (std::int32_t d = 0; d <= most; ++d) {
      if (!output_.Wanted()) return output_.status();
      TRIAD_RETURN_IF_ERROR(output_.Hold((2 * d + 3) * sizeof(std::int32_t)));
      // What the step before reached, for the way back.
      rounds_.emplace_back(reached.begin() + offset_ - d - 1, reached.begin() + offset_ + d + 2);
      for (std::int32_t k = -d; k <= d; k += 2) {
        std::int32_t x = Snake(Begin(rounds_.back(), d, k), k);
        reached[static_cast<std::size_t>(offset_ + k)] = x;
        if (x >= Size(from_) && x - k >= Size(to_)) return WayBack(d, k);
      }
    }
    return BadInput("differs from the other in over 2,000 lines");
  }

 private:
  static std::int32_t Size(const Lines& lines) { return static_cast<std::int32_t>(lines.size()); }
  const absl::string_view& From(std::int32_t x) const { return from_[static_cast<std::size_t>(x)]; }
  const absl::string_view& To(std::int32_t y) const { return to_[static_cast<std::size_t>(y)]; }

  // Whether diagonal k is entered from above, by a line that is added.
  static bool IsAdded(const std::vector<std::int32_t>& before, std::int32_t d, std::int32_t k) {
    auto at = [&before, d](std::int32_t i) { return before[static_cast<std::size_t>(i + d + 1)]; };
    return k == -d || (k != d && at(k - 1) < at(k + 1));
  }

  static std::int32_t Begin(const std::vector<std::int32_t>& before, std::int32_t d,
                            std::int32_t k) {
    if (d == 0) return 0;
    auto at = [&before, d](std::int32_t i) { return before[static_cast<std::size_t>(i + d + 1)]; };
    return IsAdded(before, d, k) ? at(k + 1) : at(k - 1) + 1;
  }

  // Along lines that are the same.
  std::int32_t Snake(std::int32_t x, std::int32_t k) const {
    while (x < Size(from_) && x - k < Size(to_) && From(x) == To(x - k)) ++x;
    return x;
  }

  std::vector<LineEdit> WayBack(std::int32_t d, std::int32_t k) {
    std::vector<LineEdit> edits;
    std::int32_t x = Size(from_);
    for (; d >= 0; --d) {
      const std::vector<std::int32_t>& before = rounds_[static_cast<std::size_t>(d)];
      for (std::int32_t begin = Begin(before, d, k); x > begin; --x) {
        edits.push_back({LineEdit::Kind::kKeep, From(x - 1)});
      }
      if (d == 0) break;
      if (IsAdded(before, d, k)) {
        edits.push_back({LineEdit::Kind::kAdd, To(x - k - 1)});
        ++k;
      } else {
        edits.push_back({LineEdit::Kind::kRemove, From(x - 1)});
        --x;
        --k;
      }
    }
    std::reverse(edits.begin(), edits.end());
    return edits;
  }

  const Lines& from_;
  const Lines& to_;
  Output& output_;
  std::int32_t offset_ = 0;
  std::vector<std::vector<std::int32_t>> rounds_;
};

}  // namespace

absl::StatusOr<std::vector<LineEdit>> EditsBetween(absl::string_view from, absl::string_view to,
                                                   Output& output) {
  auto count = [](absl::string_view text) {
    return std::count(text.begin(), text.end(), '\n') + 1;
  };
  // Each line is in a list and, once or twice, an edit.
  auto bytes = static_cast<std::int64_t>(sizeof(absl::string_view) + 2 * sizeof(LineEdit));
  TRIAD_RETURN_IF_ERROR(output.Hold(2 * (count(from) + count(to)) * bytes));
  Lines from_lines = LinesOf(from);
  Lines to_lines = LinesOf(to);
  return Search(from_lines, to_lines, output).Run();
}

}  // namespace triad::transform

#include "cli/output/line_diff.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace triad::cli {
namespace {

constexpr std::size_t kContext = 3;
// Of the table of common subsequences; beyond it, what lies between the lines that both
// begin and end with is shown as replaced.
constexpr std::size_t kMaxTableCells = 4'000'000;

using Lines = std::vector<std::string>;

struct Edit {
  char sign;  // ' ', '-' or '+'
  const std::string* line;
};

// Edits of what lies between the common ends: [begin, *_end).
class Middle {
 public:
  Middle(const Lines& before, const Lines& after, std::size_t begin, std::size_t before_end,
         std::size_t after_end)
      : before_(before),
        after_(after),
        begin_(begin),
        rows_(before_end - begin),
        columns_(after_end - begin) {
    if ((rows_ + 1) * (columns_ + 1) <= kMaxTableCells) Fill();
  }

  void Append(std::vector<Edit>& edits) const {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows_ || j < columns_) {
      if (Same(i, j)) {
        edits.push_back({' ', &Before(i)});
        ++i;
        ++j;
      } else if (i < rows_ && (j == columns_ || Common(i + 1, j) >= Common(i, j + 1))) {
        edits.push_back({'-', &Before(i++)});
      } else {
        edits.push_back({'+', &After(j++)});
      }
    }
  }

 private:
  const std::string& Before(std::size_t i) const { return before_[begin_ + i]; }
  const std::string& After(std::size_t j) const { return after_[begin_ + j]; }
  bool Same(std::size_t i, std::size_t j) const {
    return !common_.empty() && i < rows_ && j < columns_ && Before(i) == After(j);
  }
  // How many lines behind i and j can be kept.
  std::uint32_t Common(std::size_t i, std::size_t j) const {
    return common_.empty() ? 0 : common_[i * (columns_ + 1) + j];
  }

  void Fill() {
    common_.assign((rows_ + 1) * (columns_ + 1), 0);
    for (std::size_t i = rows_; i-- > 0;) {
      for (std::size_t j = columns_; j-- > 0;) {
        common_[i * (columns_ + 1) + j] = Before(i) == After(j)
                                              ? Common(i + 1, j + 1) + 1
                                              : std::max(Common(i + 1, j), Common(i, j + 1));
      }
    }
  }

  const Lines& before_;
  const Lines& after_;
  const std::size_t begin_;
  const std::size_t rows_;
  const std::size_t columns_;
  std::vector<std::uint32_t> common_;
};

std::vector<Edit> EditsOf(const Lines& before, const Lines& after) {
  std::size_t shorter = std::min(before.size(), after.size());
  std::size_t head = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  std::size_t tail = 0;
  while (tail < shorter - head &&
         before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<Edit> edits;
  for (std::size_t i = 0; i < head; ++i) edits.push_back({' ', &before[i]});
  Middle(before, after, head, before.size() - tail, after.size() - tail).Append(edits);
  for (std::size_t i = before.size() - tail; i < before.size(); ++i) {
    edits.push_back({' ', &before[i]});
  }
  return edits;
}

Style StyleOf(char sign) {
  return sign == '-' ? Style::kRed : sign == '+' ? Style::kGreen : Style::kPlain;
}

// "12,3": where a hunk begins and how many lines it has.
std::string Span(std::size_t lines_before, std::size_t count) {
  return absl::StrCat(count == 0 ? lines_before : lines_before + 1, ",", count);
}

// Where the next hunk begins and ends from `from` on; both the size if there is none.
std::pair<std::size_t, std::size_t> NextHunk(const std::vector<Edit>& edits, std::size_t from) {
  auto is_change = [](const Edit& edit) { return edit.sign != ' '; };
  auto first =
      std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(from), edits.end(), is_change);
  if (first == edits.end()) return {edits.size(), edits.size()};
  auto at = static_cast<std::size_t>(first - edits.begin());
  std::size_t last = at;
  for (std::size_t i = at; i < edits.size() && i <= last + 2 * kContext; ++i) {
    if (is_change(edits[i])) last = i;
  }
  std::size_t begin = at > from + kContext ? at - kContext : from;
  return {begin, std::min(edits.size(), last + 1 + kContext)};
}

}  // namespace

std::string UnifiedDiff(const Lines& before, const Lines& after, const Colours& colours) {
  std::vector<Edit> edits = EditsOf(before, after);
  std::string text;
  std::size_t old_line = 0;
  std::size_t new_line = 0;
  std::size_t seen = 0;
  for (auto [begin, end] = NextHunk(edits, 0); begin < edits.size();
       std::tie(begin, end) = NextHunk(edits, end)) {
    old_line += begin - seen;  // lines between hunks are in both
    new_line += begin - seen;
    std::string lines;
    std::size_t old_count = 0;
    std::size_t new_count = 0;
    for (std::size_t i = begin; i < end; ++i) {
      old_count += edits[i].sign != '+' ? 1 : 0;
      new_count += edits[i].sign != '-' ? 1 : 0;
      std::string line = absl::StrCat(std::string(1, edits[i].sign), *edits[i].line);
      absl::StrAppend(&lines, colours(StyleOf(edits[i].sign), line), "\n");
    }
    std::string place =
        absl::StrCat("@@ -", Span(old_line, old_count), " +", Span(new_line, new_count), " @@");
    absl::StrAppend(&text, colours(Style::kCyan, place), "\n", lines);
    old_line += old_count;
    new_line += new_count;
    seen = end;
  }
  return text;
}

}  // namespace triad::cli

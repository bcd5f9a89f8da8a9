#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/lines/operations.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {
namespace {

struct Row {
  // Orders most rows without a look at their text.
  double number = 0;
  std::uint64_t prefix = 0;
  absl::string_view text;
};

// The first bytes, so that numbers compare as texts do.
std::uint64_t PrefixOf(absl::string_view text) {
  std::uint64_t prefix = 0;
  for (std::size_t i = 0; i < sizeof(prefix); ++i) {
    prefix = prefix << 8 | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0);
  }
  return prefix;
}

// What is no number comes first.
double NumberOf(absl::string_view text) {
  double number = 0;
  bool read = absl::SimpleAtod(text, &number) && !std::isnan(number);
  return read ? number : -std::numeric_limits<double>::infinity();
}

bool TextLess(const Row& one, const Row& other) {
  return one.prefix != other.prefix ? one.prefix < other.prefix : one.text < other.text;
}

bool NumberLess(const Row& one, const Row& other) { return one.number < other.number; }

bool IsDigit(char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); }

absl::string_view TakeDigits(absl::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  absl::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  return digits;
}

// Runs of digits are numbers, of any length; the rest is text.
bool VersionLess(const Row& one, const Row& other) {
  absl::string_view a = one.text;
  absl::string_view b = other.text;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a[0]) && IsDigit(b[0])) {
      absl::string_view x = TakeDigits(a);
      absl::string_view y = TakeDigits(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[0] != b[0]) return static_cast<unsigned char>(a[0]) < static_cast<unsigned char>(b[0]);
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

struct Order {
  absl::string_view name;
  bool (*less)(const Row& one, const Row& other);
};

constexpr Order kOrders[] = {{"text", TextLess}, {"number", NumberLess}, {"version", VersionLess}};

std::vector<Row> RowsOf(absl::string_view input, const std::string& by, std::size_t count) {
  std::vector<Row> rows;
  rows.reserve(count);
  while (!input.empty()) {
    Line line = FirstLine(input);
    rows.push_back({.text = line.content});
    if (by == "text") rows.back().prefix = PrefixOf(line.content);
    if (by == "number") rows.back().number = NumberOf(line.content);
    input.remove_prefix(line.size());
  }
  return rows;
}

// Sorting cannot be stopped in the middle, but what it takes is bounded by its input.
absl::Status RunSort(absl::string_view input, const Arguments& arguments, Output& output) {
  auto count = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n')) + 1;
  // The second half is what a stable sort works in.
  TRIAD_RETURN_IF_ERROR(output.Hold(static_cast<std::int64_t>(count * sizeof(Row) * 3 / 2)));
  const std::string& by = arguments.Text("by");
  std::vector<Row> rows = RowsOf(input, by, count);
  auto order = std::find_if(std::begin(kOrders), std::end(kOrders),
                            [&by](const Order& known) { return known.name == by; });
  if (arguments.Text("order") == "descending") {
    std::stable_sort(rows.begin(), rows.end(),
                     [less = order->less](const Row& a, const Row& b) { return less(b, a); });
  } else {
    std::stable_sort(rows.begin(), rows.end(), order->less);
  }
  output.Expect(input.size());
  // Ends stay where they are, so that a text whose last line has none still ends so.
  for (const Row& row : rows) {
    Line place = FirstLine(input);
    output.Append(row.text);
    output.Append(place.ending);
    input.remove_prefix(place.size());
    if (output.failed()) break;
  }
  return output.status();
}

}  // namespace

Operation Sort() {
  return {.id = "sort",
          .name = "Sort lines",
          .aliases = {"Sort", "sort-lines"},
          .summary = "Puts lines in order; equal ones stay in theirs.",
          .cost = Cost::kMedium,
          .parameters = {{.name = "by",
                          .summary = "By bytes, which is the order of code points; by the number "
                                     "that a line is; or with numbers inside compared as such.",
                          .kind = Kind::kChoice,
                          .default_value = "text",
                          .choices = {"text", "number", "version"}},
                         {.name = "order",
                          .summary = "What comes first.",
                          .kind = Kind::kChoice,
                          .default_value = "ascending",
                          .choices = {"ascending", "descending"}}},
          .examples = {{"b\na\n", "sort", "a\nb\n"},
                       {"v1.10\nv1.9\n", "sort(by=version)", "v1.9\nv1.10\n"}},
          .run = RunSort};
}

}  // namespace triad::transform

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "runtime/base/status.h"
#include "services/transform/engine/families/lines/operations.h"
#include "services/transform/engine/support/lines.h"

namespace triad::transform {
namespace {

// How often a line was there, and whether it has been written.
struct Seen {
  std::uint32_t times = 0;
  bool written = false;
};

using Table = absl::flat_hash_map<absl::string_view, Seen>;
// Of a table that is as empty as it gets after it has grown.
constexpr std::size_t kRowBytes = 3 * (sizeof(Table::value_type) + 1);

bool IsKept(const std::string& keep, const Seen& seen) {
  if (keep == "repeated") return seen.times > 1;
  return keep == "first" || seen.times == 1;
}

absl::Status RunUnique(absl::string_view input, const Arguments& arguments, Output& output) {
  const std::string& keep = arguments.Text("keep");
  auto count = static_cast<std::size_t>(std::count(input.begin(), input.end(), '\n')) + 1;
  TRIAD_RETURN_IF_ERROR(output.Hold(static_cast<std::int64_t>(count * kRowBytes)));
  Table table;
  bool all_first = keep != "first";
  for (absl::string_view rest = input; all_first && !rest.empty();) {
    if (!output.Going(input.size() - rest.size())) return output.status();
    Line line = FirstLine(rest);
    ++table[line.content].times;
    rest.remove_prefix(line.size());
  }
  for (absl::string_view rest = input; !rest.empty() && !output.failed();) {
    Line line = FirstLine(rest);
    Seen& seen = table[line.content];
    if (!seen.written && IsKept(keep, seen)) output.Append({line.content.data(), line.size()});
    seen.written = true;
    rest.remove_prefix(line.size());
  }
  return output.status();
}

}  // namespace

Operation Unique() {
  return {.id = "unique",
          .name = "Unique lines",
          .aliases = {"Unique", "uniq"},
          .summary =
              "Keeps each line once, in the order of first appearance; ends do not make a "
              "difference.",
          .cost = Cost::kMedium,
          .parameters = {{.name = "keep",
                          .summary = "The first of each, only of those that are there more often, "
                                     "or only of those that are not.",
                          .kind = Kind::kChoice,
                          .default_value = "first",
                          .choices = {"first", "repeated", "single"}}},
          .examples = {{"b\na\nb\n", "unique", "b\na\n"},
                       {"b\na\nb\n", "unique(keep=repeated)", "b\n"}},
          .run = RunUnique};
}

}  // namespace triad::transform

#include "services/example/model/counter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/status.h"

namespace triad::example {
namespace {

constexpr absl::string_view kCollection = "counters/";
constexpr std::size_t kMaxIdBytes = 63;

bool IsIdCharacter(char c) { return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-'; }

}  // namespace

absl::StatusOr<std::string> ParseCounterName(absl::string_view field, absl::string_view name) {
  absl::string_view id = name;
  bool valid = absl::ConsumePrefix(&id, kCollection) && !id.empty() && id.size() <= kMaxIdBytes &&
               std::all_of(id.begin(), id.end(), IsIdCharacter);
  if (valid) return std::string(id);
  return InvalidField(field, absl::StrCat("must be counters/{counter}, of 1 to ", kMaxIdBytes,
                                          " lower-case letters, digits and hyphens"));
}

std::string FormatCounterName(absl::string_view id) { return absl::StrCat(kCollection, id); }

}  // namespace triad::example

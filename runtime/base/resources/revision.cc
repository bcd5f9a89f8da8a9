#include "runtime/base/resources/revision.h"

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {

std::string FormatResume(Epoch epoch, Revision revision) {
  return absl::StrCat(absl::Hex(epoch.value), "-", revision.value);
}

absl::StatusOr<Revision> ParseResume(absl::string_view field, absl::string_view text, Epoch epoch) {
  std::size_t dash = text.find('-');
  absl::string_view number = dash == absl::string_view::npos ? text : text.substr(dash + 1);
  Revision revision;
  if (!absl::SimpleAtoi(number, &revision.value) || revision.value < 0 || text.front() == '-') {
    return InvalidField(field, "must be the resume of a list or a watch, or a revision");
  }
  if (dash != absl::string_view::npos &&
      text.substr(0, dash) != absl::StrCat(absl::Hex(epoch.value))) {
    return absl::OutOfRangeError(absl::StrCat(
        field, " is of another database, or of this one before it was restored: list again"));
  }
  return revision;
}

std::string FormatEtag(Epoch epoch, Revision revision) {
  return absl::StrCat(absl::Hex(epoch.value), "-", absl::Hex(revision.value));
}

}  // namespace triad

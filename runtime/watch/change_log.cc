#include "runtime/watch/change_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"

namespace triad {

absl::Status BeforeFloor(Revision after, ChangeBounds bounds, absl::string_view service) {
  absl::Status status = absl::OutOfRangeError(
      absl::StrCat("revision ", after.value, " lies before ", bounds.floor.value,
                   ", the oldest revision that can be watched from; the newest is ",
                   bounds.head.value, ": list again, then watch after the list"));
  return WithReason(
      std::move(status), "COMPACTED", absl::StrCat(service, ".triad"),
      {{"floor", absl::StrCat(bounds.floor.value)}, {"revision", absl::StrCat(bounds.head.value)}});
}

}  // namespace triad

// HTTP status and headers of a download.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/storage/http/read_plan.h"
#include "services/storage/model/object.h"

namespace triad::storage {

struct DownloadHead {
  // Unset: 200, or what follows from the error.
  std::optional<int> status;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
};

// The head of what `plan` answers. Content that a browser could run as a page of
// ours comes as an attachment; everything comes with nosniff and in a sandbox.
DownloadHead DownloadHeadOf(const Object& object, const ReadPlan& plan);

// Whether a browser may show the type in place.
bool IsSafeInline(absl::string_view content_type);

// `attachment; filename="…"`, or in RFC 8187's form where the name needs it.
std::string FormatAttachment(absl::string_view object_name);

}  // namespace triad::storage

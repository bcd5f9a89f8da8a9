// HTTP status and headers of a download.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/storage/http/read_plan.h"
#include "services/storage/model/content_headers.h"
#include "services/storage/model/object.h"

namespace triad::storage {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;  // names in lower case

struct DownloadHead {
  // Unset: 200, or what follows from the error.
  std::optional<int> status;
  HeaderFields headers;
};

// The head of what `plan` answers, but for the length of several parts: that is of what is
// around them, too, as are their Content-Ranges. Content that a browser could run as a page of
// ours comes as an attachment; everything comes with nosniff and in a sandbox.
DownloadHead DownloadHeadOf(const Object& object, const ReadPlan& plan);

// What the writer's headers become in an answer with content of that type. Where the writer
// says nothing of caches, one may keep the content, but asks each time whether it is still
// the same. Content that a browser could run as a page of ours stays an attachment, whatever
// the writer says.
HeaderFields ContentFieldsOf(const ContentHeaders& kept, absl::string_view content_type,
                             absl::string_view object_name);

// Whether a browser may show the type in place.
bool IsSafeInline(absl::string_view content_type);

// `attachment; filename="…"`, or in RFC 8187's form where the name needs it.
std::string FormatAttachment(absl::string_view object_name);

}  // namespace triad::storage

// HTTP headers of a download.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "runtime/rpc/call.h"
#include "services/storage/http/read_plan.h"
#include "services/storage/model/object.h"

namespace triad::storage {

// Sets status and headers for `plan`. Content that a browser could run as a page
// of ours comes as an attachment; everything comes with nosniff and in a
// sandbox.
void SetDownloadHeaders(rpc::Call& call, const Object& object, const ReadPlan& plan);

// Whether a browser may show the type in place.
bool IsSafeInline(absl::string_view content_type);

// `attachment; filename="…"`, or in RFC 8187's form where the name needs it.
std::string AttachmentDisposition(absl::string_view object_name);

}  // namespace triad::storage

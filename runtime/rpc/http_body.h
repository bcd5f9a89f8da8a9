// Raw bytes as a message.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "google/api/httpbody.pb.h"
#include "runtime/rpc/encoded.h"

namespace triad::rpc {

// A google.api.HttpBody, for one answer. `data` is not copied.
Encoded<google::api::HttpBody> HttpBodyOf(absl::string_view content_type, std::string data);

}  // namespace triad::rpc

// An HTTP request whose body is sent as it comes. The HTTP client of the runtime takes bodies
// that are all there.
#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "cli/transport/client.h"
#include "runtime/http_client/http_client.h"

namespace triad::cli {

// Sends `request`, which has no body of its own, with `content`, and takes all of the answer:
// INTERNAL if that is over `limit` bytes. Without a size it is sent in chunks. Errors are those
// of http_client::ResponseReader, and those of `content`. Call it while there is an HttpClient.
absl::StatusOr<http_client::HttpResponse> SendUpload(const http_client::HttpRequest& request,
                                                     const std::string& ca_file,
                                                     const Content& content, std::size_t limit);

}  // namespace triad::cli

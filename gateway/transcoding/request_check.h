// Requests held against the rules of their protos, with the names that their clients use.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

// OK unless `message`, the whole of a request or one of a stream's, breaks a rule that the route
// has. `json` is the body that it was made from: a field that stands in it by the proto's name is
// called so, any other by its JSON name; outside of the body the proto's names hold.
// INVALID_ARGUMENT with a BadRequest of what is wrong.
absl::Status CheckRequest(const Route& route, absl::string_view message,
                          absl::string_view json = {});

}  // namespace triad::gateway

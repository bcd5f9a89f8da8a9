// Streams that go on by themselves when they break.
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "cli/session.h"
#include "cli/transport/client.h"

namespace triad::cli {

// Opens the stream of `method` with what `request()` gives, hands each message to
// `on_message`, and opens it again when it ends or breaks, until Ctrl-C: at once if it
// brought something, else after a pause that grows. Returns only for an error that another
// try would not mend, and for one that ends the very first stream before it brought
// anything.
absl::Status Follow(Session& session, const google::protobuf::MethodDescriptor& method,
                    const std::function<const google::protobuf::Message&()>& request,
                    const Client::OnMessage& on_message);

}  // namespace triad::cli

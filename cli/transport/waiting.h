// A server that is away, waited for.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/transport/client.h"

namespace triad::cli {

// How a wait goes: at each try that failed, with the time since the first.
using OnAway = std::function<void(const absl::Status& away, absl::Duration since)>;

// `client`, whose calls wait for the server `wait` long as long as it is UNAVAILABLE. A call
// without side effects is made again. One with them is made once, when the service is
// ready: what became of a call whose answer was lost cannot be known.
std::unique_ptr<Client> MakeWaitingClient(std::unique_ptr<Client> client, absl::Duration wait,
                                          OnAway on_away);

}  // namespace triad::cli

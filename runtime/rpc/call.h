// One RPC, as its handler sees it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "runtime/telemetry/traces/request_context.h"
#include "runtime/telemetry/traces/trace.h"

namespace triad::rpc {

// Handed to a handler for the length of its call. Setters are for the thread
// that runs the handler, and have no effect once the first message is sent.
class Call : public RequestContext {
 public:
  // "triad.config.v1.ConfigService/GetEntry"
  virtual absl::string_view method() const = 0;
  // Until the caller's deadline, in time that does not step; negative once it has
  // passed, InfiniteDuration if the caller set none.
  virtual absl::Duration time_left() const = 0;
  // Whether the caller has gone away or the deadline has passed.
  virtual bool cancelled() const = 0;

  // OK, CANCELLED or DEADLINE_EXCEEDED: whether what has waited for its turn is still to be done.
  virtual absl::Status StillWanted() const = 0;

  // UNAUTHENTICATED unless the call may write: for what is read and yet guarded.
  virtual absl::Status CheckToken() const = 0;

  // How many bytes the next message of a stream had better have, at most `wanted`: few
  // while callers that take theirs slowly hold much.
  virtual std::size_t RoomForAnswer(std::size_t wanted) const = 0;

  // A request header that the gateway passed on as metadata, in lower case:
  // "range", "if-match", "x-meta-owner". Several lines of one name are one list, with
  // ", " between them (RFC 9110, section 5.3).
  virtual std::optional<std::string> Header(absl::string_view name) const = 0;
  // All whose name starts with `prefix`, with whole names, in order of name.
  virtual std::vector<std::pair<std::string, std::string>> HeadersWithPrefix(
      absl::string_view prefix) const = 0;

  // HTTP facts for the gateway: metadata `http-status` and
  // `http-header-<name>`. A value that is not legal metadata is dropped and
  // logged.
  virtual void SetHttpStatus(int status) = 0;
  virtual void SetHttpHeader(absl::string_view name, absl::string_view value) = 0;
};

}  // namespace triad::rpc

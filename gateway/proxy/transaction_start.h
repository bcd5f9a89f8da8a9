// What a call is made of, from its request and its route.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gateway/proxy/answer/answer_coding.h"
#include "gateway/proxy/conversions.h"
#include "gateway/proxy/request/request_scope.h"
#include "gateway/proxy/services/loop_services.h"
#include "gateway/routing/router.h"
#include "runtime/grpc_client/channel.h"

namespace triad::gateway {

// What messages on a WebSocket are, by its subprotocol; JSON where it has none. kNone
// where there is no socket.
enum class Frames : char { kDefault, kJson, kProto, kNone };
inline constexpr absl::string_view kSubprotocols[] = {"", "triad.v1.json", "triad.v1.proto"};

// What a transaction is about.
struct TransactionStart {
  const Route* route = nullptr;
  grpc_client::Channel* channel = nullptr;
  grpc_client::Metadata metadata;
  std::optional<TraceContext> call_trace;  // of the call's span, if that is recorded
  std::string fields;                      // of BindFields
  absl::Duration timeout;
  JsonStyle style;  // of the answer
  AcceptedCodings codings;
  Frames frames = Frames::kNone;
  bool is_carried = false;             // one of many streams on a socket
  Conversions* conversions = nullptr;  // of the loop
  PeerCount::Slot slot;                // of the client's calls
};

// That of the request of `scope`, for the route of `match`, but for what is the loop's: its
// channel, its conversions and the client's slot. OUT_OF_RANGE if its headers are too much for
// metadata; INVALID_ARGUMENT that names a header or a parameter.
absl::StatusOr<TransactionStart> MakeStart(const LoopServices& services, const RequestScope& scope,
                                           const Match& match);

}  // namespace triad::gateway

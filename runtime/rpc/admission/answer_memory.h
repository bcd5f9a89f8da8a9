// The memory of answers that callers have not taken. gRPC keeps an answer for as long as
// that lasts, and counts only what arrives in its own quota.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstddef>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "runtime/rpc/encoded.h"

namespace google::protobuf {
class Message;
}  // namespace google::protobuf

namespace triad {
class MemoryBudget;
}  // namespace triad

namespace triad::rpc {

// Metadata in which the gateway states the address of its client.
inline constexpr char kClientAddress[] = "x-triad-client-address";

// Smaller answers do not count: what a call takes anyway is no less.
inline constexpr std::size_t kSmallAnswer = 4 * 1024;

// As Serialize of wire/codec, but the bytes are held in `budget` for `peer` until gRPC has
// let go of them. `break_off` is called, at most once and from any thread, if the caller
// takes them so slowly that they are in the way of others; it must not block. UNAVAILABLE
// if they do not fit.
absl::Status SerializeHeld(const google::protobuf::Message& message, MemoryBudget& budget,
                           std::string peer, std::function<void()> break_off,
                           grpc::ByteBuffer& bytes);
// The same of a message that is serialized, and is this answer's own.
absl::Status SerializeHeld(const EncodedBytes& message, MemoryBudget& budget, std::string peer,
                           std::function<void()> break_off, grpc::ByteBuffer& bytes);

// How large the next message of a stream had better be: `wanted`, or less the more of the
// budget is held, down to what does not count.
std::size_t RoomForAnswer(const MemoryBudget& budget, std::size_t wanted);

// Whose answers count together: those of the client that the gateway states, or else of
// the peer.
std::string AnswerPeer(const grpc::CallbackServerContext& context);

}  // namespace triad::rpc

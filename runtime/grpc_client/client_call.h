// A gRPC call, as whoever makes it sees it.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/grpc_client/metadata.h"

namespace triad::grpc_client {

// How a call ended.
struct CallResult {
  // OK, or the error of the service or of the way to it. UNAVAILABLE: no
  // connection, or it broke; DEADLINE_EXCEEDED: ours passed.
  absl::Status status;
  // Serialized google.rpc.Status from grpc-status-details-bin, or empty.
  std::string details;
  // Trailers without grpc-status, grpc-message and grpc-status-details-bin.
  Metadata trailers;
};

// Told what happens to a call, on its loop, never from inside Channel::Start or
// a method of ClientCall. OnInitialMetadata comes at most once and first;
// OnMessage only after a Pull; OnDone exactly once and last, unless the call is
// destroyed before.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  virtual void OnInitialMetadata(const Metadata& metadata) = 0;
  virtual void OnMessage(std::string message) = 0;
  // A reply of trailers alone comes here without OnInitialMetadata.
  virtual void OnDone(const CallResult& result) = 0;
};

// A message to send: all of it, or what it begins with and the rest. What is large is not copied.
struct Message {
  Message(std::string whole) : rest(std::move(whole)) {}  // NOLINT(google-explicit-constructor)
  Message(const char* whole) : rest(whole) {}             // NOLINT(google-explicit-constructor)
  Message(std::string head, std::string rest) : head(std::move(head)), rest(std::move(rest)) {}

  std::size_t size() const { return head.size() + rest.size(); }

  std::string head;
  std::string rest;
};

// A running call. Destroying it cancels what still runs (RST_STREAM CANCEL).
class ClientCall {
 public:
  virtual ~ClientCall() = default;
  // Queues one message. `sent`, if given, runs when flow control has let it
  // out: send the next one then.
  virtual void Send(Message message, std::function<void()> sent = nullptr) = 0;
  // No message follows.
  virtual void FinishSending() = 0;
  // Asks for one more message. What is not asked for stays in the service:
  // the HTTP/2 window is only opened for messages that were taken.
  virtual void Pull() = 0;
};

// Memory that a call may hold for its caller, beside kCallBytes that each may.
class CallMemory {
 public:
  virtual ~CallMemory() = default;
  // Takes `bytes` more. False if there is no room; then nothing is taken.
  virtual bool Reserve(std::size_t bytes) = 0;
  // Gives back `bytes` of it.
  virtual void Release(std::size_t bytes) = 0;
  // `later` runs once, when it may be worth while to ask again.
  virtual void WhenRoom(std::function<void()> later) = 0;
  // The service has sent `bytes`.
  virtual void Moved(std::size_t bytes) = 0;
};

// What a service may send before it is asked for more: the window of a new stream.
inline constexpr std::size_t kCallBytes = 16 * 1024;

struct CallStart {
  std::string path;   // "/pkg.Service/Method"
  Metadata metadata;  // legal names and values only; see CheckMetadata
  // From Channel::Start on; sent as grpc-timeout, kept here too.
  absl::Duration timeout = absl::InfiniteDuration();
  // The window of a stream that sends much, kCallBytes at least: so much of it is held here for a
  // caller that takes it slowly.
  std::size_t max_window = 256 * 1024;
  // Not owned, outlives the call. Null: the call holds what its window allows.
  CallMemory* memory = nullptr;
};

}  // namespace triad::grpc_client

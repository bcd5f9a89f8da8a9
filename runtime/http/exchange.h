// A request and its answer, as handlers have it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/http/body.h"
#include "runtime/http/parser/message.h"

namespace triad::http {

// One request and its answer, owned by whoever answers. Every call, every
// callback and the destructor happen on the loop of its connection; callbacks
// never from inside a call. Callbacks are dropped with the exchange, so they may
// refer to its owner, and once the answer is sent. Once the client is gone, calls
// do nothing and callbacks get UNAVAILABLE. A client that shuts down its sending
// side counts as gone, as it does for most servers.
//
// An answer is either Respond alone, or StartResponse, any number of WriteBody,
// then FinishResponse or FailResponse. A request whose exchange is destroyed
// without an answer stays open until the client leaves.
class Exchange {
 public:
  using BodyCallback = std::function<void(absl::StatusOr<std::string>)>;
  using WriteCallback = std::function<void(absl::Status)>;

  explicit Exchange(RequestHead head) : head_(std::move(head)) {}
  virtual ~Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const RequestHead& request() const { return head_; }
  // Frees the target and the header fields, which are not needed any more: a request
  // may last for days. Method, addresses and Origin stay.
  virtual void ForgetFields() = 0;

  // What a handler holds for a request counts against the memory of all clients: it
  // takes it here before it does. False if there is no room for `bytes` more, or the
  // client is gone; then nothing was taken, and the request is to be refused. All of
  // it is given back with the answer.
  virtual bool Reserve(std::size_t bytes) = 0;
  // Gives back `bytes` of it.
  virtual void Release(std::size_t bytes) = 0;
  // `later` runs once, soon, when it may be worth while to ask again; another call
  // takes its place.
  virtual void WhenRoom(std::function<void()> later) = 0;
  // Bytes for this request came or went elsewhere. Who holds memory and moves nothing
  // is ended before others are refused.
  virtual void Moved(std::size_t bytes) = 0;

  // The next piece of the request's body, at most 64 KiB unless more is allowed; an empty string is
  // its end. One read at a time. Nothing is read from the socket before it is
  // asked for, which is the back-pressure. Answers 100-continue on first use.
  // Errors: UNAVAILABLE if the client left, INVALID_ARGUMENT for a malformed
  // chunk, DEADLINE_EXCEEDED if the client is too slow.
  virtual void ReadBody(BodyCallback done) = 0;

  // Lets pieces of up to `bytes` come, once the client is seen to send as fast.
  virtual void AllowPieces(std::size_t bytes) = 0;

  // Instead of the least rate of bodies: the client is too slow if no byte has moved, either way,
  // for as long as `limit` while it was waited for. Before anything is read or written.
  virtual void LimitIdle(absl::Duration limit) = 0;

  // Ends HTTP: from now on ReadBody gives what the client sends, until it leaves, and WriteBody
  // sends pieces as they are, until FinishResponse. Instead of an answer.
  virtual void StartTunnel() = 0;

  // Sends a whole answer. A body for HEAD, 204 or 304 is not sent (its length
  // is, for HEAD).
  virtual void Respond(ResponseHead head, Body body) = 0;

  // Sends a head now; the body follows. Without `content_length` it is chunked.
  virtual void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length) = 0;

  // Sends a piece of the body; `done` when the socket has taken it. One write
  // at a time. Errors: UNAVAILABLE if the client left, DEADLINE_EXCEEDED if it is too slow to
  // read; the connection is broken then.
  virtual void WriteBody(Body piece, WriteCallback done) = 0;

  // Ends the body. Ends like FailResponse if fewer bytes were written than announced.
  virtual void FinishResponse() = 0;

  // Breaks the connection without a final chunk, so that what was sent cannot
  // be taken for a whole answer.
  virtual void FailResponse() = 0;

  // `left` runs once if the client goes away before the answer is complete.
  // It is noticed within a second, also while nothing is read or written. A client that
  // is ended so that others have room counts as gone.
  virtual void OnClientLeft(std::function<void()> left) = 0;
  // The status that the server itself answered with: it has ended the request.
  virtual std::optional<int> ended_with() const = 0;

 protected:
  // For ForgetFields.
  void DropFields();

  RequestHead head_;
};

}  // namespace triad::http

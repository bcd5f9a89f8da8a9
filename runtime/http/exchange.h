// A request and its answer, as handlers have it.
#pragma once

#include <boost/asio/io_context.hpp>
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
#include "runtime/io/weak_ptr.h"

namespace triad::http {

class Connection;

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

  // `number` is what the connection knows the request by.
  Exchange(WeakPtr<Connection> connection, std::uint64_t number, boost::asio::io_context& context,
           RequestHead head)
      : weak_(std::move(connection)), number_(number), context_(context), head_(std::move(head)) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const RequestHead& request() const { return head_; }
  // Frees the target and the header fields, which are not needed any more: a request
  // may last for days. Method and addresses stay.
  void ForgetFields();

  // What a handler holds for a request counts against the memory of all clients: it
  // takes it here before it does. False if there is no room for `bytes` more, or the
  // client is gone; then nothing was taken, and the request is to be refused. All of
  // it is given back with the answer.
  bool Reserve(std::size_t bytes);
  // Gives back `bytes` of it.
  void Release(std::size_t bytes);
  // `later` runs once, soon, when it may be worth while to ask again; another call
  // takes its place.
  void WhenRoom(std::function<void()> later);
  // Bytes for this request came or went elsewhere. Who holds memory and moves nothing
  // is ended before others are refused.
  void Moved(std::size_t bytes);

  // The next piece of the request's body, at most 64 KiB; an empty string is
  // its end. One read at a time. Nothing is read from the socket before it is
  // asked for, which is the back-pressure. Answers 100-continue on first use.
  // Errors: UNAVAILABLE if the client left, INVALID_ARGUMENT for a malformed
  // chunk, DEADLINE_EXCEEDED if the client is too slow.
  void ReadBody(BodyCallback done);

  // Instead of the least rate of bodies: the client is too slow if no byte has moved, either way,
  // for as long as `limit` while it was waited for. Before anything is read or written.
  void LimitIdle(absl::Duration limit);

  // Sends a whole answer. A body for HEAD, 204 or 304 is not sent (its length
  // is, for HEAD).
  void Respond(ResponseHead head, Body body);

  // Sends a head now; the body follows. Without `content_length` it is chunked.
  void StartResponse(ResponseHead head, std::optional<std::uint64_t> content_length);

  // Sends a piece of the body; `done` when the socket has taken it. One write
  // at a time. Errors: UNAVAILABLE if the client left, DEADLINE_EXCEEDED if it is too slow to
  // read; the connection is broken then.
  void WriteBody(std::string piece, WriteCallback done);

  // Ends the body. Ends like FailResponse if fewer bytes were written than announced.
  void FinishResponse();

  // Breaks the connection without a final chunk, so that what was sent cannot
  // be taken for a whole answer.
  void FailResponse();

  // `left` runs once if the client goes away before the answer is complete.
  // It is noticed within a second, also while nothing is read or written. A client that
  // is ended so that others have room counts as gone.
  void OnClientLeft(std::function<void()> left);
  // The status that the server itself answered with: it has ended the request.
  std::optional<int> ended_with() const;

 private:
  // Null once the request is answered or its client gone.
  Connection* connection() const;
  // Runs `told` from the loop, if this is still there then.
  void Post(std::function<void()> told);

  const WeakPtr<Connection> weak_;
  const std::uint64_t number_;
  boost::asio::io_context& context_;
  RequestHead head_;
  bool answered_ = false;  // by the handler, whatever the client got of it
  // Made when it is needed first, which is after the end of a connection only.
  std::optional<WeakPtrFactory<Exchange>> weak_factory_;
};

}  // namespace triad::http

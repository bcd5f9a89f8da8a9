// Streams as handlers see them: a Source gives messages, a Sink takes them, a Duplex
// does both.
//
// None knows gRPC. The reactors of a BoundService pull and push one message at a
// time, so flow control reaches the handler as nothing happening.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/admission/guard.h"
#include "runtime/telemetry/traces/request_context.h"

namespace triad::rpc {

// Something that waits and can be told to stop waiting.
class Cancellable {
 public:
  virtual ~Cancellable() = default;
  // The caller is gone or the server drains: a Next that waits answers soon.
  // From any thread, any number of times, also before, during or after Next.
  virtual void Cancel() = 0;
};

// Messages of a server stream, pulled one at a time: Next is called once at the
// start, then each time the message before has been written. Next may answer
// at once or later, from any thread, exactly once. It must not block: it may be
// called on a gRPC thread. A source that blocks is a BlockingSource.
//
// Once it has answered for the last time, it is destroyed as soon as no Next and
// no Cancel is running: whoever answers from elsewhere leaves it alone after.
//
// Response is the method's message, or Encoded of it where many streams give the same.
template <typename Response>
class Source : public Cancellable {
 public:
  // nullopt ends the stream with OK.
  using Done = std::function<void(absl::StatusOr<std::optional<Response>>)>;
  virtual void Next(Done done) = 0;
  // Called before the first Next. `break_off` ends the stream at once, also while a
  // message waits for a caller who does not read: he gets CANCELLED. From any thread, at
  // any time, also after the end; it does not call the source itself.
  virtual void Opened(std::function<void()>&& /*break_off*/) {}
};

// A source that has its one message already.
template <typename Response>
class Ready final : public Source<Response> {
 public:
  explicit Ready(Response message) : message_(std::move(message)) {}

  void Next(typename Source<Response>::Done done) override {
    done(std::exchange(message_, std::nullopt));
  }
  void Cancel() override {}

 private:
  std::optional<Response> message_;
};

// A source of one message that comes when something calls back.
template <typename Response>
class Promised final : public Source<Response> {
 public:
  using Answer = std::function<void(absl::StatusOr<Response>)>;
  // Begins it. It must not block, and calls the answer exactly once, from any thread; that
  // may be before it returns.
  using Begin = std::function<void(Answer)>;

  explicit Promised(Begin begin) : begin_(std::move(begin)) {}

  void Next(typename Source<Response>::Done done) override {
    begin_([done = std::move(done)](absl::StatusOr<Response> response) {
      if (!response.ok()) return done(std::move(response).status());
      done(*std::move(response));
    });
  }
  void Cancel() override {}

 private:
  Begin begin_;
};

// A source whose messages come from a disk or a database: Read runs on the
// executor. A read is expected to be short, so Cancel only keeps further ones
// from starting.
template <typename Response>
class BlockingSource : public Source<Response> {
 public:
  // `executor` must outlive the stream.
  explicit BlockingSource(Executor& executor) : executor_(executor) {}

  // The next message; nullopt ends the stream with OK.
  virtual absl::StatusOr<std::optional<Response>> Read() = 0;

  void Next(typename Source<Response>::Done done) final {
    executor_.Continue([this, done, request = CurrentRequest()] {
      absl::StatusOr<std::optional<Response>> next;
      absl::Status status = Guarded("reading a stream", [&] {
        WorkingFor scope(request);
        return (next = Read()).status();
      });
      if (!status.ok()) next = std::move(status);
      done(std::move(next));
    });
  }
  void Cancel() override {}

 private:
  Executor& executor_;
};

// Takes the messages of a client stream, one at a time, on the executor. Dropped
// without Finish if the caller goes away: the destructor undoes.
template <typename Request, typename Response>
class Sink {
 public:
  virtual ~Sink() = default;
  virtual absl::Status Write(const Request& request) = 0;
  // After the last Write, once the caller has said that nothing follows.
  virtual absl::StatusOr<Response> Finish() = 0;
};

// Both sides of a bidirectional stream. It gives as every Source does; meanwhile the
// messages of the caller come one at a time, on the executor, the next one only after
// Write has returned and it is wanted. What it gives decides when the call ends: with the last
// answer of Next, whether or not the caller has more to say. An error of Write or WritesDone ends
// it too: it is cancelled, and the caller gets that error, whatever Next says.
//
// Destroyed as a Source is, and when no Write is running: the destructor undoes.
template <typename Request, typename Response>
class Duplex : public Source<Response> {
 public:
  virtual absl::Status Write(const Request& request) = 0;
  // Called after each Write. The next message is read once `wanted` is called: now or later, from
  // any thread, exactly once, at the latest after Cancel. So a handler that is busy holds the
  // caller back, and no thread.
  virtual void WhenWanted(std::function<void()> wanted) { wanted(); }
  // After the last Write, once the caller has said that nothing follows.
  virtual absl::Status WritesDone() = 0;
};

}  // namespace triad::rpc

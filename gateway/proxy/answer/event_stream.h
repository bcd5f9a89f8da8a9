// The answer of a server stream: NDJSON lines, or server-sent events.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/proxy/answer/answer.h"
#include "gateway/proxy/answer/event_framing.h"
#include "runtime/http/coding/compress.h"
#include "runtime/io/weak_ptr.h"

namespace triad::gateway {

// The head leaves with the initial metadata, so that a browser sees the stream
// open before the first message, unless that says that an error follows. One message is held at a
// time.
class EventStream final : public Answer {
 public:
  explicit EventStream(Transaction& transaction);

  void OnBegin() override;
  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;
  void Fail(const grpc_client::CallResult& error) override;
  bool is_writing() const override { return writing_; }
  bool is_endless() const override { return true; }
  ErrorAnswer FormOf(ErrorAnswer error, absl::StatusCode code) const override;

 private:
  // False if that was the whole answer, and the transaction has ended.
  bool WriteHead();
  // A message, framed as it stands in the body.
  void OnPiece(absl::StatusOr<std::string> piece);
  // Has pieces compressed, where the route says so and the client takes it.
  void BeginCoding(http::ResponseHead& head);
  void Write(std::string piece);
  void Put(std::string bytes);
  void OnWritten(const absl::Status& status);
  void FinishWith(const absl::Status& status, absl::string_view details);
  void Finish();
  void ArmHeartbeat();
  void OnHeartbeat();

  const Framing framing_;
  boost::asio::steady_timer heartbeat_;
  std::unique_ptr<http::GzipStream> gzip_;
  bool writing_ = false;
  bool converting_ = false;  // a message, which goes out before what is pending
  bool pull_due_ = false;    // a message is on its way out
  std::string pending_;      // waits for the write in flight
  bool ended_ = false;       // nothing comes after what is pending
  WeakPtrFactory<EventStream> weak_factory_{this};
};

}  // namespace triad::gateway

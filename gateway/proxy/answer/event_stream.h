// The answer of a server stream: NDJSON lines, or server-sent events.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <string>

#include "absl/status/status.h"
#include "gateway/proxy/answer/event_framing.h"
#include "gateway/proxy/transaction.h"

namespace triad::gateway {

// The head leaves with the initial metadata, so that a browser sees the stream
// open before the first message. One message is held at a time.
class EventStream final : public Transaction {
 public:
  EventStream(RequestScope scope, TransactionStart start, Framing framing);

  void OnInitialMetadata(const grpc_client::Metadata& metadata) override;
  void OnMessage(std::string message) override;
  void OnDrain() override;

 protected:
  void OnCallDone(const grpc_client::CallResult& result) override;

 private:
  // False if that was the whole answer, and this has ended.
  bool WriteHead();
  void Write(std::string piece);
  void OnWritten(const absl::Status& status);
  void FinishWith(const absl::Status& status, absl::string_view details);
  void Finish();
  void ArmHeartbeat();

  const Framing framing_;
  boost::asio::steady_timer heartbeat_;
  bool head_written_ = false;
  int status_ = 200;
  bool writing_ = false;
  bool pull_due_ = false;  // a message is on its way out
  std::string pending_;    // waits for the write in flight
  bool ended_ = false;     // nothing comes after what is pending
};

}  // namespace triad::gateway

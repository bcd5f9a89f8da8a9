// The answer of a call that gives google.api.HttpBody: raw bytes, streamed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "gateway/proxy/transaction.h"

namespace triad::gateway {

// The head leaves with the first message, so that an error before it is an
// ordinary answer. From then on, whatever does not end well breaks the
// connection: a part must not look like the whole. That is why the last bytes of
// an announced length wait until the service has ended well.
class RawDownload final : public Transaction {
 public:
  using Transaction::Transaction;

  void OnInitialMetadata(const grpc_client::Metadata& metadata) override;
  void OnMessage(std::string message) override;

 protected:
  void OnCallDone(const grpc_client::CallResult& result) override;

 private:
  // False if that was the whole answer, and this has ended.
  bool WriteHead();
  void Write(std::string piece);
  void OnWritten(const absl::Status& status);
  void WriteRest();
  // An ordinary error if the head is not written, else a broken connection.
  void Fail(const grpc_client::CallResult& result);

  std::string content_type_;
  bool head_written_ = false;
  int status_ = 200;
  std::uint64_t received_ = 0;
  std::string held_;  // the end of the announced length
  bool writing_ = false;
  bool service_done_ = false;
};

}  // namespace triad::gateway

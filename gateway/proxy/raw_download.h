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
// connection: a part must not look like the whole.
class RawDownload final : public Transaction {
 public:
  using Transaction::Transaction;

  void OnInitialMetadata(const Metadata& metadata) override;
  void OnMessage(std::string message) override;
  void OnDone(const CallResult& result) override;

 private:
  // False if that was the whole answer, and this has ended.
  bool WriteHead(const std::string& content_type);
  void Write(std::string piece);
  void OnWritten(const absl::Status& status);
  void Break(const absl::Status& why);
  void Finish();

  bool head_written_ = false;
  int status_ = 200;
  std::uint64_t written_ = 0;
  bool writing_ = false;
  bool service_done_ = false;
};

}  // namespace triad::gateway

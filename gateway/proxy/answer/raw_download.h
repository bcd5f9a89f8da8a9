// The answer of a call that gives google.api.HttpBody: raw bytes, streamed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "gateway/proxy/answer/answer.h"
#include "runtime/http/body.h"
#include "runtime/http/coding/compress.h"

namespace triad::gateway {

// The head leaves with the first message, so that an error before it is an
// ordinary answer. From then on, whatever does not end well breaks the
// connection: a part must not look like the whole. That is why the last bytes of
// an announced length wait until the service has ended well.
class RawDownload final : public Answer {
 public:
  using Answer::Answer;
  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;
  void Fail(const grpc_client::CallResult& error) override;
  bool is_writing() const override { return writing_; }

 private:
  absl::string_view content_type() const;
  // False if that was the whole answer, and the transaction has ended.
  bool WriteHead();
  // Has pieces compressed, if they may be and the client takes it. False if not.
  bool BeginCoding(http::ResponseHead& head);
  void Write(http::Body piece);
  void Put(http::Body bytes);
  void OnWritten(const absl::Status& status);
  void WriteRest();

  std::string content_type_;
  std::unique_ptr<http::GzipStream> gzip_;
  std::uint64_t received_ = 0;
  std::string held_;  // the end of the announced length
  bool writing_ = false;
  bool service_done_ = false;
};

}  // namespace triad::gateway

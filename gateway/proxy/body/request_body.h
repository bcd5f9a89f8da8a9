// What a request sends to its service.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "gateway/proxy/body/message_splitter.h"
#include "runtime/grpc_client/client_call.h"

namespace triad::gateway {

class Transaction;

class RequestBody {
 public:
  explicit RequestBody(Transaction& transaction) : transaction_(transaction) {}
  virtual ~RequestBody() = default;
  // Starts the transaction's call and sends it what the request holds: at once,
  // or as it comes in. May end the transaction.
  virtual void Begin() = 0;

 protected:
  // Has OnPiece run with what comes next. A body that breaks off fails the
  // transaction instead, as does a client that is too slow.
  void ReadNext();
  // `piece` is empty at the end of the body.
  virtual void OnPiece(std::string&& /*piece*/) {}
  // The whole request or its first message: path and query, type and content.
  std::string RawMessage(absl::string_view content);
  // Whether `message`, none that was made from JSON, keeps the rules of its proto. The transaction
  // fails otherwise.
  bool IsValid(absl::string_view message);

  Transaction& transaction_;
};

// A request that is path, query and headers alone.
class NoBody final : public RequestBody {
 public:
  using RequestBody::RequestBody;
  void Begin() override;
};

// A body that is to be had whole: JSON, or bytes for a unary call. Refuses what is
// over the limit without reading more of it.
class WholeBody final : public RequestBody {
 public:
  using RequestBody::RequestBody;
  void Begin() override;

 private:
  void OnPiece(std::string&& piece) override;
  // Has memory for `bytes` in all. False if there is none.
  bool Grow(std::size_t bytes);
  void Convert(std::string body);

  std::string body_;
  std::size_t reserved_ = 0;
};

// A body as a stream of google.api.HttpBody. Holds one piece at a time: the next is
// read from the browser once flow control has let the one before out to the service.
// A body that breaks off is never ended towards the service, so it cannot be taken
// for a whole one.
class RawUpload final : public RequestBody {
 public:
  using RequestBody::RequestBody;
  void Begin() override;

 private:
  void OnPiece(std::string&& piece) override;
  // A message behind the first.
  grpc_client::Message MessageOf(std::string&& piece) const;

  bool first_ = true;
};

// A body as a stream of messages in JSON: a value on each line, or a list of them. The first
// message has the fields of path and query, too; without a value it is they alone. Holds one
// piece and the value that has not ended, and sends the next message once flow control has let
// the one before out to the service.
class MessageUpload final : public RequestBody {
 public:
  explicit MessageUpload(Transaction& transaction);
  void Begin() override;

 private:
  void OnPiece(std::string&& piece) override;
  void SendNext();
  // Reads on, with memory for what is held; ends the call at the end of the body.
  void GoOn();
  void Convert(std::string value);
  void OnMessage(absl::StatusOr<std::string> message);
  // Says which value it was, and how many are with the service.
  void FailAt(const absl::Status& status);

  MessageSplitter splitter_;
  std::size_t reserved_ = 0;
  std::size_t sent_ = 0;  // messages
  bool ended_ = false;
};

}  // namespace triad::gateway

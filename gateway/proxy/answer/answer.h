// What a service's answer becomes for the client.
#pragma once

#include <string>

#include "gateway/proxy/answer/errors.h"
#include "runtime/grpc_client/client_call.h"

namespace triad::gateway {

class Transaction;

// Told what comes of the transaction's call, whose facts it knows by then. Each
// method may end the transaction.
class Answer {
 public:
  explicit Answer(Transaction& transaction) : transaction_(transaction) {}
  virtual ~Answer() = default;
  // The service has sent its initial metadata.
  virtual void OnBegin() {}
  virtual void OnMessage(std::string message) = 0;
  virtual void OnDone(const grpc_client::CallResult& result) = 0;
  // The gateway is about to end: a stream that has no end of its own fails with
  // `status`. False if this is none, and goes on.
  virtual bool FailStream(const absl::Status& /*status*/) { return false; }
  // The form in which the client can use `error`, which tells of an error with `code`.
  virtual ErrorAnswer FormOf(ErrorAnswer error, absl::StatusCode /*code*/) const { return error; }

 protected:
  Transaction& transaction_;
};

}  // namespace triad::gateway

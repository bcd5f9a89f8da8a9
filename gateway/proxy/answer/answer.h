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
  // Ends with `error`: as the whole answer, or in the answer's own way once it has begun.
  virtual void Fail(const grpc_client::CallResult& error) = 0;
  // Whether it may have no end of its own, so that one is made before the gateway ends.
  virtual bool is_endless() const { return false; }
  // Whether it waits until the client has taken what was written.
  virtual bool is_writing() const { return false; }
  // The form in which the client can use `error`, which tells of an error with `code`.
  virtual ErrorAnswer FormOf(ErrorAnswer error, absl::StatusCode /*code*/) const { return error; }

 protected:
  Transaction& transaction_;
};

}  // namespace triad::gateway

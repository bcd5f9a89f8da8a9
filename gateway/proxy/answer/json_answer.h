// The answer of a unary call as one JSON document.
#pragma once

#include <string>

#include "gateway/proxy/transaction.h"

namespace triad::gateway {

class JsonAnswer final : public Transaction {
 public:
  using Transaction::Transaction;

  void OnInitialMetadata(const grpc_client::Metadata& metadata) override;
  void OnMessage(std::string message) override;

 protected:
  void OnCallDone(const grpc_client::CallResult& result) override;

 private:
  std::string message_;
  bool has_message_ = false;
};

}  // namespace triad::gateway

// The answer of a unary call as one JSON document.
#pragma once

#include <optional>
#include <string>

#include "gateway/proxy/answer/answer.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

class Transaction;

class JsonAnswer final : public Answer {
 public:
  static bool Fits(const Route& route);
  explicit JsonAnswer(Transaction& transaction) : transaction_(transaction) {}

  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;

 private:
  Transaction& transaction_;
  std::optional<std::string> message_;
};

}  // namespace triad::gateway

// The answer of a unary call as one JSON document.
#pragma once

#include <optional>
#include <string>

#include "gateway/proxy/answer/answer.h"

namespace triad::gateway {

class JsonAnswer final : public Answer {
 public:
  using Answer::Answer;
  void OnMessage(std::string message) override;
  void OnDone(const grpc_client::CallResult& result) override;
  void Fail(const grpc_client::CallResult& error) override;

 private:
  void Respond();

  std::optional<std::string> message_;
};

}  // namespace triad::gateway

// A request's body that is to be had whole: JSON, or bytes for a unary call.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "gateway/proxy/body/request_body.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

class Transaction;

// Refuses what is over the limit without reading more of it.
class WholeBody final : public RequestBody {
 public:
  static bool Fits(const Route& route) { return !route.body.empty(); }
  explicit WholeBody(Transaction& transaction) : transaction_(transaction) {}

  void Begin() override;

 private:
  void ReadNext();
  void OnPiece(absl::StatusOr<std::string> piece);
  void OnEnd(const std::string& body);
  void FailTooLarge();
  absl::StatusOr<std::string> MessageOf(const std::string& body);

  Transaction& transaction_;
  std::string body_;
};

}  // namespace triad::gateway

// A request's body as a stream of google.api.HttpBody.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "gateway/proxy/body/request_body.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

class Transaction;

// Holds one piece at a time: the next is read from the browser once flow control
// has let the one before out to the service. A body that breaks off is never
// ended towards the service, so it cannot be taken for a whole one.
class RawUpload final : public RequestBody {
 public:
  static bool Fits(const Route& route);
  explicit RawUpload(Transaction& transaction) : transaction_(transaction) {}

  void Begin() override;

 private:
  void ReadNext();
  void OnPiece(absl::StatusOr<std::string> piece);
  std::string MessageOf(const std::string& piece);

  Transaction& transaction_;
  bool first_ = true;
};

}  // namespace triad::gateway

// A request that is path, query and headers alone.
#pragma once

#include "gateway/proxy/body/request_body.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

class Transaction;

class NoBody final : public RequestBody {
 public:
  static bool Fits(const Route&) { return true; }
  explicit NoBody(Transaction& transaction) : transaction_(transaction) {}

  void Begin() override;

 private:
  Transaction& transaction_;
};

}  // namespace triad::gateway

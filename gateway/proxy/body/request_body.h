// What a request sends to its service.
#pragma once

namespace triad::gateway {

// A shape also has `static bool Fits(const Route&)`: see AnyBody.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  // Starts the transaction's call and sends it what the request holds: at once,
  // or as it comes in. May end the transaction.
  virtual void Begin() = 0;
};

}  // namespace triad::gateway

// Streams a request's body to a service as messages of google.api.HttpBody.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "gateway/routing/router.h"
#include "runtime/grpc_client/client_call.h"
#include "runtime/http/server.h"

namespace triad::gateway {

// Holds one piece at a time: the next is read from the browser once flow control
// has let the one before out to the service. A body that breaks off is never
// ended towards the service, so it cannot be taken for a whole one.
class RawUpload : public std::enable_shared_from_this<RawUpload> {
 public:
  using Failed = std::function<void(const absl::Status&)>;

  // `fields` go with the first message. `failed` hears of an error in reading
  // the body. `call` and `route` must outlive this.
  RawUpload(std::shared_ptr<http::Exchange> exchange, grpc_client::ClientCall& call,
            const Route& route, std::string fields, Failed failed);

  void Begin() { ReadNext(); }

 private:
  void ReadNext();
  void OnPiece(absl::StatusOr<std::string> piece);

  const std::shared_ptr<http::Exchange> exchange_;
  grpc_client::ClientCall& call_;
  const Route& route_;
  std::string fields_;
  std::string content_type_;  // these two only until the first message
  bool first_ = true;
  const Failed failed_;
};

}  // namespace triad::gateway

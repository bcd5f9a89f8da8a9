// ComposeObject and AppendObject.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/storage/compose/object_composer.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class ComposeHandler {
 public:
  using Sink = rpc::Sink<v1::AppendObjectRequest, v1::Object>;

  // `composer` must outlive it and its streams.
  explicit ComposeHandler(ObjectComposer& composer) : composer_(composer) {}

  absl::StatusOr<v1::Object> Compose(rpc::Call& call, const v1::ComposeObjectRequest& request);
  absl::StatusOr<std::unique_ptr<Sink>> Append(rpc::Call& call);

 private:
  ObjectComposer& composer_;
};

}  // namespace triad::storage

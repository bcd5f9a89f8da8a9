// ReadObject.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/storage/objects/object_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad {
class Executor;
}

namespace triad::storage {

// Thread-safe. Blocks.
class ReadObjectHandler {
 public:
  using Source = rpc::Source<google::api::HttpBody>;

  // `executor` reads the content.
  ReadObjectHandler(ObjectStore& objects, Executor& executor)
      : objects_(objects), executor_(executor) {}

  absl::StatusOr<std::unique_ptr<Source>> Read(rpc::Call& call,
                                               const v1::ReadObjectRequest& request);

 private:
  ObjectStore& objects_;
  Executor& executor_;
};

}  // namespace triad::storage

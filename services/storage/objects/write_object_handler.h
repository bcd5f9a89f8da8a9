// WriteObject.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/storage/objects/object_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe.
class WriteObjectHandler {
 public:
  using Sink = rpc::Sink<v1::WriteObjectRequest, v1::Object>;

  explicit WriteObjectHandler(ObjectStore& objects) : objects_(objects) {}

  absl::StatusOr<std::unique_ptr<Sink>> Write(rpc::Call& call);

 private:
  ObjectStore& objects_;
};

}  // namespace triad::storage

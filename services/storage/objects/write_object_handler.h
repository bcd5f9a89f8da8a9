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

// Returns `status`, and sets the HTTP status of `call` to 408, 412, 413 or 507 where
// that says more than the HTTP status that belongs to the code.
absl::Status WithWriteStatus(rpc::Call& call, absl::Status status);

}  // namespace triad::storage

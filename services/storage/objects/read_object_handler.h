// ReadObject.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"
#include "runtime/rpc/stream.h"
#include "services/storage/objects/object_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad {
class Executor;
class Random;
}  // namespace triad

namespace triad::storage {

// Thread-safe. Blocks.
class ReadObjectHandler {
 public:
  using Source = rpc::Source<rpc::Encoded<google::api::HttpBody>>;

  // `executor` reads the content. `random` draws what stands between several ranges of it.
  ReadObjectHandler(ObjectStore& objects, Executor& executor, Random& random)
      : objects_(objects), executor_(executor), random_(random) {}

  absl::StatusOr<std::unique_ptr<Source>> Read(rpc::Call& call,
                                               const v1::ReadObjectRequest& request);

 private:
  ObjectStore& objects_;
  Executor& executor_;
  Random& random_;
};

}  // namespace triad::storage

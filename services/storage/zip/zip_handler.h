// ZipObjects.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "google/api/httpbody.pb.h"
#include "runtime/io/executor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"
#include "runtime/rpc/stream.h"
#include "services/storage/zip/object_zipper.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class ZipHandler {
 public:
  using Source = rpc::Source<rpc::Encoded<google::api::HttpBody>>;

  // Both must outlive it and its streams.
  ZipHandler(ObjectZipper& zipper, Executor& executor) : zipper_(zipper), executor_(executor) {}

  absl::StatusOr<std::unique_ptr<Source>> Zip(rpc::Call& call,
                                              const v1::ZipObjectsRequest& request);

 private:
  ObjectZipper& zipper_;
  Executor& executor_;
};

}  // namespace triad::storage

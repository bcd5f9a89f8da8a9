// UploadRandom.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "services/storage/objects/random_upload.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class RandomUploadHandler {
 public:
  RandomUploadHandler(ObjectStore& objects, Random& random) : upload_(objects, random) {}

  absl::StatusOr<v1::UploadRandomResponse> Upload(rpc::Call& call,
                                                  const v1::UploadRandomRequest& request);

 private:
  RandomUpload upload_;
};

}  // namespace triad::storage

// UploadRandom.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "runtime/base/random.h"
#include "runtime/rpc/call.h"
#include "services/storage/objects/object_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class RandomUploadHandler {
 public:
  RandomUploadHandler(ObjectStore& objects, Random& random) : objects_(objects), random_(random) {}

  // Draws n in 0..9999 and creates `<n>.txt`, which holds n in ASCII; draws again if
  // there is one. UNAVAILABLE with RetryInfo after 20 draws.
  absl::StatusOr<v1::UploadRandomResponse> Upload(rpc::Call& call,
                                                  const v1::UploadRandomRequest& request);

 private:
  absl::StatusOr<Object> CreateAny();
  absl::StatusOr<Object> Create(const std::string& number);

  ObjectStore& objects_;
  Random& random_;
};

}  // namespace triad::storage

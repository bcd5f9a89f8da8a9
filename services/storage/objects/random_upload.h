// The random upload: a number in a file of its name.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/base/random.h"
#include "services/storage/objects/object_store.h"

namespace triad::storage {

inline constexpr char kUploadsBucket[] = "uploads";

// Thread-safe. Blocks.
class RandomUpload {
 public:
  RandomUpload(ObjectStore& objects, Random& random) : objects_(objects), random_(random) {}

  // Draws n in 0..9999 and creates `<n>.txt`, which holds n in ASCII; draws again
  // if there is one. UNAVAILABLE with RetryInfo after 20 draws.
  absl::StatusOr<Object> Run();

 private:
  absl::StatusOr<Object> Create(const std::string& number);

  ObjectStore& objects_;
  Random& random_;
};

}  // namespace triad::storage

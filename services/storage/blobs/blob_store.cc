#include "services/storage/blobs/blob_store.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/storage/blobs/local/local_blob_store.h"
#include "services/storage/blobs/s3/s3_blob_store.h"

namespace triad::storage {
namespace {

using Opener = absl::StatusOr<std::unique_ptr<BlobStore>> (*)(const std::string& rest_of_url,
                                                              const BlobStoreParts&);

struct Scheme {
  absl::string_view prefix;
  Opener open;
};

// A new store is one more row.
constexpr Scheme kSchemes[] = {
    {"local:", &OpenLocalBlobStore},
    {"s3://", &s3::OpenS3BlobStore},
};

}  // namespace

absl::StatusOr<std::unique_ptr<BlobStore>> OpenBlobStore(absl::string_view url,
                                                         const BlobStoreParts& parts) {
  for (const Scheme& scheme : kSchemes) {
    absl::string_view rest = url;
    if (absl::ConsumePrefix(&rest, scheme.prefix) && !rest.empty()) {
      return scheme.open(std::string(rest), parts);
    }
  }
  return absl::InvalidArgumentError(
      absl::StrCat("blobs URL '", url, "': expected local:PATH or s3://BUCKET/PREFIX"));
}

}  // namespace triad::storage

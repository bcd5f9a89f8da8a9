// Blobs as objects of an S3 bucket, below a prefix that is this store's alone:
//
//   <prefix>/owner      whose blobs they are: see owner_mark.h
//   <prefix>/<blob>     32 hex digits; other keys are left alone
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/storage/blobs/blob_store.h"

namespace triad::storage::s3 {

// `location` is "BUCKET" or "BUCKET/PREFIX". Asks S3 whether the bucket is there. If S3
// cannot be reached now, that is logged; everything else that is wrong is an error.
absl::StatusOr<std::unique_ptr<BlobStore>> OpenS3BlobStore(const std::string& location,
                                                           const BlobStoreParts& parts);

}  // namespace triad::storage::s3

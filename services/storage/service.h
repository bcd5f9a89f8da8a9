// triad.storage.v1.StorageService.
#pragma once

#include "runtime/rpc/bound_service.h"
#include "services/storage/buckets/buckets_handler.h"
#include "services/storage/objects/random_upload_handler.h"
#include "services/storage/objects/read_object_handler.h"
#include "services/storage/objects/write_object_handler.h"

namespace triad::storage {

class StorageService final : public rpc::BoundService {
 public:
  // All must outlive the server.
  StorageService(rpc::Admission& admission, BucketStore& buckets, ObjectStore& objects,
                 Executor& executor, Random& random);

 private:
  BucketsHandler buckets_;
  WriteObjectHandler writes_;
  ReadObjectHandler reads_;
  RandomUploadHandler uploads_;
};

}  // namespace triad::storage

#include "services/storage/service.h"

namespace triad::storage {

StorageService::StorageService(rpc::Admission& admission, BucketStore& buckets,
                               ObjectStore& objects, Executor& executor, Random& random)
    : BoundService(admission, "triad.storage.v1.StorageService"),
      buckets_(buckets),
      writes_(objects),
      reads_(objects, executor),
      uploads_(objects, random) {
  Unary("CreateBucket", &buckets_, &BucketsHandler::Create);
  Unary("GetBucket", &buckets_, &BucketsHandler::Get);
  Unary("ListBuckets", &buckets_, &BucketsHandler::List);
  ClientStream("WriteObject", &writes_, &WriteObjectHandler::Write);
  ServerStream("ReadObject", &reads_, &ReadObjectHandler::Read);
  Unary("GetObject", &reads_, &ReadObjectHandler::GetMetadata);
  Unary("UploadRandom", &uploads_, &RandomUploadHandler::Upload);
}

}  // namespace triad::storage

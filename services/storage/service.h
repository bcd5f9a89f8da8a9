// triad.storage.v1.StorageService: each method is one line.
#pragma once

#include "runtime/rpc/admission/admission.h"
#include "services/storage/buckets/buckets_handler.h"
#include "services/storage/objects/random_upload_handler.h"
#include "services/storage/objects/read_object_handler.h"
#include "services/storage/objects/write_object_handler.h"
#include "triad/storage/v1/storage.grpc.pb.h"

namespace triad::storage {

// The unary methods take raw bytes, so that Admission can say what is wrong
// with a malformed message.
using StorageServiceBase = v1::StorageService::WithRawCallbackMethod_CreateBucket<
    v1::StorageService::WithRawCallbackMethod_GetBucket<
        v1::StorageService::WithRawCallbackMethod_ListBuckets<
            v1::StorageService::WithCallbackMethod_WriteObject<
                v1::StorageService::WithCallbackMethod_ReadObject<
                    v1::StorageService::WithRawCallbackMethod_GetObject<
                        v1::StorageService::WithRawCallbackMethod_UploadRandom<
                            v1::StorageService::Service>>>>>>>;

class StorageService final : public StorageServiceBase {
 public:
  // All must outlive the server.
  StorageService(rpc::Admission& admission, BucketStore& buckets, ObjectStore& objects,
                 Executor& executor, Random& random)
      : rpc_(admission, v1::StorageService::service_full_name()),
        buckets_(buckets),
        writes_(objects),
        reads_(objects, executor),
        uploads_(objects, random) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;

  grpc::ServerUnaryReactor* CreateBucket(Context* context, const Bytes* request,
                                         Bytes* response) override;
  grpc::ServerUnaryReactor* GetBucket(Context* context, const Bytes* request,
                                      Bytes* response) override;
  grpc::ServerUnaryReactor* ListBuckets(Context* context, const Bytes* request,
                                        Bytes* response) override;
  grpc::ServerReadReactor<v1::WriteObjectRequest>* WriteObject(Context* context,
                                                               v1::Object* response) override;
  grpc::ServerWriteReactor<google::api::HttpBody>* ReadObject(
      Context* context, const v1::ReadObjectRequest* request) override;
  grpc::ServerUnaryReactor* GetObject(Context* context, const Bytes* request,
                                      Bytes* response) override;
  grpc::ServerUnaryReactor* UploadRandom(Context* context, const Bytes* request,
                                         Bytes* response) override;

 private:
  rpc::Methods rpc_;
  BucketsHandler buckets_;
  WriteObjectHandler writes_;
  ReadObjectHandler reads_;
  RandomUploadHandler uploads_;
};

}  // namespace triad::storage

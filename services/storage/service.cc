#include "services/storage/service.h"

namespace triad::storage {

using rpc::Call;
using rpc::Run;

grpc::ServerUnaryReactor* StorageService::CreateBucket(Context* context, const Bytes* request,
                                                       Bytes* response) {
  return rpc_.Unary<v1::CreateBucketRequest, v1::Bucket>(
      context, "CreateBucket", request, response, Run::kExecutor,
      [this](Call& call, const v1::CreateBucketRequest& r) { return buckets_.Create(call, r); });
}

grpc::ServerUnaryReactor* StorageService::GetBucket(Context* context, const Bytes* request,
                                                    Bytes* response) {
  return rpc_.Unary<v1::GetBucketRequest, v1::Bucket>(
      context, "GetBucket", request, response, Run::kExecutor,
      [this](Call& call, const v1::GetBucketRequest& r) { return buckets_.Get(call, r); });
}

grpc::ServerUnaryReactor* StorageService::ListBuckets(Context* context, const Bytes* request,
                                                      Bytes* response) {
  return rpc_.Unary<v1::ListBucketsRequest, v1::ListBucketsResponse>(
      context, "ListBuckets", request, response, Run::kExecutor,
      [this](Call& call, const v1::ListBucketsRequest& r) { return buckets_.List(call, r); });
}

grpc::ServerReadReactor<v1::WriteObjectRequest>* StorageService::WriteObject(Context* context,
                                                                             v1::Object* response) {
  return rpc_.ClientStream<v1::WriteObjectRequest>(
      context, "WriteObject", response, [this](Call& call) { return writes_.Write(call); });
}

grpc::ServerWriteReactor<google::api::HttpBody>* StorageService::ReadObject(
    Context* context, const v1::ReadObjectRequest* request) {
  return rpc_.ServerStream<google::api::HttpBody>(
      context, "ReadObject", request, Run::kExecutor,
      [this](Call& call, const v1::ReadObjectRequest& r) { return reads_.Read(call, r); });
}

grpc::ServerUnaryReactor* StorageService::GetObject(Context* context, const Bytes* request,
                                                    Bytes* response) {
  return rpc_.Unary<v1::GetObjectRequest, v1::Object>(
      context, "GetObject", request, response, Run::kExecutor,
      [this](Call& call, const v1::GetObjectRequest& r) { return reads_.GetMetadata(call, r); });
}

grpc::ServerUnaryReactor* StorageService::UploadRandom(Context* context, const Bytes* request,
                                                       Bytes* response) {
  return rpc_.Unary<v1::UploadRandomRequest, v1::UploadRandomResponse>(
      context, "UploadRandom", request, response, Run::kExecutor,
      [this](Call& call, const v1::UploadRandomRequest& r) { return uploads_.Upload(call, r); });
}

}  // namespace triad::storage

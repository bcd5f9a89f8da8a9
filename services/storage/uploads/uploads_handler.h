// CreateUpload, WritePart, ListParts, CompleteUpload, AbortUpload, ListUploads.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/stream.h"
#include "services/storage/uploads/upload_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class UploadsHandler {
 public:
  using Sink = rpc::Sink<v1::WritePartRequest, v1::UploadPart>;

  // `uploads` must outlive it and its streams.
  explicit UploadsHandler(UploadStore& uploads) : uploads_(uploads) {}

  absl::StatusOr<v1::Upload> Create(rpc::Call& call, const v1::CreateUploadRequest& request);
  absl::StatusOr<std::unique_ptr<Sink>> WritePart(rpc::Call& call);
  absl::StatusOr<v1::ListPartsResponse> ListParts(rpc::Call& call,
                                                  const v1::ListPartsRequest& request);
  absl::StatusOr<v1::Object> Complete(rpc::Call& call, const v1::CompleteUploadRequest& request);
  absl::StatusOr<v1::AbortUploadResponse> Abort(rpc::Call& call,
                                                const v1::AbortUploadRequest& request);
  absl::StatusOr<v1::ListUploadsResponse> List(rpc::Call& call,
                                               const v1::ListUploadsRequest& request);

 private:
  UploadStore& uploads_;
};

}  // namespace triad::storage

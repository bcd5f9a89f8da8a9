// ListObjects, GetObject, UpdateObject, CopyObject, MoveObject, UndeleteObject, DeleteObject,
// BatchDeleteObjects.
#pragma once

#include "absl/status/statusor.h"
#include "runtime/rpc/call.h"
#include "runtime/rpc/encoded.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/objects/object_lister.h"
#include "services/storage/objects/object_store.h"
#include "triad/storage/v1/storage.pb.h"

namespace triad::storage {

// Thread-safe. Blocks.
class ObjectsHandler {
 public:
  // What it is given must outlive it.
  ObjectsHandler(ObjectStore& objects, ObjectEditor& editor, ObjectLister& lister)
      : objects_(objects), editor_(editor), lister_(lister) {}

  absl::StatusOr<v1::Object> Get(rpc::Call& call, const v1::GetObjectRequest& request);
  absl::StatusOr<rpc::Encoded<v1::ListObjectsResponse>> List(rpc::Call& call,
                                                             const v1::ListObjectsRequest& request);
  absl::StatusOr<v1::Object> Update(rpc::Call& call, const v1::UpdateObjectRequest& request);
  absl::StatusOr<v1::Object> Copy(rpc::Call& call, const v1::CopyObjectRequest& request);
  absl::StatusOr<v1::Object> Move(rpc::Call& call, const v1::MoveObjectRequest& request);
  absl::StatusOr<v1::Object> Undelete(rpc::Call& call, const v1::UndeleteObjectRequest& request);
  absl::StatusOr<v1::DeleteObjectResponse> Delete(rpc::Call& call,
                                                  const v1::DeleteObjectRequest& request);
  absl::StatusOr<v1::BatchDeleteObjectsResponse> DeleteEach(
      rpc::Call& call, const v1::BatchDeleteObjectsRequest& request);

 private:
  absl::Status AddCounts(const ObjectQuery& query, v1::ListObjectsResponse& response);

  ObjectStore& objects_;
  ObjectEditor& editor_;
  ObjectLister& lister_;
};

}  // namespace triad::storage

// triad.storage.v1.StorageService.
#pragma once

#include "runtime/audit/handler/audit_handler.h"
#include "runtime/rpc/bound_service.h"
#include "services/storage/buckets/buckets_handler.h"
#include "services/storage/compose/compose_handler.h"
#include "services/storage/objects/objects_handler.h"
#include "services/storage/objects/random_upload_handler.h"
#include "services/storage/objects/read_object_handler.h"
#include "services/storage/objects/write_object_handler.h"
#include "services/storage/uploads/uploads_handler.h"
#include "services/storage/versions/versions_handler.h"
#include "services/storage/zip/zip_handler.h"

namespace triad::storage {

// What the service is about. All of it outlives the service.
struct Stores {
  BucketStore& buckets;
  ObjectStore& objects;
  ObjectEditor& editor;
  ObjectLister& lister;
  ObjectComposer& composer;
  UploadStore& uploads;
  VersionLister& versions;
  ObjectZipper& zipper;
  audit::AuditLog& audit;
};

class StorageService final : public rpc::BoundService {
 public:
  // All must outlive the server.
  StorageService(rpc::Admission& admission, const Stores& stores, Executor& executor,
                 Random& random);

 private:
  BucketsHandler buckets_;
  ObjectsHandler objects_;
  ComposeHandler compose_;
  VersionsHandler versions_;
  WriteObjectHandler writes_;
  ReadObjectHandler reads_;
  ZipHandler zips_;
  UploadsHandler uploads_;
  audit::AuditHandler audit_;
  RandomUploadHandler random_uploads_;
};

}  // namespace triad::storage

#include "services/storage/service.h"

namespace triad::storage {

StorageService::StorageService(rpc::Admission& admission, const Stores& stores, Executor& executor,
                               Random& random)
    : BoundService(admission, "triad.storage.v1.StorageService"),
      buckets_(stores.buckets),
      objects_(stores.objects, stores.editor, stores.lister),
      compose_(stores.composer),
      versions_(stores.versions),
      writes_(stores.objects),
      reads_(stores.objects, executor, random),
      zips_(stores.zipper, executor),
      uploads_(stores.uploads),
      audit_(stores.audit, executor),
      random_uploads_(stores.objects, random) {
  Unary("CreateBucket", &buckets_, &BucketsHandler::Create);
  Unary("GetBucket", &buckets_, &BucketsHandler::Get);
  Unary("ListBuckets", &buckets_, &BucketsHandler::List);
  Unary("UpdateBucket", &buckets_, &BucketsHandler::Update);
  Unary("DeleteBucket", &buckets_, &BucketsHandler::Delete);
  Unary("DeletePrefix", &buckets_, &BucketsHandler::DeletePrefix);
  Unary("GetRemoval", &buckets_, &BucketsHandler::GetRemoval);
  Unary("ListRemovals", &buckets_, &BucketsHandler::ListRemovals);
  Unary("ListObjects", &objects_, &ObjectsHandler::List);
  Unary("ListVersions", &versions_, &VersionsHandler::List);
  ClientStream("WriteObject", &writes_, &WriteObjectHandler::Write);
  ServerStream("ReadObject", &reads_, &ReadObjectHandler::Read);
  ServerStream("ZipObjects", &zips_, &ZipHandler::Zip);
  Unary("GetObject", &objects_, &ObjectsHandler::Get);
  Unary("UpdateObject", &objects_, &ObjectsHandler::Update);
  Unary("DeleteObject", &objects_, &ObjectsHandler::Delete);
  Unary("BatchDeleteObjects", &objects_, &ObjectsHandler::DeleteEach);
  Unary("CopyObject", &objects_, &ObjectsHandler::Copy);
  Unary("MoveObject", &objects_, &ObjectsHandler::Move);
  Unary("ComposeObject", &compose_, &ComposeHandler::Compose);
  ClientStream("AppendObject", &compose_, &ComposeHandler::Append);
  Unary("UndeleteObject", &objects_, &ObjectsHandler::Undelete);
  Unary("CreateUpload", &uploads_, &UploadsHandler::Create);
  ClientStream("WritePart", &uploads_, &UploadsHandler::WritePart);
  Unary("ListParts", &uploads_, &UploadsHandler::ListParts);
  Unary("CompleteUpload", &uploads_, &UploadsHandler::Complete);
  Unary("AbortUpload", &uploads_, &UploadsHandler::Abort);
  Unary("ListUploads", &uploads_, &UploadsHandler::List);
  Unary("ListAuditLines", &audit_, &audit::AuditHandler::List);
  ServerStream("WatchAuditLines", &audit_, &audit::AuditHandler::Watch);
  Unary("UploadRandom", &random_uploads_, &RandomUploadHandler::Upload);
}

}  // namespace triad::storage

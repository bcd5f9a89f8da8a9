// A storage service without its RPCs: real SQLite, files that can fail.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/audit/audit_log.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/io/testing/fault_file_system.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/compose/object_composer.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/objects/object_lister.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/parts.h"
#include "services/storage/removal/remover.h"
#include "services/storage/sweep/sweeper.h"
#include "services/storage/testing/failing_database.h"
#include "services/storage/uploads/upload_store.h"
#include "services/storage/versions/version_lister.h"
#include "services/storage/zip/object_zipper.h"

namespace triad::storage {

// Where the blobs are.
struct BlobPlace {
  std::string url = "local:/data/blobs";
  s3::Options s3 = {};
};

struct FixtureOptions {
  std::int64_t max_object_bytes = ObjectStoreOptions().max_object_bytes;
  // All content is in blobs, so that a test sees it among the files.
  std::int64_t inline_bytes = 0;
  std::function<void()> garbage_made = [] {};
  // The file system that the store sees, if not the fixture's own.
  std::function<std::unique_ptr<FileSystem>(FileSystem&)> see = nullptr;
  BlobPlace place = {};
};

// Has the bucket "bucket".
class StorageFixture {
 public:
  explicit StorageFixture(FixtureOptions options = {});

  // Begins again, as a process does that was killed: only what is in the files
  // and the database remains.
  void Restart();
  // What the stores are made from, with other blobs.
  Parts PartsWith(BlobStore& blobs);

  static ObjectName Name(const std::string& object) { return {"bucket", object}; }
  static NewObject New(const std::string& object, ObjectCondition condition = {});

  // Writes in two pieces.
  absl::StatusOr<Object> Write(NewObject object, absl::string_view content);
  absl::StatusOr<Object> Write(const std::string& object, absl::string_view content) {
    return Write(New(object), content);
  }
  // The content, or an error if it is not as long or has not the hash that its
  // row says.
  absl::StatusOr<std::string> Read(const std::string& object, Generation generation = kCurrent);

  // The blob that has the content of an object of one piece.
  std::string BlobOf(const Object& object);
  // The blobs that wait for removal, in order of name.
  std::vector<std::string> Garbage();

  FakeClock clock;
  FaultFileSystem files{clock};
  db::TempDatabase temp_database;
  FailingDatabase database{*temp_database};
  FakeRandom random;
  Metrics metrics{"test"};
  const FixtureOptions options;
  std::unique_ptr<FileSystem> seen;
  // New with each Restart.
  std::unique_ptr<ContentHolds> holds;
  std::unique_ptr<audit::AuditLog> audit;
  std::unique_ptr<BlobStore> blobs;
  std::optional<Parts> parts;
  std::unique_ptr<BucketStore> buckets;
  std::unique_ptr<ObjectStore> objects;
  std::unique_ptr<ObjectEditor> editor;
  std::unique_ptr<ObjectLister> lister;
  std::unique_ptr<ObjectComposer> composer;
  std::unique_ptr<UploadStore> uploads;
  std::unique_ptr<VersionLister> versions;
  MemoryBudget zip_memory{64 << 20};
  std::unique_ptr<ObjectZipper> zipper;
  std::unique_ptr<Sweeper> sweeper;
  std::unique_ptr<Remover> remover;
};

}  // namespace triad::storage

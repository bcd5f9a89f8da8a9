// A storage service without its RPCs: real SQLite, files that can fail.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/io/testing/fault_file_system.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/sweep/sweeper.h"
#include "services/storage/testing/failing_database.h"

namespace triad::storage {

// Where the blobs are.
struct BlobPlace {
  std::string url = "local:/data/blobs";
  s3::Options s3 = {};
};

// Has the bucket "bucket".
class StorageFixture {
 public:
  // `seen` is the file system that the store sees, if not `files` itself.
  explicit StorageFixture(ObjectStoreOptions options = {},
                          std::function<std::unique_ptr<FileSystem>(FileSystem&)> seen = nullptr,
                          BlobPlace place = {});

  // Begins again, as a process does that was killed: only what is in the files
  // and the database remains.
  void Restart();

  static ObjectName Name(const std::string& object) { return {"bucket", object}; }
  static NewObject New(const std::string& object, WriteCondition condition = {});

  // Writes in two pieces.
  absl::StatusOr<Object> Write(NewObject object, absl::string_view content);
  absl::StatusOr<Object> Write(const std::string& object, absl::string_view content) {
    return Write(New(object), content);
  }
  // The content, or an error if it is not as long or has not the hash that its
  // row says.
  absl::StatusOr<std::string> Read(const std::string& object);

  // The blobs that wait for removal, in order of name.
  std::vector<std::string> Garbage();

  FakeClock clock;
  FaultFileSystem files{clock};
  db::TempDatabase temp_database;
  FailingDatabase database{*temp_database};
  FakeRandom random;
  Metrics metrics{"test"};
  std::unique_ptr<FileSystem> seen;
  BucketStore buckets{database, clock};
  const ObjectStoreOptions options;
  const BlobPlace place;
  // New with each Restart.
  std::unique_ptr<BlobStore> blobs;
  std::unique_ptr<ObjectStore> objects;
  std::unique_ptr<Sweeper> sweeper;
};

}  // namespace triad::storage

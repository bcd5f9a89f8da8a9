#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/service/service.h"
#include "services/storage/blob_store.h"
#include "services/storage/bucket_store.h"
#include "services/storage/migrations.h"
#include "services/storage/object_store.h"
#include "services/storage/storage_service.h"
#include "services/storage/sweeper.h"

namespace triad::storage {
namespace {

struct Options {
  std::string blobs;
  std::int64_t max_object_bytes = ObjectStoreOptions().max_object_bytes;
  SweeperOptions sweeper;

  void Register(OptionParser& parser);
};

void Options::Register(OptionParser& parser) {
  parser.Add("blobs", &blobs, "where content is kept: local:PATH; empty: local:<data_dir>/blobs");
  parser.Add("max_object_bytes", &max_object_bytes, "largest object, in bytes");
  parser.AddCheck("max_object_bytes", [this] {
    return max_object_bytes >= 1 ? absl::OkStatus()
                                 : absl::InvalidArgumentError("must be at least 1");
  });
  parser.Add("sweep_interval", &sweeper.interval,
             "how often blobs without an object are looked for");
  parser.Add("orphan_grace", &sweeper.grace,
             "how old a blob without an object must be to be removed");
}

int Main(int argc, char** argv) {
  service::Service service({.name = "triad-storage",
                            .summary = "Named objects with content hashes, streamed both ways.",
                            .port = 4553,
                            .admin_port = 4563});
  service::DataOptions data(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  const Clock& clock = Clock::System();
  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  if (options.blobs.empty()) options.blobs = absl::StrCat("local:", data.Directory(), "/blobs");
  std::unique_ptr<BlobStore> blobs =
      service.OrExit(OpenBlobStore(options.blobs, FileSystem::Posix(), Random::System()));

  BucketRepository bucket_rows(*database);
  BucketStore buckets(bucket_rows, clock);
  absl::Status ensured = buckets.Ensure(kUploadsBucket);
  if (!ensured.ok()) service.Exit(ensured);

  ObjectRepository object_rows(*database);
  Sweeper sweeper(object_rows, *blobs, clock, options.sweeper);
  SweeperThread sweeping(sweeper);
  ObjectStore objects(
      object_rows, *blobs, clock,
      {.max_object_bytes = options.max_object_bytes, .garbage_made = [&] { sweeping.Wake(); }});

  StorageService handlers(service.admission(), buckets, objects, service.executor(),
                          Random::System());
  return service.Serve({&handlers}, [&](absl::Duration timeout) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(database->CheckHealth(timeout));
    return blobs->CheckHealth();
  });
}

}  // namespace
}  // namespace triad::storage

int main(int argc, char** argv) { return triad::storage::Main(argc, argv); }

#include <malloc.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/service/service.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/migrations.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/rows/store_id.h"
#include "services/storage/service.h"
#include "services/storage/sweep/sweeper.h"

namespace triad::storage {
namespace {

// S3's own limits.
constexpr std::int64_t kLeastPart = 5 << 20;
constexpr std::int64_t kMostParts = 10'000;

struct Options {
  std::string blobs;
  s3::Options s3;
  std::int64_t max_object_bytes = ObjectStoreOptions().max_object_bytes;
  SweeperOptions sweeper;

  void Register(OptionParser& parser);
  void RegisterS3(OptionParser& parser);
};

void Options::RegisterS3(OptionParser& parser) {
  parser.Add("s3_endpoint", &s3.endpoint, "http://HOST:PORT or https://HOST; empty: AWS's");
  parser.Add("s3_region", &s3.region, "empty: AWS_REGION, AWS_DEFAULT_REGION, or us-east-1");
  parser.Add("s3_path_style", &s3.path_style, "the bucket as part of the path, not of the host");
  parser.Add("s3_ca_file", &s3.ca_file, "PEM file of certificates to trust; empty: the system's");
  parser.Add("s3_part_bytes", &s3.part_bytes, "of larger objects' parts, in bytes");
  parser.AddCheck("s3_part_bytes", [this] {
    const bool used = absl::StartsWith(blobs, "s3:");
    const std::int64_t least =
        used ? std::max(kLeastPart, max_object_bytes / kMostParts + 1) : kLeastPart;
    return s3.part_bytes >= least
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     absl::StrCat("must be at least ", least, " with this --max_object_bytes"));
  });
  parser.Add("s3_memory_bytes", &s3.upload_memory_bytes,
             "bytes that all uploads to S3 together may hold");
  parser.AddCheck("s3_memory_bytes", [this] {
    return s3.upload_memory_bytes >= s3.part_bytes
               ? absl::OkStatus()
               : absl::InvalidArgumentError("must be at least --s3_part_bytes");
  });
  parser.Add("s3_connections", &s3.max_connections, "requests to S3 that run at a time");
  parser.AddCheck("s3_connections", [this] {
    return s3.max_connections >= 1 ? absl::OkStatus()
                                   : absl::InvalidArgumentError("must be at least 1");
  });
}

void Options::Register(OptionParser& parser) {
  parser.Add("blobs", &blobs,
             "where content is kept: local:PATH or s3://BUCKET/PREFIX; empty: "
             "local:<data_dir>/blobs");
  RegisterS3(parser);
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

// Parts of uploads pass from thread to thread: each goes back to the system when it
// is sent, instead of to the arena of whichever thread had gathered it.
constexpr int kLargeAllocation = 1 << 20;

int Main(int argc, char** argv) {
  mallopt(M_MMAP_THRESHOLD, kLargeAllocation);
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
  const std::string owner = service.OrExit(StoreId(*database, Random::System()));
  std::unique_ptr<BlobStore> blobs =
      service.OrExit(OpenBlobStore(options.blobs, {FileSystem::Posix(), Random::System(), clock,
                                                   service.metrics(), options.s3, owner}));

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
    return blobs->CheckHealth(timeout);
  });
}

}  // namespace
}  // namespace triad::storage

int main(int argc, char** argv) { return triad::storage::Main(argc, argv); }

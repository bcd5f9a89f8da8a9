#include <malloc.h>

#include <memory>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/service/service.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/migrations.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/options.h"
#include "services/storage/service.h"
#include "services/storage/setup.h"
#include "services/storage/sweep/sweeper.h"

namespace triad::storage {
namespace {

// Parts of uploads pass from thread to thread: each goes back to the system when it
// is sent, instead of to the arena of whichever thread had gathered it.
constexpr int kLargeAllocation = 1 << 20;

int Main(int argc, char** argv) {
  mallopt(M_MMAP_THRESHOLD, kLargeAllocation);
  service::Service service({.name = "triad-storage",
                            .summary = "Named objects with content hashes, streamed both ways."});
  service::DataOptions data(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  const Clock& clock = Clock::System();
  Random& random = Random::System();
  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  std::string id = service.OrExit(Prepare(*database, clock, random));
  std::unique_ptr<BlobStore> blobs = service.OrExit(
      OpenBlobStore(options.BlobsUrl(data.Directory()),
                    {FileSystem::Posix(), random, clock, service.metrics(), options.s3, id}));
  Sweeper sweeper(*database, *blobs, clock, service.metrics(), options.sweeper);
  BackgroundSweeps sweeps(sweeper);
  BucketStore buckets(*database, clock);
  ObjectStore objects(
      *database, *blobs, clock,
      {.max_object_bytes = options.max_object_bytes, .garbage_made = [&] { sweeps.Wake(); }});

  StorageService handlers(service.admission(), buckets, objects, service.executor(), random);
  return service.Serve({&handlers}, [&](absl::Duration timeout) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(database->CheckHealth(timeout));
    return blobs->CheckHealth(timeout);
  });
}

}  // namespace
}  // namespace triad::storage

int main(int argc, char** argv) { return triad::storage::Main(argc, argv); }

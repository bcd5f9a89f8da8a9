#include <malloc.h>

#include <cstring>
#include <memory>
#include <string>

#include "runtime/audit/audit_log.h"
#include "runtime/base/clock.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/service/audit_options.h"
#include "runtime/service/service.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/compose/hash_completer.h"
#include "services/storage/compose/object_composer.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/migrations.h"
#include "services/storage/move_command.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/objects/object_lister.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/options.h"
#include "services/storage/parts.h"
#include "services/storage/removal/remover.h"
#include "services/storage/service.h"
#include "services/storage/setup.h"
#include "services/storage/sweep/sweeper.h"
#include "services/storage/uploads/upload_store.h"
#include "services/storage/versions/version_lister.h"
#include "services/storage/zip/object_zipper.h"

namespace triad::storage {
namespace {

// Parts of uploads pass from thread to thread: each goes back to the system when it
// is sent, instead of to the arena of whichever thread had gathered it.
constexpr int kLargeAllocation = 1 << 20;

int Main(int argc, char** argv) {
  mallopt(M_MMAP_THRESHOLD, kLargeAllocation);
  service::Service service({.name = "triad-storage",
                            .summary = "Named objects with content hashes, streamed both ways. "
                                       "`triad-storage move --help`: their content, to another "
                                       "place."});
  service::DataOptions data(service);
  service::AuditOptions audit_options(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  const Clock& clock = Clock::System();
  Random& random = Random::System();
  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  std::string id = service.OrExit(Prepare(*database, clock, random));
  std::unique_ptr<audit::AuditLog> audit = audit_options.Open(*database, clock);
  std::unique_ptr<BlobStore> blobs = service.OrExit(
      OpenBlobStore(BlobsUrl(options.blobs, data.Directory()),
                    {FileSystem::Posix(), random, clock, service.metrics(), options.s3, id}));
  ContentHolds holds;
  Sweeper sweeper(*database, *blobs, holds, clock, service.metrics(), options.sweeper);
  BackgroundSweeps sweeps(sweeper);
  Parts parts{*database,
              *blobs,
              holds,
              *audit,
              clock,
              random,
              options.inline_bytes,
              [&] { sweeps.Wake(); }};
  Remover remover(parts);
  BackgroundRemovals removals(remover);
  BucketStore buckets(parts, [&] { removals.Wake(); });
  ObjectStore objects(parts, {.max_object_bytes = options.max_object_bytes});
  ObjectEditor editor(parts);
  ObjectLister lister(*database);
  ObjectComposer composer(parts, objects);
  UploadStore uploads(parts, objects);
  VersionLister versions(*database);
  MemoryBudget zip_memory(static_cast<std::size_t>(service.memory_budget() / 4));
  ObjectZipper zipper(parts, zip_memory);
  HashCompleter completer(parts, objects);
  BackgroundHashes hashes(completer);

  StorageService handlers(
      service.admission(),
      {buckets, objects, editor, lister, composer, uploads, versions, zipper, *audit},
      service.executor(), random);
  return service.Serve({&handlers}, [&](absl::Duration timeout) -> absl::Status {
    TRIAD_RETURN_IF_ERROR(database->CheckHealth(timeout));
    return blobs->CheckHealth(timeout);
  });
}

}  // namespace
}  // namespace triad::storage

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "move") == 0) {
    return triad::storage::MoveMain(argc - 1, argv + 1);
  }
  return triad::storage::Main(argc, argv);
}

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audit_log.h"
#include "runtime/audit/handler/audit_handler.h"
#include "runtime/base/clock.h"
#include "runtime/base/memory_budget.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/process/followed_file.h"
#include "runtime/service/audit_options.h"
#include "runtime/service/service.h"
#include "runtime/telemetry/logs/log.h"
#include "services/config/entries/expirer.h"
#include "services/config/migrations.h"
#include "services/config/options.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_rotator.h"
#include "services/config/secrets/resealer.h"
#include "services/config/service.h"
#include "services/config/watch/change_mapping.h"
#include "services/config/watch/stored_change_log.h"

namespace triad::config {
namespace {

int Main(int argc, char** argv) {
  service::Service service(
      {.name = "triad-config",
       .summary = "Runtime configuration: typed entries, masked secrets, a live watch."});
  service::DataOptions data(service);
  service::AuditOptions audit_options(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  const Clock& clock = Clock::System();
  Random& random = Random::System();
  SetupOptions setup_options = options.Setup(data.Directory(), random);
  SetupResult setup =
      service.OrExit(Prepare(*database, FileSystem::Posix(), random, clock, setup_options));
  if (setup.first) log::Info("new database", {{"key_id", setup.secrets->first_key_id()}});

  std::unique_ptr<audit::AuditLog> audit = audit_options.Open(*database, clock);
  DataKeys data_keys(*setup.secrets, random, clock);
  EntryView view(setup.epoch, service.metrics(), options.view);
  service.OrExit(view.Load(*database));
  EncodeChange encode = EncoderOf(setup.epoch);
  StoredChangeLog changes(*database, setup.epoch, encode);
  WatchHub hub("config", setup.head, changes, MarksOf(encode), service.executor(),
               service.metrics(), options.watch);
  SchemaCache schema_cache;
  EntryStore store(*database,
                   EntryWriter(data_keys, schema_cache, clock, setup.epoch, options.writer), *audit,
                   view, ChangePublisher(hub, encode), setup.epoch);
  NamespaceStore namespaces(*database, *audit, store, view, hub, schema_cache, clock);
  if (absl::Status finished = namespaces.FinishDeletions(); !finished.ok()) {
    log::Warning("a namespace is not deleted yet: delete it again",
                 {{"error", finished.ToString()}});
  }
  Expirer expirer(store, clock);
  Compactor compactor(*database, clock, options.compaction);
  Resealer resealer(*database, *setup.secrets, data_keys, service.metrics());
  KeyRotator rotator({*database, *audit, FileSystem::Posix(), random, *setup.secrets, data_keys,
                      [&resealer] { resealer.Wake(); }},
                     setup_options.key_file);
  auto take_keys = [&](const std::string& text) {
    return Annotate(rotator.Take(text), absl::StrCat(setup_options.key_file, ": "));
  };
  auto key_file = service.OrExit(FollowedFile::Start({.flag = "secret_key_file",
                                                      .path = setup_options.key_file,
                                                      .max_bytes = Keyring::kMaxFileBytes},
                                                     service.metrics(), take_keys));
  EntryHistory history(*database, setup.epoch);
  References references(*database);
  Destroyer destroyer(*database, *audit, store, hub);
  Revealer revealer(*database, *audit, data_keys, setup.epoch);
  SchemaStore schemas(*database, *audit, schema_cache, clock, options.writer.explicit_namespaces);
  // A quarter is for what calls hold beside requests and answers. What the largest import writes
  // comes on top.
  MemoryBudget imports(static_cast<std::size_t>(service.memory_budget() / 4) +
                       static_cast<std::size_t>(options.writer.import_entries) *
                           Importer::kWrittenBytes);
  audit::AuditHandler audit_handler(*audit, service.executor());
  ConfigService handlers(service.admission(),
                         {store, history, references, destroyer, revealer, rotator, namespaces,
                          schemas, audit_handler, hub, service.executor(), imports, setup.epoch},
                         options.limits);
  return service.Serve({&handlers},
                       [&](absl::Duration timeout) { return database->CheckHealth(timeout); });
}

}  // namespace
}  // namespace triad::config

int main(int argc, char** argv) { return triad::config::Main(argc, argv); }

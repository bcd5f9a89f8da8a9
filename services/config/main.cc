#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/options/options.h"
#include "runtime/base/random.h"
#include "runtime/base/status.h"
#include "runtime/database/database.h"
#include "runtime/io/file_system.h"
#include "runtime/service/followed_file.h"
#include "runtime/service/service.h"
#include "runtime/telemetry/logs/log.h"
#include "services/config/app/app_settings.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/compactor.h"
#include "services/config/migrations.h"
#include "services/config/secrets/key_check.h"
#include "services/config/secrets/keyring.h"
#include "services/config/secrets/resealer.h"
#include "services/config/service.h"
#include "services/config/setup.h"
#include "services/config/watch/change_log.h"
#include "services/config/watch/watch_hub.h"

namespace triad::config {
namespace {

constexpr std::int64_t kLargestMaxValue = 4 << 20;

struct Options {
  std::string secret_key_file;
  CompactionOptions compaction;
  ValueLimits limits;
  std::int64_t watch_buffer_changes = 4096;
  std::int64_t watch_buffer_bytes = 16 << 20;

  void Register(OptionParser& parser);
  SetupOptions Setup(const std::string& data_directory, Random& random) const;
  WatchHubOptions Watch() const;
};

void Options::Register(OptionParser& parser) {
  parser.Add("secret_key_file", &secret_key_file,
             "file with the keys of the secrets, one a line, 32 bytes in hex or base64: the first "
             "seals, all open; read again when it changes; empty: <data_dir>/secret.key, made "
             "together with a new database");
  parser.Add("history_retention", &compaction.retention,
             "how long replaced versions and watch events are kept");
  parser.Add("max_value_bytes", &limits.max_value_bytes,
             "bytes of the largest string or JSON value");
  parser.AddCheck("max_value_bytes", [this] {
    if (limits.max_value_bytes >= 1 && limits.max_value_bytes <= kLargestMaxValue) {
      return absl::OkStatus();
    }
    return absl::InvalidArgumentError(absl::StrCat("must be 1 to ", kLargestMaxValue));
  });
  parser.Add("watch_buffer_changes", &watch_buffer_changes,
             "changes kept in memory for watches; those further behind read the database");
  parser.Add("watch_buffer_bytes", &watch_buffer_bytes, "bytes of changes kept in memory");
  for (auto [name, value] : {std::pair("watch_buffer_changes", &watch_buffer_changes),
                             std::pair("watch_buffer_bytes", &watch_buffer_bytes)}) {
    parser.AddCheck(name, [value = value] {
      return *value >= 0 ? absl::OkStatus() : absl::InvalidArgumentError("must not be negative");
    });
  }
}

SetupOptions Options::Setup(const std::string& data_directory, Random& random) const {
  SetupOptions setup;
  // A file that was named and is missing is a mistake to report, not to fill.
  setup.make_key_file = secret_key_file.empty();
  setup.key_file =
      setup.make_key_file ? absl::StrCat(data_directory, "/secret.key") : secret_key_file;
  setup.first_entries = [&random] { return AppSettingsFromEnvironment(random); };
  return setup;
}

WatchHubOptions Options::Watch() const {
  return {.ring_changes = static_cast<std::size_t>(watch_buffer_changes),
          .ring_bytes = static_cast<std::size_t>(watch_buffer_bytes)};
}

// The keys change with their file, and what is sealed then follows.
std::unique_ptr<service::FollowedFile> FollowKeys(service::Service& service, std::string path,
                                                  db::Database& database, Keyring& keyring,
                                                  Random& random, Resealer& resealer) {
  const service::FollowedFileOptions file = {
      .flag = "secret_key_file", .path = path, .max_bytes = Keyring::kMaxFileBytes};
  return service.OrExit(service::FollowedFile::Start(
      file, service.metrics(),
      [&, path = std::move(path)](const std::string& content) -> absl::Status {
        const absl::Status taken = TakeKeys(database, keyring, random, content);
        if (!taken.ok()) return Annotate(taken, absl::StrCat(path, ": "));
        resealer.Wake();
        return absl::OkStatus();
      }));
}

int Main(int argc, char** argv) {
  service::Service service(
      {.name = "triad-config",
       .summary = "Runtime configuration: typed entries, masked secrets, a live watch.",
       .port = 4551,
       .admin_port = 4561});
  service::DataOptions data(service);
  Options options;
  options.Register(service.options());
  service.Start(argc, argv);

  std::unique_ptr<db::Database> database = data.OpenDatabase(Migrations());
  const Clock& clock = Clock::System();
  Random& random = Random::System();
  const SetupOptions setup_options = options.Setup(data.Directory(), random);
  SetupResult setup =
      service.OrExit(Prepare(*database, FileSystem::Posix(), random, clock, setup_options));
  if (setup.first) log::Info("new database", {{"key_id", setup.secrets->first_key_id()}});

  StoredChangeLog changes(*database, setup.epoch);
  WatchHub hub(setup.head, changes, service.executor(), &service.metrics(), options.Watch());
  EntryStore store(*database, EntryWriter(*setup.secrets, clock, setup.epoch), hub, setup.epoch);
  Compactor compactor(*database, clock, options.compaction);
  Resealer resealer(*database, *setup.secrets, service.metrics());
  const auto keys =
      FollowKeys(service, setup_options.key_file, *database, *setup.secrets, random, resealer);
  ConfigService handlers(service.admission(), store, hub, options.limits);
  return service.Serve({&handlers},
                       [&](absl::Duration timeout) { return database->CheckHealth(timeout); });
}

}  // namespace
}  // namespace triad::config

int main(int argc, char** argv) { return triad::config::Main(argc, argv); }

// A store on a real SQLite database, for tests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/memory_budget.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/database/testing/temp_database.h"
#include "runtime/io/executor.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_store.h"
#include "services/config/history/destroyer.h"
#include "services/config/history/entry_history.h"
#include "services/config/namespaces/namespace_store.h"
#include "services/config/references/references.h"
#include "services/config/schemas/schema_store.h"
#include "services/config/secrets/data_keys.h"
#include "services/config/secrets/key_rotator.h"
#include "services/config/secrets/revealer.h"
#include "services/config/setup.h"
#include "services/config/view/entry_view.h"
#include "services/config/watch/stored_change_log.h"

namespace triad::config::testing {

// A change in words: "3: a/1 a/2 ", or "3: " if it has no events; "3+: " if it is unfinished,
// and "3!: " if it is an end. Its pieces are words.
EncodedChange EncodeAsText(const Change& change);

inline EncodeChange TextEncoder(Epoch) { return EncodeAsText; }

struct StoreFixtureOptions {
  std::function<EncodeChange(Epoch)> encoder = TextEncoder;
  WatchHubOptions hub = {};
  EntryStoreOptions store = {};
  ChangeLogOptions log = {};
  EntryViewOptions view = {};
  std::vector<EntryWrite> first_entries = {};
  EntryWriterOptions writer = {};
  std::int64_t max_pages = 0;  // of the database; 0 for no limit
  std::size_t import_bytes = 64 << 20;
};

// Everything below the handlers. A failure to start ends the process.
class StoreFixture {
 public:
  explicit StoreFixture(StoreFixtureOptions options = {});

  EntryStore& store() { return *running_->store; }
  EntryHistory& history() { return *running_->history; }
  References& references() { return *running_->references; }
  audit::AuditLog& audit() { return *running_->audit; }
  EntryView& view() { return *running_->view; }
  WatchHub& hub() { return *running_->hub; }
  StoredChangeLog& log() { return *running_->log; }
  Destroyer& destroyer() { return *running_->destroyer; }
  NamespaceStore& namespaces() { return *running_->namespaces; }
  SchemaStore& schemas() { return *running_->schemas; }
  Revealer& revealer() { return *running_->revealer; }
  Keyring& secrets() { return *running_->setup.secrets; }
  DataKeys& data_keys() { return *running_->data_keys; }
  KeyRotator& key_rotator() { return *running_->key_rotator; }
  const SetupResult& setup() { return running_->setup; }
  db::TempDatabase& database() { return database_; }
  FakeClock& clock() { return clock_; }
  Executor& executor() { return *executor_; }
  MemoryBudget& imports() { return imports_; }
  Metrics& metrics() { return metrics_; }

  SetupOptions setup_options() const;

  // Ends everything and starts it again on the same files.
  void Restart();

 private:
  struct Running {
    SetupResult setup;
    std::unique_ptr<DataKeys> data_keys;
    std::unique_ptr<audit::AuditLog> audit;
    std::unique_ptr<EntryView> view;
    std::unique_ptr<StoredChangeLog> log;
    std::unique_ptr<WatchHub> hub;
    std::unique_ptr<SchemaCache> schema_cache;
    std::unique_ptr<EntryStore> store;
    std::unique_ptr<EntryHistory> history;
    std::unique_ptr<References> references;
    std::unique_ptr<Destroyer> destroyer;
    std::unique_ptr<NamespaceStore> namespaces;
    std::unique_ptr<SchemaStore> schemas;
    std::unique_ptr<Revealer> revealer;
    std::unique_ptr<KeyRotator> key_rotator;
  };
  void Start();

  const StoreFixtureOptions options_;
  FakeClock clock_;
  Metrics metrics_{"test"};
  MemoryBudget imports_;
  db::TempDatabase database_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Running> running_;
};

// Shorthand for the tests.
EntryName Name(absl::string_view key, absl::string_view space = "app");
EntryWrite Put(absl::string_view key, Value value);
EntryWrite PutSecret(absl::string_view key, Value value);
EntryWrite Delete(absl::string_view key);
EntryWrite Undelete(absl::string_view key);
EntryWrite Copy(absl::string_view source, absl::string_view key);

// Text of every file in a directory, one after the other.
std::string ReadDirectory(const std::string& directory);

}  // namespace triad::config::testing

// triad.config.v1.ConfigService.
#pragma once

#include "runtime/audit/handler/audit_handler.h"
#include "runtime/rpc/bound_service.h"
#include "services/config/app/app_config_handler.h"
#include "services/config/entries/commit_handler.h"
#include "services/config/entries/entries_handler.h"
#include "services/config/entries/writes_handler.h"
#include "services/config/history/changes_handler.h"
#include "services/config/history/history_handler.h"
#include "services/config/namespaces/namespaces_handler.h"
#include "services/config/schemas/schemas_handler.h"
#include "services/config/secrets/keys_handler.h"
#include "services/config/secrets/reveal_handler.h"
#include "services/config/transfer/export_handler.h"
#include "services/config/transfer/import_handler.h"
#include "services/config/watch/watch_handler.h"

namespace triad::config {

// What the handlers use.
struct ConfigParts {
  EntryStore& store;
  EntryHistory& history;
  References& references;
  Destroyer& destroyer;
  Revealer& revealer;
  KeyRotator& key_rotator;
  NamespaceStore& namespaces;
  SchemaStore& schemas;
  audit::AuditHandler& audit;
  WatchHub& hub;
  Executor& executor;
  MemoryBudget& imports;  // what they may hold
  Epoch epoch;
};

class ConfigService final : public rpc::BoundService {
 public:
  // All must outlive the server.
  ConfigService(rpc::Admission& admission, const ConfigParts& parts, ValueLimits limits);

 private:
  EntriesHandler entries_;
  WritesHandler writes_;
  CommitHandler commit_;
  HistoryHandler history_;
  ChangesHandler changes_;
  RevealHandler reveal_;
  KeysHandler keys_;
  ExportHandler exports_;
  ImportHandler imports_;
  NamespacesHandler namespaces_;
  SchemasHandler schemas_;
  WatchHandler watch_;
  AppConfigHandler app_config_;
};

}  // namespace triad::config

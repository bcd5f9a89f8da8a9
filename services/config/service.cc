#include "services/config/service.h"

namespace triad::config {
namespace {

// To check a short write takes a thread of gRPC no longer than a few microseconds.
constexpr rpc::Run kShort = rpc::Run::InlineUpTo(kShortWrite);

}  // namespace

ConfigService::ConfigService(rpc::Admission& admission, const ConfigParts& parts,
                             ValueLimits limits)
    : BoundService(admission, "triad.config.v1.ConfigService"),
      entries_(parts.store, parts.history, parts.references, parts.hub, parts.executor,
               parts.epoch),
      writes_(parts.store, limits),
      commit_(parts.store, limits),
      history_(parts.history),
      changes_(parts.store, parts.history, parts.destroyer, limits),
      reveal_(parts.revealer),
      keys_(parts.key_rotator),
      exports_(parts.store, parts.revealer, parts.executor),
      imports_(Importer(parts.store, parts.imports, parts.executor, limits, parts.epoch)),
      namespaces_(parts.namespaces),
      schemas_(parts.schemas),
      watch_(parts.hub, parts.store, parts.namespaces, parts.executor, parts.epoch),
      app_config_(parts.store) {
  Unary("GetEntry", &entries_, &EntriesHandler::TryGet, &EntriesHandler::Get);
  Unary("ListEntries", &entries_, &EntriesHandler::TryList, &EntriesHandler::List);
  LaterUnary("SetEntry", &writes_, &WritesHandler::Set, kShort);
  LaterUnary("UpdateEntry", &writes_, &WritesHandler::Update, kShort);
  LaterUnary("DeleteEntry", &writes_, &WritesHandler::Delete, kShort);
  LaterUnary("UndeleteEntry", &writes_, &WritesHandler::Undelete, kShort);
  LaterUnary("CommitEntries", &commit_, &CommitHandler::Commit, kShort);
  Unary("ListEntryVersions", &history_, &HistoryHandler::List);
  Unary("DiffEntries", &changes_, &ChangesHandler::Diff);
  Unary("RollbackEntry", &changes_, &ChangesHandler::RollbackEntry);
  Unary("RollbackNamespace", &changes_, &ChangesHandler::RollbackNamespace);
  Unary("DestroyEntryVersions", &changes_, &ChangesHandler::Destroy);
  Unary("RevealEntry", &reveal_, &RevealHandler::Reveal);
  Unary("RotateDataKey", &keys_, &KeysHandler::RotateDataKey);
  Unary("GetKeyring", &keys_, &KeysHandler::Get);
  Unary("RotateKeyEncryptionKey", &keys_, &KeysHandler::RotateKeyEncryptionKey);
  ServerStream("ExportEntries", &exports_, &ExportHandler::Export);
  ServerStream("RevealEntries", &exports_, &ExportHandler::Reveal);
  ClientStream("ImportEntries", &imports_, &ImportHandler::Import);
  Unary("CreateNamespace", &namespaces_, &NamespacesHandler::Create);
  Unary("GetNamespace", &namespaces_, &NamespacesHandler::Get);
  Unary("ListNamespaces", &namespaces_, &NamespacesHandler::List);
  Unary("UpdateNamespace", &namespaces_, &NamespacesHandler::Update);
  Unary("DeleteNamespace", &namespaces_, &NamespacesHandler::Delete);
  Unary("SetSchema", &schemas_, &SchemasHandler::Set);
  Unary("GetSchema", &schemas_, &SchemasHandler::Get);
  Unary("ListSchemas", &schemas_, &SchemasHandler::List);
  Unary("DeleteSchema", &schemas_, &SchemasHandler::Delete);
  Unary("GetEntrySchema", &schemas_, &SchemasHandler::GetOfEntry);
  Unary("ListAuditLines", &parts.audit, &audit::AuditHandler::List);
  ServerStream("WatchAuditLines", &parts.audit, &audit::AuditHandler::Watch);
  ServerStream("WatchEntries", &watch_, &WatchHandler::Watch);
  Unary("GetAppConfig", &app_config_, &AppConfigHandler::Get);
}

}  // namespace triad::config

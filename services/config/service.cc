#include "services/config/service.h"

namespace triad::config {

ConfigService::ConfigService(rpc::Admission& admission, EntryStore& store, EntryHistory& history,
                             WatchHub& hub, ValueLimits limits)
    : BoundService(admission, "triad.config.v1.ConfigService"),
      entries_(store, history, limits),
      commit_(store, limits),
      history_(history),
      watch_(hub),
      app_config_(store) {
  Unary("GetEntry", &entries_, &EntriesHandler::Get);
  Unary("ListEntries", &entries_, &EntriesHandler::List);
  Unary("SetEntry", &entries_, &EntriesHandler::Set);
  Unary("DeleteEntry", &entries_, &EntriesHandler::Delete);
  Unary("UndeleteEntry", &entries_, &EntriesHandler::Undelete);
  Unary("CommitEntries", &commit_, &CommitHandler::Commit);
  Unary("ListEntryVersions", &history_, &HistoryHandler::List);
  ServerStream("WatchEntries", &watch_, &WatchHandler::Watch);
  Unary("GetAppConfig", &app_config_, &AppConfigHandler::Get);
}

}  // namespace triad::config

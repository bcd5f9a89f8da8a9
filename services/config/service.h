// triad.config.v1.ConfigService.
#pragma once

#include "runtime/rpc/bound_service.h"
#include "services/config/app/app_config_handler.h"
#include "services/config/entries/commit_handler.h"
#include "services/config/entries/entries_handler.h"
#include "services/config/history/history_handler.h"
#include "services/config/watch/watch_handler.h"

namespace triad::config {

class ConfigService final : public rpc::BoundService {
 public:
  // All must outlive the server.
  ConfigService(rpc::Admission& admission, EntryStore& store, EntryHistory& history, WatchHub& hub,
                ValueLimits limits);

 private:
  EntriesHandler entries_;
  CommitHandler commit_;
  HistoryHandler history_;
  WatchHandler watch_;
  AppConfigHandler app_config_;
};

}  // namespace triad::config

// The flags of triad-config.
#pragma once

#include <string>

#include "runtime/watch/watch_hub.h"
#include "services/config/entries/entry_mapping.h"
#include "services/config/entries/entry_writer.h"
#include "services/config/history/compactor.h"
#include "services/config/setup.h"
#include "services/config/view/entry_view.h"

namespace triad {
class OptionParser;
class Random;
}  // namespace triad

namespace triad::config {

struct Options {
  std::string secret_key_file;
  CompactionOptions compaction;
  ValueLimits limits;
  EntryViewOptions view;
  EntryWriterOptions writer;
  WatchHubOptions watch;

  // `parser` fills this, which must outlive it.
  void Register(OptionParser& parser);
  // `random` must outlive what it returns.
  SetupOptions Setup(const std::string& data_directory, Random& random) const;
};

}  // namespace triad::config

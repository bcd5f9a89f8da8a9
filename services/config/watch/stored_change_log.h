// The changes of entries of the past.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "runtime/watch/change_log.h"
#include "runtime/watch/watch_filter.h"
#include "services/config/model/entry.h"
#include "services/config/watch/change_publisher.h"

namespace triad::config {

// A piece of the past.
struct ChangePage {
  // Only events that match, in order. The first may be the rest of a revision, and the last
  // some of one: those are large.
  std::vector<Change> changes;
  // There are no other matches up to here.
  Position scanned;
};

struct ChangeLogOptions {
  // The limits of one page. It holds at least one event, however large that is, and whole
  // revisions, unless the first is larger than a page.
  std::int64_t page_events = 256;
  std::int64_t page_bytes = 1 << 20;
  // How many events are looked at to find them, about.
  std::int64_t page_rows = 2000;
};

// The change log of the database. Thread-safe. Blocks.
class StoredChangeLog final : public ChangeLog {
 public:
  StoredChangeLog(db::Database& database, Epoch epoch, EncodeChange encode,
                  ChangeLogOptions options = {})
      : database_(database), epoch_(epoch), encode_(std::move(encode)), options_(options) {}

  absl::StatusOr<ChangeBounds> ReadBounds() override;
  absl::StatusOr<LogPage> ReadAfter(const WatchFilter& filter, Position after) override;
  // The same, before it is serialized.
  absl::StatusOr<ChangePage> Read(const WatchFilter& filter, Position after);

 private:
  db::Database& database_;
  Epoch epoch_;
  const EncodeChange encode_;
  ChangeLogOptions options_;
};

}  // namespace triad::config

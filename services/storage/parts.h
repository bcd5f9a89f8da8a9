// What the stores of the service are made from.
#pragma once

#include <cstdint>
#include <functional>

#include "runtime/audit/audit_log.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/database/database.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/content/content_holds.h"
#include "services/storage/content/content_writer.h"

namespace triad::storage {

// All of it is thread-safe and outlives what is made from it.
struct Parts {
  db::Database& database;
  BlobStore& blobs;
  ContentHolds& holds;
  audit::AuditLog& audit;
  const Clock& clock;
  Random& random;
  // Pieces of up to so many bytes are kept in the database.
  std::int64_t inline_bytes = 16 << 10;
  // Called when something waits to be swept. Must not block.
  std::function<void()> garbage_made = [] {};

  ContentParts content() const { return {database, blobs, holds, inline_bytes}; }
};

}  // namespace triad::storage

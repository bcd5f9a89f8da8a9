// What a write makes of an entry.
#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/entry.h"
#include "services/config/rows/version_rows.h"

namespace triad::config {

class DataKeys;

// The version that follows `latest`, if there is one, written at `now`: without a revision,
// and if it is a secret, with its value open and the id of its content. NOT_FOUND if what it
// takes its value from is not there, FAILED_PRECONDITION if that value was destroyed,
// INVALID_ARGUMENT if it would end before `now` or is a secret whose value is the mask.
absl::StatusOr<StoredEntry> NextVersion(db::Session& session, const DataKeys& secrets,
                                        const EntryWrite& write,
                                        const std::optional<LatestVersion>& latest, absl::Time now);

absl::Status DoesNotExist(const EntryName& name);

// `status` with the revision of the store at which it holds (a google.rpc.ErrorInfo).
absl::Status AtRevision(absl::Status status, Revision revision);

}  // namespace triad::config

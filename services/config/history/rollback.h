// Writes entries as they were.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/entries/entry_write.h"
#include "services/config/model/entry.h"

namespace triad::config {

// What to write so that an entry is as it was at a version of its own; nothing if it is so.
// NOT_FOUND if that version is not kept, FAILED_PRECONDITION if it was destroyed.
absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session, const EntryName& name,
                                                     std::int64_t version);

// The same for the entries of a filter, as they were at a revision of the store: those that
// were not there are deleted. OUT_OF_RANGE if it is not kept, or has not happened;
// INVALID_ARGUMENT if more than `limit` keys have changed since.
absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session,
                                                     const EntryFilter& filter, Revision revision,
                                                     std::int64_t limit);

// Of one entry. NOT_FOUND if there never was one.
absl::StatusOr<std::vector<EntryWrite>> PlanRollback(db::Session& session, const EntryName& name,
                                                     Revision revision);

}  // namespace triad::config

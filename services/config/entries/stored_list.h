// Lists of entries from the database.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "runtime/database/database.h"
#include "services/config/entries/list_page.h"
#include "services/config/model/entry.h"

namespace triad::config {

// OUT_OF_RANGE if `query.at` is not kept any more, or has not happened.
absl::StatusOr<EntryPage> ListStored(db::Session& session, const ListQuery& query, Epoch epoch,
                                     std::int64_t page_bytes);

}  // namespace triad::config

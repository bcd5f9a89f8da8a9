// From SQLite's result codes to the statuses that database.h documents.
#pragma once

#include <sqlite3.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace triad::db::sqlite {

// `code` is an extended result code other than OK, ROW and DONE; `detail` is
// SQLite's message.
absl::Status StatusFromCode(int code, absl::string_view detail);

// The connection's latest error.
absl::Status LatestError(sqlite3* connection);

}  // namespace triad::db::sqlite

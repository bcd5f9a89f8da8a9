// Parts of a transaction that are the same for every driver.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "runtime/database/driver.h"

namespace triad::db {

// `work(session)`, with exceptions turned into INTERNAL.
absl::Status RunWork(absl::FunctionRef<absl::Status(Session&)> work, Session& session);

// Undoes the session's transaction if there still is one. `cause`, why it is
// undone, comes back; if that fails too, with this before its message.
absl::Status RollBack(DriverSession& session, const absl::Status& cause);

}  // namespace triad::db

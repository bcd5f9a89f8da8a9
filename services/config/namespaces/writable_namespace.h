// The namespace that a write is about.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "runtime/database/database.h"

namespace triad::config {

// OK if the namespace may be written to, which makes it if it is absent. FAILED_PRECONDITION if it
// is being deleted, or if it is absent and only CreateNamespace makes namespaces.
absl::Status MakeWritable(db::Session& session, const std::string& name, bool explicit_namespaces,
                          absl::Time now);

}  // namespace triad::config

#include "services/config/namespaces/writable_namespace.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/config/rows/namespace_rows.h"

namespace triad::config {

absl::Status MakeWritable(db::Session& session, const std::string& name, bool explicit_namespaces,
                          absl::Time now) {
  NamespaceRows rows(session);
  TRIAD_ASSIGN_OR_RETURN(std::optional<NamespaceRow> found, rows.Find(name));
  if (found.has_value() && found->state == NamespaceState::kActive) return absl::OkStatus();
  if (found.has_value() && found->state == NamespaceState::kDeleting) {
    return absl::FailedPreconditionError(absl::StrCat("namespaces/", name, " is being deleted"));
  }
  if (explicit_namespaces) {
    return absl::FailedPreconditionError(
        absl::StrCat("namespaces/", name,
                     " does not exist: create it first, as writes do not (--explicit_namespaces)"));
  }
  return rows.Create({.name = name, .create_time = now});
}

}  // namespace triad::config

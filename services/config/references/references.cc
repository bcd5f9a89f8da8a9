#include "services/config/references/references.h"

#include <utility>

#include "runtime/base/status.h"
#include "services/config/references/reference_resolver.h"
#include "services/config/rows/meta_rows.h"

namespace triad::config {

absl::Status References::Resolve(std::vector<Entry>& entries, Revision at) {
  return database_.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
    TRIAD_RETURN_IF_ERROR(CheckKept(at, meta));
    ReferenceResolver resolver(session, at, nullptr);
    std::vector<Value> values;
    for (const Entry& entry : entries) {
      TRIAD_ASSIGN_OR_RETURN(Value value, resolver.Resolve(entry.name, entry.value));
      values.push_back(std::move(value));
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].value = std::move(values[i]);
      entries[i].etag.clear();
    }
    return absl::OkStatus();
  });
}

}  // namespace triad::config

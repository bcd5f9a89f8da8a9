#include "services/config/entries/stored_list.h"

#include <optional>
#include <string>
#include <utility>

#include "runtime/base/status.h"
#include "services/config/rows/entry_rows.h"
#include "services/config/rows/meta_rows.h"

namespace triad::config {

absl::StatusOr<EntryPage> ListStored(db::Session& session, const ListQuery& query, Epoch epoch,
                                     std::int64_t page_bytes) {
  TRIAD_ASSIGN_OR_RETURN(Meta meta, MetaRows(session).Read());
  Revision at = query.at.value_or(meta.head);
  TRIAD_RETURN_IF_ERROR(CheckKept(at, meta));
  EntryRows rows(session, at);
  PageBuilder builder(query, page_bytes);
  for (std::string after = query.after;;) {
    TRIAD_ASSIGN_OR_RETURN(std::optional<StoredEntry> next, query.descending
                                                                ? rows.Previous(query.filter, after)
                                                                : rows.Next(query.filter, after));
    if (!next.has_value()) break;
    after = next->name.key;
    PageBuilder::Verdict verdict =
        builder.Offer({next->name.key, next->labels, next->kind, next->secret, next->deleted,
                       next->secret ? 0 : next->value.size()});
    if (verdict == PageBuilder::Verdict::kFull) break;
    if (verdict == PageBuilder::Verdict::kPass) continue;
    TRIAD_ASSIGN_OR_RETURN(Entry entry, Show(*std::move(next), epoch));
    if (!query.with_values && !entry.secret) entry.value = {};
    builder.Take(std::move(entry));
  }
  return std::move(builder).Finish(at);
}

}  // namespace triad::config

#include "services/storage/objects/put_object.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/audit/line.h"
#include "runtime/base/status.h"
#include "services/storage/content/unused_blobs.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/versions/object_change.h"

namespace triad::storage {
namespace {

// What a transaction has done about a put.
struct Outcome {
  // An error: it is refused, and nothing was changed.
  absl::StatusOr<Object> object = absl::UnknownError("");
  std::vector<std::string> unused = {};  // blobs that were written for nothing
  bool made_garbage = false;
};

absl::StatusOr<Outcome> PutRows(db::Session& session, Object object, const NewContent& content,
                                const PutCheck& check, const PutThen& then) {
  absl::StatusOr<ObjectChange> change =
      ObjectChange::Begin(session, object.name, object.update_time);
  if (IsRefusal(change.status())) return Outcome{change.status()};
  if (!change.ok()) return std::move(change).status();
  const std::optional<Object>& current = change->current();
  // This transaction was committed before, and runs again as its answer was lost.
  if (current.has_value() && current->etag == object.etag) return Outcome{*current, {}, true};
  absl::Status checked = check(session, current);
  if (IsRefusal(checked)) return Outcome{std::move(checked)};
  TRIAD_RETURN_IF_ERROR(checked);
  TRIAD_ASSIGN_OR_RETURN(Numbers numbers,
                         NumberRows(session).Take(ContentRows::NumbersFor(content) + 1));
  TRIAD_ASSIGN_OR_RETURN(AddedContent added, change->content().Add(content, numbers));
  object.content = added.content;
  object.generation = numbers.Next();
  TRIAD_ASSIGN_OR_RETURN(Object put, change->Put(std::move(object)));
  if (then != nullptr) TRIAD_RETURN_IF_ERROR(then(session, change->content()));
  return Outcome{std::move(put), std::move(added.unused), change->content().made_garbage()};
}

}  // namespace

absl::StatusOr<Object> PutObject(const Parts& parts, const Object& object,
                                 const NewContent& content, DryRun dry_run, const PutCheck& check,
                                 const PutThen& then) {
  Outcome outcome;
  audit::Line line = audit::LineOfRequest(FormatObjectName(object.name), "objects");
  auto put = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(outcome, PutRows(session, object, content, check, then));
    if (!outcome.object.ok()) return absl::OkStatus();
    line.revision = outcome.object->generation;
    TRIAD_RETURN_IF_ERROR(parts.audit.Append(session, line));
    return dry_run == DryRun::kYes ? absl::CancelledError("dry run") : absl::OkStatus();
  };
  // After an error of the database the rows may be there all the same: the blobs stay, and
  // the Sweeper will look at the rows. A refusal is what a transaction has found out that
  // is known to have ended, so that no row can refer to them.
  absl::Status written = parts.database.Write(put, [&] {
    if (outcome.object.ok()) parts.audit.Committed(line);
  });
  bool undone = dry_run == DryRun::kYes && absl::IsCancelled(written) && outcome.object.ok();
  if (!undone) TRIAD_RETURN_IF_ERROR(written);
  if (outcome.made_garbage) parts.garbage_made();
  bool is_put = outcome.object.ok() && !undone;
  RemoveUnused(parts.blobs, is_put ? outcome.unused : WrittenBlobs(content.pieces));
  return std::move(outcome.object);
}

}  // namespace triad::storage

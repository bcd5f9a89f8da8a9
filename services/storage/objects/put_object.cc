#include "services/storage/objects/put_object.h"

#include <string>
#include <utility>
#include <vector>

#include "runtime/audit/line.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
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
                                const PutCheck& check) {
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
  return Outcome{std::move(put), std::move(added.unused), change->content().made_garbage()};
}

std::vector<std::string> BlobsOf(const NewContent& content) {
  std::vector<std::string> blobs;
  for (const NewPiece& piece : content.pieces) {
    if (piece.blob != nullptr) blobs.push_back(piece.piece.blob);
  }
  return blobs;
}

}  // namespace

absl::StatusOr<Object> PutObject(const Parts& parts, const Object& object,
                                 const NewContent& content, const PutCheck& check) {
  Outcome outcome;
  audit::Line line = audit::LineOfRequest(FormatObjectName(object.name), "objects");
  auto put = [&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(outcome, PutRows(session, object, content, check));
    if (!outcome.object.ok()) return absl::OkStatus();
    line.revision = outcome.object->generation;
    return parts.audit.Append(session, line);
  };
  // After an error of the database the rows may be there all the same: the blobs stay, and
  // the Sweeper will look at the rows. A refusal is what a transaction has found out that
  // is known to have ended, so that no row can refer to them.
  TRIAD_RETURN_IF_ERROR(parts.database.Write(put, [&] {
    if (outcome.object.ok()) parts.audit.Committed(line);
  }));
  if (outcome.made_garbage) parts.garbage_made();
  for (const std::string& blob : outcome.object.ok() ? outcome.unused : BlobsOf(content)) {
    absl::Status removed = parts.blobs.Remove(blob);
    if (!removed.ok()) log::Warning("unused blob not removed", {{"error", removed.message()}});
  }
  return std::move(outcome.object);
}

}  // namespace triad::storage

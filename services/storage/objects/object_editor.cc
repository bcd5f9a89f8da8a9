#include "services/storage/objects/object_editor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/audit/audited_write.h"
#include "runtime/base/status.h"
#include "services/storage/model/conflict.h"
#include "services/storage/model/etag.h"
#include "services/storage/rows/number_rows.h"
#include "services/storage/rows/version_rows.h"
#include "services/storage/versions/find_version.h"

namespace triad::storage {
namespace {

absl::Status NotThere(const ObjectName& name) {
  return absl::NotFoundError(absl::StrCat(FormatObjectName(name), " does not exist"));
}

absl::StatusOr<Generation> NewGeneration(db::Session& session) {
  TRIAD_ASSIGN_OR_RETURN(Numbers numbers, NumberRows(session).Take());
  return numbers.Next();
}

// What can be copied or restored: a version that has content.
absl::StatusOr<Object> FindContent(db::Session& session, const ObjectSelection& selection) {
  TRIAD_ASSIGN_OR_RETURN(FoundVersion found,
                         FindVersion(session, selection.name, selection.generation));
  TRIAD_RETURN_IF_ERROR(CheckHasContent(found.object));
  return std::move(found.object);
}

}  // namespace

void ObjectChanges::Apply(Object& object) const {
  if (content_type.has_value()) object.content_type = *content_type;
  for (const auto& [header, value] : headers) object.properties.headers.*header = value;
  if (metadata.has_value()) object.properties.metadata = *metadata;
  if (tags.has_value()) object.properties.tags = *tags;
}

absl::StatusOr<Object> ObjectEditor::Write(const ObjectName& name, DryRun dry_run, Work work) {
  absl::StatusOr<Object> object;
  absl::Time now = parts_.clock.NowMicros();
  TRIAD_RETURN_IF_ERROR(audit::WriteAudited(
      parts_.database, parts_.audit, audit::LineOfRequest(FormatObjectName(name), "objects"),
      dry_run, [&](db::Session& session) { return (object = work(session, now)).status(); }));
  if (dry_run == DryRun::kNo) parts_.garbage_made();
  return object;
}

absl::StatusOr<Object> ObjectEditor::Update(const ObjectSelection& object,
                                            const ObjectChanges& changes, DryRun dry_run) {
  auto update = [&](db::Session& session, absl::Time now) -> absl::StatusOr<Object> {
    TRIAD_ASSIGN_OR_RETURN(ObjectChange change, ObjectChange::Begin(session, object.name, now));
    if (!change.current().has_value()) return NotThere(object.name);
    TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, change.current()));
    Object updated = *change.current();
    changes.Apply(updated);
    updated.etag = NewEtag(parts_.random);
    updated.update_time = now;
    TRIAD_RETURN_IF_ERROR(change.Update(updated));
    return updated;
  };
  return Write(object.name, dry_run, update);
}

absl::StatusOr<Object> ObjectEditor::PutAgain(db::Session& session, ObjectChange& change,
                                              Object source, const ObjectName& target,
                                              absl::Time now) {
  TRIAD_RETURN_IF_ERROR(change.content().Share(source.content));
  source.name = target;
  TRIAD_ASSIGN_OR_RETURN(source.generation, NewGeneration(session));
  source.etag = NewEtag(parts_.random);
  source.update_time = now;
  source.noncurrent_time.reset();
  return change.Put(std::move(source));
}

absl::StatusOr<Object> ObjectEditor::Copy(const ObjectSelection& source, const ObjectName& target,
                                          const ObjectCondition& condition,
                                          const ObjectChanges& changes, DryRun dry_run) {
  auto copy = [&](db::Session& session, absl::Time now) -> absl::StatusOr<Object> {
    TRIAD_ASSIGN_OR_RETURN(Object found, FindContent(session, source));
    TRIAD_RETURN_IF_ERROR(source.condition.Check(source.name, found));
    TRIAD_ASSIGN_OR_RETURN(ObjectChange change, ObjectChange::Begin(session, target, now));
    TRIAD_RETURN_IF_ERROR(condition.Check(target, change.current()));
    changes.Apply(found);
    return PutAgain(session, change, std::move(found), target, now);
  };
  return Write(target, dry_run, copy);
}

absl::StatusOr<Object> ObjectEditor::Move(const ObjectSelection& source, const ObjectName& target,
                                          const ObjectCondition& condition, DryRun dry_run) {
  if (source.name == target) return InvalidField("destination", "must not be the source");
  auto move = [&](db::Session& session, absl::Time now) -> absl::StatusOr<Object> {
    TRIAD_ASSIGN_OR_RETURN(ObjectChange from, ObjectChange::Begin(session, source.name, now));
    if (!from.current().has_value()) return NotThere(source.name);
    Object moved = *from.current();
    TRIAD_RETURN_IF_ERROR(source.condition.Check(source.name, moved));
    TRIAD_ASSIGN_OR_RETURN(ObjectChange to, ObjectChange::Begin(session, target, now));
    TRIAD_RETURN_IF_ERROR(condition.Check(target, to.current()));
    TRIAD_ASSIGN_OR_RETURN(Object put, PutAgain(session, to, std::move(moved), target, now));
    TRIAD_ASSIGN_OR_RETURN(Generation mark, NewGeneration(session));
    TRIAD_RETURN_IF_ERROR(from.Delete(mark, NewEtag(parts_.random)));
    return put;
  };
  return Write(target, dry_run, move);
}

absl::StatusOr<Object> ObjectEditor::DeleteOne(db::Session& session, absl::Time now,
                                               const ObjectSelection& object) {
  TRIAD_ASSIGN_OR_RETURN(ObjectChange change, ObjectChange::Begin(session, object.name, now));
  if (object.generation != kCurrent) {
    TRIAD_ASSIGN_OR_RETURN(FoundVersion found,
                           FindVersion(session, object.name, object.generation));
    TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, found.object));
    TRIAD_RETURN_IF_ERROR(change.DeleteVersion(object.generation).status());
    return std::move(found.object);
  }
  if (!change.current().has_value()) return NotThere(object.name);
  Object deleted = *change.current();
  TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, deleted));
  TRIAD_ASSIGN_OR_RETURN(Generation mark, NewGeneration(session));
  TRIAD_RETURN_IF_ERROR(change.Delete(mark, NewEtag(parts_.random)));
  return deleted;
}

absl::StatusOr<Object> ObjectEditor::Delete(const ObjectSelection& object, DryRun dry_run) {
  return Write(object.name, dry_run, [&](db::Session& session, absl::Time now) {
    return DeleteOne(session, now, object);
  });
}

absl::StatusOr<std::vector<DeleteOutcome>> ObjectEditor::DeleteEach(
    const std::vector<ObjectSelection>& objects, DryRun dry_run) {
  std::vector<DeleteOutcome> results;
  absl::Time now = parts_.clock.NowMicros();
  audit::Line line = audit::LineOfRequest(
      objects.empty() ? "" : FormatBucketName(objects.front().name.bucket), "objects");
  line.count = static_cast<std::int64_t>(objects.size());
  auto delete_each = [&](db::Session& session) -> absl::Status {
    results.clear();
    for (const ObjectSelection& object : objects) {
      results.push_back({DeleteOne(session, now, object)});
      DeleteOutcome& outcome = results.back();
      const absl::Status& status = outcome.deleted.status();
      // What is refused has changed nothing; any other error ends all.
      if (!status.ok() && !IsRefusal(status)) return status;
      if (!absl::IsFailedPrecondition(status)) continue;
      absl::StatusOr<FoundVersion> found = FindVersion(session, object.name, object.generation);
      if (found.ok()) outcome.current = std::move(found->object);
    }
    return absl::OkStatus();
  };
  TRIAD_RETURN_IF_ERROR(
      audit::WriteAudited(parts_.database, parts_.audit, std::move(line), dry_run, delete_each));
  if (dry_run == DryRun::kNo) parts_.garbage_made();
  return results;
}

absl::StatusOr<Object> ObjectEditor::Restore(const ObjectSelection& object, DryRun dry_run) {
  auto restore = [&](db::Session& session, absl::Time now) -> absl::StatusOr<Object> {
    TRIAD_ASSIGN_OR_RETURN(ObjectChange change, ObjectChange::Begin(session, object.name, now));
    TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, change.current()));
    if (object.generation != kCurrent) {
      TRIAD_ASSIGN_OR_RETURN(Object found, FindContent(session, object));
      return PutAgain(session, change, std::move(found), object.name, now);
    }
    if (change.current().has_value()) {
      return WithCurrent(absl::FailedPreconditionError(
                             absl::StrCat(FormatObjectName(object.name), " is not deleted")),
                         "NOT_DELETED", object.name, change.current());
    }
    TRIAD_ASSIGN_OR_RETURN(
        std::optional<Object> newest,
        VersionRows(session, change.bucket()).FindNewestContent(object.name.object));
    if (!newest.has_value()) return NotThere(object.name);
    return PutAgain(session, change, *std::move(newest), object.name, now);
  };
  return Write(object.name, dry_run, restore);
}

}  // namespace triad::storage

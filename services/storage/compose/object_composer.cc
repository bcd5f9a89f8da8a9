#include "services/storage/compose/object_composer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/content/concatenation.h"
#include "services/storage/model/conflict.h"
#include "services/storage/model/etag.h"
#include "services/storage/objects/put_object.h"
#include "services/storage/versions/find_version.h"

namespace triad::storage {
namespace {

// How often what is composed may change while that is done.
constexpr int kMaxAttempts = 10;

bool ChangedMeanwhile(const absl::Status& status) { return absl::IsAborted(status); }

// ABORTED if a version of `used` is not as it was, be it only what is known about it.
absl::Status CheckUsed(db::Session& session, const std::vector<Object>& used) {
  for (const Object& source : used) {
    absl::StatusOr<FoundVersion> found = FindVersion(session, source.name, source.generation);
    if (found.ok() && found->object.etag == source.etag) continue;
    if (!found.ok() && !absl::IsNotFound(found.status())) return std::move(found).status();
    std::optional<Object> current;
    if (found.ok()) current = std::move(found->object);
    return WithCurrent(
        absl::AbortedError(absl::StrCat(FormatObjectName(source.name), " was replaced")),
        kConditionNotMet, source.name, current);
  }
  return absl::OkStatus();
}

// Tries again as long as what `attempt` relies on changes meanwhile.
template <typename Attempt>
absl::StatusOr<Object> Repeat(Attempt attempt) {
  absl::Status status;
  for (int i = 0; i < kMaxAttempts; ++i) {
    absl::StatusOr<Object> object = attempt();
    if (!ChangedMeanwhile(object.status())) return object;
    status = object.status();
  }
  return absl::UnavailableError(absl::StrCat(status.message(), " again and again: try again"));
}

// What Concatenation::Add says of content that is gone, as one more change.
absl::Status AddTo(Concatenation& whole, const Object& object) {
  absl::Status added = whole.Add(object.content);
  if (!absl::IsNotFound(added)) return added;
  return absl::AbortedError(absl::StrCat(FormatObjectName(object.name), " was replaced"));
}

}  // namespace

absl::StatusOr<Object> ObjectComposer::Compose(const std::vector<ObjectSelection>& sources,
                                               const NewObject& target) {
  return Repeat([&] { return TryCompose(sources, target); });
}

absl::StatusOr<Object> ObjectComposer::TryCompose(const std::vector<ObjectSelection>& sources,
                                                  const NewObject& target) {
  Concatenation whole(parts_.content());
  std::vector<Object> used;
  std::int64_t size = 0;
  for (const ObjectSelection& source : sources) {
    TRIAD_ASSIGN_OR_RETURN(Object found, objects_.Get(source.name, source.generation));
    TRIAD_RETURN_IF_ERROR(CheckHasContent(found));
    TRIAD_RETURN_IF_ERROR(source.condition.Check(source.name, found));
    size += found.size;
    TRIAD_RETURN_IF_ERROR(objects_.CheckSize(size));
    TRIAD_RETURN_IF_ERROR(AddTo(whole, found));
    used.push_back(std::move(found));
  }
  TRIAD_ASSIGN_OR_RETURN(NewContent content, whole.Finish());
  Object object;
  object.name = target.name;
  object.content_type = target.content_type;
  object.properties = target.properties;
  return Put(std::move(object), content, target.dry_run, target.condition, used);
}

absl::StatusOr<Object> ObjectComposer::Put(Object object, const NewContent& content, DryRun dry_run,
                                           const ObjectCondition& condition,
                                           const std::vector<Object>& used) {
  object.etag = NewEtag(parts_.random);
  object.size = content.size;
  object.crc32c = content.crc32c;
  object.update_time = parts_.clock.NowMicros();
  return PutObject(parts_, object, content, dry_run,
                   [&](db::Session& session, const std::optional<Object>& current) {
                     absl::Status met = condition.Check(object.name, current);
                     return met.ok() ? CheckUsed(session, used) : met;
                   });
}

absl::StatusOr<Object> ObjectComposer::FindForAppend(const ObjectSelection& object,
                                                     std::int64_t expected_size) {
  TRIAD_ASSIGN_OR_RETURN(Object found, objects_.Get(object.name));
  TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, found));
  if (found.size == expected_size) return found;
  return WithCurrent(
      absl::AbortedError(absl::StrCat(FormatObjectName(object.name), " has ", found.size,
                                      " bytes, expected_size says ", expected_size)),
      kConditionNotMet, object.name, found);
}

absl::StatusOr<std::unique_ptr<ObjectAppend>> ObjectComposer::BeginAppend(
    ObjectSelection object, std::int64_t expected_size, DryRun dry_run) {
  TRIAD_RETURN_IF_ERROR(FindForAppend(object, expected_size).status());
  return std::make_unique<ObjectAppend>(*this, std::move(object), expected_size, dry_run,
                                        parts_.content());
}

absl::Status ObjectAppend::Append(absl::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  TRIAD_RETURN_IF_ERROR(composer_.objects_.CheckSize(expected_size_ + size_));
  return content_.Append(bytes);
}

absl::StatusOr<Object> ObjectAppend::Finish() {
  TRIAD_ASSIGN_OR_RETURN(NewContent added, content_.Finish());
  return composer_.FinishAppend(object_, expected_size_, std::move(added), dry_run_);
}

absl::StatusOr<Object> ObjectComposer::FinishAppend(const ObjectSelection& object,
                                                    std::int64_t expected_size, NewContent added,
                                                    DryRun dry_run) {
  Concatenation whole(parts_.content());
  absl::StatusOr<Object> found = FindForAppend(object, expected_size);
  absl::Status ready = found.ok() ? AddTo(whole, *found) : found.status();
  // Also if it fails: what was written for nothing ends with it.
  whole.Add(std::move(added));
  TRIAD_RETURN_IF_ERROR(ready);
  const Object& current = *found;
  TRIAD_ASSIGN_OR_RETURN(NewContent content, whole.Finish());
  Object appended = current;
  appended.sha256.clear();
  appended.properties.checksums.clear();
  return Put(std::move(appended), content, dry_run, object.condition, {current});
}

}  // namespace triad::storage

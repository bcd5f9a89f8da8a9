#include "services/storage/objects/object_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "runtime/telemetry/logs/log.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/garbage_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

// How often an object may be replaced between its row and its blob while it is opened.
constexpr int kMaxOpens = 10;

absl::Status CheckCondition(const ObjectName& name, const WriteCondition& condition,
                            const std::optional<Object>& current) {
  std::optional<std::string> etag;
  if (current.has_value()) etag = current->etag();
  TRIAD_RETURN_IF_ERROR(condition.Check(FormatObjectName(name), etag));
  if (condition.if_unmodified_since.has_value() && current.has_value() &&
      WrittenAfter(*current, *condition.if_unmodified_since)) {
    return absl::FailedPreconditionError(
        absl::StrCat(FormatObjectName(name), " was written after if-unmodified-since"));
  }
  return absl::OkStatus();
}

// nullopt if there is no such object; NOT_FOUND if there is no such bucket.
absl::StatusOr<std::optional<Object>> Find(db::Session& session, const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> object, ObjectRows(session).Find(name));
  if (!object.has_value()) {
    TRIAD_RETURN_IF_ERROR(BucketRows(session).Get(name.bucket).status());
  }
  return object;
}

// What a transaction has done about a write.
struct PutOutcome {
  absl::StatusOr<Object> object;  // an error: the write is refused, and nothing was changed
  bool replaced = false;
};

absl::StatusOr<PutOutcome> PutRow(db::Session& session, Object object,
                                  const WriteCondition& condition) {
  absl::StatusOr<std::optional<Object>> found = Find(session, object.name);
  if (absl::IsNotFound(found.status())) return PutOutcome{found.status()};
  if (!found.ok()) return std::move(found).status();
  const std::optional<Object>& current = *found;
  // This transaction was committed before, and runs again as its answer was lost.
  if (current.has_value() && current->blob == object.blob) return PutOutcome{*current, true};
  absl::Status refusal = CheckCondition(object.name, condition, current);
  if (!refusal.ok()) return PutOutcome{std::move(refusal)};
  object.create_time = current.has_value() ? current->create_time : object.update_time;
  if (current.has_value()) {
    TRIAD_RETURN_IF_ERROR(GarbageRows(session).Insert(current->blob, object.update_time));
  }
  TRIAD_RETURN_IF_ERROR(ObjectRows(session).Put(object));
  return PutOutcome{std::move(object), current.has_value()};
}

BlobRange BlobRangeOf(const Object& object, const ByteRange& range) {
  return {range.offset, range.length, range.length == object.size ? object.sha256 : ""};
}

}  // namespace

absl::StatusOr<Object> ObjectStore::Get(const ObjectName& name) {
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> object, Current(name));
  if (object.has_value()) return *std::move(object);
  return absl::NotFoundError(absl::StrCat(FormatObjectName(name), " does not exist"));
}

absl::StatusOr<std::optional<Object>> ObjectStore::Current(const ObjectName& name) {
  return db::Read(database_, [&](db::Session& session) { return Find(session, name); });
}

absl::StatusOr<ObjectContent> ObjectStore::Open(const ObjectName& name) {
  return Open(name, [](const Object& object) { return ByteRange{0, object.size}; });
}

absl::StatusOr<ObjectContent> ObjectStore::Open(const ObjectName& name, const ChooseRange& choose) {
  std::string gone;
  for (int attempt = 0; attempt < kMaxOpens; ++attempt) {
    TRIAD_ASSIGN_OR_RETURN(Object object, Get(name));
    if (object.blob == gone) {
      return absl::DataLossError(absl::StrCat(FormatObjectName(name), ": its content is missing"));
    }
    TRIAD_ASSIGN_OR_RETURN(std::optional<ByteRange> range, choose(object));
    if (!range.has_value()) return ObjectContent{std::move(object), nullptr};
    absl::StatusOr<std::unique_ptr<BlobReader>> content =
        blobs_.Open(object.blob, BlobRangeOf(object, *range));
    if (content.ok()) return ObjectContent{std::move(object), *std::move(content)};
    if (!absl::IsNotFound(content.status())) return std::move(content).status();
    gone = object.blob;
  }
  return absl::UnavailableError(
      absl::StrCat(FormatObjectName(name), " is replaced faster than it can be opened: try again"));
}

absl::StatusOr<std::unique_ptr<ObjectWrite>> ObjectStore::BeginWrite(NewObject object) {
  TRIAD_RETURN_IF_ERROR(CheckSize(object.size.value_or(0)));
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> current, Current(object.name));
  TRIAD_RETURN_IF_ERROR(CheckCondition(object.name, object.condition, current));
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<BlobWriter> blob, blobs_.Create());
  return std::make_unique<ObjectWrite>(*this, std::move(object), std::move(blob));
}

absl::Status ObjectStore::CheckSize(std::int64_t size) const {
  if (size <= options_.max_object_bytes) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("content: at most ", options_.max_object_bytes,
                                            " bytes are accepted (--max_object_bytes)"));
}

ObjectWrite::ObjectWrite(ObjectStore& store, NewObject object, std::unique_ptr<BlobWriter> blob)
    : store_(store), object_(std::move(object)), blob_(std::move(blob)) {}

absl::Status ObjectWrite::Append(absl::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  TRIAD_RETURN_IF_ERROR(store_.CheckSize(size_));
  hasher_.Update(bytes);
  return blob_->Append(bytes);
}

absl::StatusOr<Object> ObjectWrite::Finish() {
  if (object_.size.has_value() && *object_.size != size_) {
    return InvalidField("content", absl::StrCat("was announced with ", *object_.size, " bytes, ",
                                                size_, " arrived"));
  }
  TRIAD_RETURN_IF_ERROR(blob_->MakeDurable());
  Object object;
  object.name = object_.name;
  object.blob = blob_->blob();
  object.size = size_;
  object.sha256 = hasher_.Finish().hex();
  object.content_type = object_.content_type;
  object.metadata = object_.metadata;
  object.update_time = store_.clock_.NowMicros();
  // After an error of the database the row may be there all the same: the blob stays, and
  // the Sweeper will look at the rows. A refusal is what a transaction has found out that
  // is known to have ended, so that no row can refer to the blob.
  TRIAD_ASSIGN_OR_RETURN(PutOutcome put, db::Write(store_.database_, [&](db::Session& session) {
                           return PutRow(session, object, object_.condition);
                         }));
  if (put.replaced) store_.options_.garbage_made();
  if (!put.object.ok()) {
    absl::Status removed = store_.blobs_.Remove(object.blob);
    if (!removed.ok()) log::Warning("refused blob not removed", {{"error", removed.message()}});
  }
  return std::move(put.object);
}

}  // namespace triad::storage

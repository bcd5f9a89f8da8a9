#include "services/storage/objects/object_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/status.h"
#include "services/storage/http/content_type.h"
#include "services/storage/model/etag.h"
#include "services/storage/objects/put_object.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

// How often an object may be replaced between its row and its content while it is opened.
constexpr int kMaxOpens = 10;

}  // namespace

absl::StatusOr<Object> ObjectStore::Get(const ObjectName& name, Generation generation) {
  TRIAD_ASSIGN_OR_RETURN(FoundVersion found, Find(name, generation));
  return std::move(found.object);
}

absl::StatusOr<FoundVersion> ObjectStore::Find(const ObjectName& name, Generation generation) {
  return db::Read(parts_.database,
                  [&](db::Session& session) { return FindVersion(session, name, generation); });
}

absl::StatusOr<ObjectContent> ObjectStore::Open(const ObjectName& name, Generation generation) {
  return Open(name, generation, [](const Object& object) { return ByteRange{0, object.size}; });
}

absl::StatusOr<ObjectContent> ObjectStore::Open(const ObjectName& name, Generation generation,
                                                const ChooseRange& choose) {
  for (int attempt = 0; attempt < kMaxOpens; ++attempt) {
    TRIAD_ASSIGN_OR_RETURN(Opening opening, FindToOpen(name, generation));
    Object& object = opening.object;
    TRIAD_ASSIGN_OR_RETURN(std::optional<ByteRange> range, choose(object));
    if (!range.has_value()) return ObjectContent{std::move(object), nullptr};
    if (opening.kept.has_value()) {
      return ObjectContent{std::move(object),
                           ContentReader::Of(parts_.content(), *std::move(opening.kept), *range)};
    }
    absl::StatusOr<std::unique_ptr<ContentReader>> content =
        ContentReader::Open(parts_.content(), object.content, *range);
    if (content.ok()) return ObjectContent{std::move(object), *std::move(content)};
    if (!absl::IsNotFound(content.status())) {
      return Annotate(content.status(), absl::StrCat(FormatObjectName(name), ": "));
    }
  }
  return absl::UnavailableError(
      absl::StrCat(FormatObjectName(name), " is replaced faster than it can be opened: try again"));
}

absl::StatusOr<ObjectStore::Opening> ObjectStore::FindToOpen(const ObjectName& name,
                                                             Generation generation) {
  return db::Read(parts_.database, [&](db::Session& session) -> absl::StatusOr<Opening> {
    TRIAD_ASSIGN_OR_RETURN(FoundVersion found, FindVersion(session, name, generation));
    Opening opening{std::move(found.object), std::nullopt};
    std::string& cache_control = opening.object.properties.headers.cache_control;
    if (cache_control.empty()) cache_control = std::move(found.bucket.cache_control);
    const Content& content = opening.object.content;
    if (content.piece.has_value() && opening.object.size <= parts_.inline_bytes) {
      TRIAD_ASSIGN_OR_RETURN(opening.kept, PieceRows(session).Find(*content.piece));
      if (opening.kept.has_value() && !opening.kept->bytes.has_value()) opening.kept.reset();
    }
    return opening;
  });
}

absl::StatusOr<std::unique_ptr<ObjectWrite>> ObjectStore::BeginWrite(NewObject object) {
  TRIAD_RETURN_IF_ERROR(CheckSize(object.size.value_or(0)));
  // Of a few bytes nothing is saved by knowing it early.
  if (object.size.has_value() && *object.size <= parts_.inline_bytes) {
    return std::make_unique<ObjectWrite>(*this, std::move(object));
  }
  auto find = [&](db::Session& session) { return FindCurrent(session, object.name); };
  TRIAD_ASSIGN_OR_RETURN(std::optional<Object> current, db::Read(parts_.database, find));
  TRIAD_RETURN_IF_ERROR(object.condition.Check(object.name, current));
  return std::make_unique<ObjectWrite>(*this, std::move(object));
}

absl::Status ObjectStore::CheckSize(std::int64_t size) const {
  if (size <= options_.max_object_bytes) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("content: at most ", options_.max_object_bytes,
                                            " bytes are accepted (--max_object_bytes)"));
}

ObjectWrite::ObjectWrite(ObjectStore& store, NewObject object)
    : store_(store), object_(std::move(object)), content_(store.parts_.content()) {}

absl::Status ObjectWrite::Append(absl::string_view bytes) {
  size_ += static_cast<std::int64_t>(bytes.size());
  TRIAD_RETURN_IF_ERROR(store_.CheckSize(size_));
  if (object_.content_type.empty() && start_.size() < kMaxDetectionBytes) {
    absl::StrAppend(&start_, bytes.substr(0, kMaxDetectionBytes - start_.size()));
  }
  return content_.Append(bytes);
}

absl::StatusOr<Object> ObjectWrite::Finish(std::map<std::string, std::string> checksums) {
  if (object_.size.has_value() && *object_.size != size_) {
    return InvalidField("content", absl::StrCat("was announced with ", *object_.size, " bytes, ",
                                                size_, " arrived"));
  }
  TRIAD_ASSIGN_OR_RETURN(NewContent content, content_.Finish());
  Object object;
  object.name = object_.name;
  object.etag = NewEtag(store_.parts_.random);
  object.size = size_;
  object.sha256 = content.sha256;
  object.crc32c = content.crc32c;
  object.content_type = object_.content_type.empty()
                            ? DetectContentType(start_, object_.name.object)
                            : object_.content_type;
  object.properties = object_.properties;
  object.properties.checksums = std::move(checksums);
  object.update_time = store_.parts_.clock.NowMicros();
  return PutObject(store_.parts_, object, content, object_.dry_run,
                   [&](db::Session&, const std::optional<Object>& current) {
                     return object_.condition.Check(object_.name, current);
                   });
}

}  // namespace triad::storage

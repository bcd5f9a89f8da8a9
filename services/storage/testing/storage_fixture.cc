#include "services/storage/testing/storage_fixture.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "services/storage/migrations.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/rows/content/piece_rows.h"

namespace triad::storage {
namespace {

void OrAbort(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

StorageFixture::StorageFixture(FixtureOptions o)
    : temp_database(Migrations()), options(std::move(o)) {
  if (options.see != nullptr) seen = options.see(files);
  Restart();
  OrAbort(buckets->Create("bucket").status());
}

void StorageFixture::Restart() {
  remover.reset();
  composer.reset();
  uploads.reset();
  sweeper.reset();
  objects.reset();
  blobs.reset();
  audit.reset();
  temp_database.Reopen();
  database.Reset(*temp_database);
  holds = std::make_unique<ContentHolds>();
  audit = *audit::AuditLog::Open(*temp_database, clock, metrics, {});
  absl::StatusOr<std::unique_ptr<BlobStore>> opened = OpenBlobStore(
      options.place.url,
      {seen == nullptr ? files : *seen, random, Clock::System(), metrics, options.place.s3});
  OrAbort(opened.status());
  blobs = *std::move(opened);
  parts.emplace(PartsWith(*blobs));
  buckets = std::make_unique<BucketStore>(*parts);
  objects = std::make_unique<ObjectStore>(
      *parts, ObjectStoreOptions{.max_object_bytes = options.max_object_bytes});
  editor = std::make_unique<ObjectEditor>(*parts);
  composer = std::make_unique<ObjectComposer>(*parts, *objects);
  uploads = std::make_unique<UploadStore>(*parts, *objects);
  lister = std::make_unique<ObjectLister>(database);
  versions = std::make_unique<VersionLister>(database);
  zipper = std::make_unique<ObjectZipper>(*parts, zip_memory);
  sweeper = std::make_unique<Sweeper>(database, *blobs, *holds, clock, metrics, SweeperOptions());
  remover = std::make_unique<Remover>(*parts);
}

Parts StorageFixture::PartsWith(BlobStore& with) {
  return {
      database, with, *holds, *audit, clock, random, options.inline_bytes, options.garbage_made};
}

NewObject StorageFixture::New(const std::string& object, ObjectCondition condition) {
  NewObject made;
  made.name = Name(object);
  made.content_type = "text/plain";
  made.condition = std::move(condition);
  return made;
}

absl::StatusOr<Object> StorageFixture::Write(NewObject object, absl::string_view content) {
  TRIAD_ASSIGN_OR_RETURN(std::unique_ptr<ObjectWrite> write,
                         objects->BeginWrite(std::move(object)));
  TRIAD_RETURN_IF_ERROR(write->Append(content.substr(0, content.size() / 2)));
  TRIAD_RETURN_IF_ERROR(write->Append(content.substr(content.size() / 2)));
  return write->Finish();
}

absl::StatusOr<std::string> StorageFixture::Read(const std::string& object, Generation generation) {
  TRIAD_ASSIGN_OR_RETURN(ObjectContent content, objects->Open(Name(object), generation));
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, content.content->Read(256 << 20));
  if (static_cast<std::int64_t>(bytes.size()) != content.object.size ||
      Sha256::Of(bytes).hex() != content.object.sha256) {
    return absl::DataLossError(absl::StrCat(object, ": content does not match its row"));
  }
  return bytes;
}

std::string StorageFixture::BlobOf(const Object& object) {
  absl::StatusOr<std::optional<Piece>> piece = db::Read(database, [&](db::Session& session) {
    return PieceRows(session).Find(object.content.piece.value());
  });
  OrAbort(piece.status());
  return piece->value().blob;
}

std::vector<std::string> StorageFixture::Garbage() {
  std::vector<std::string> waiting;
  OrAbort(database.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(waiting, GarbageRows(session).ListAfter("", 2000));
    TRIAD_ASSIGN_OR_RETURN(std::vector<LoosePiece> loose,
                           PieceRows(session).ListLoose(PieceId{}, 2000));
    for (LoosePiece& piece : loose) waiting.push_back(std::move(piece.blob));
    return absl::OkStatus();
  }));
  std::sort(waiting.begin(), waiting.end());
  return waiting;
}

}  // namespace triad::storage

#include "services/storage/testing/storage_fixture.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "services/storage/migrations.h"
#include "services/storage/rows/garbage_rows.h"

namespace triad::storage {
namespace {

void OrAbort(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::abort();
}

}  // namespace

StorageFixture::StorageFixture(ObjectStoreOptions o,
                               std::function<std::unique_ptr<FileSystem>(FileSystem&)> see,
                               BlobPlace p)
    : temp_database(Migrations()), options(std::move(o)), place(std::move(p)) {
  if (see != nullptr) seen = see(files);
  Restart();
  OrAbort(buckets.Create("bucket").status());
}

void StorageFixture::Restart() {
  sweeper.reset();
  objects.reset();
  blobs.reset();
  temp_database.Reopen();
  database.Reset(*temp_database);
  absl::StatusOr<std::unique_ptr<BlobStore>> opened = OpenBlobStore(
      place.url, {seen == nullptr ? files : *seen, random, Clock::System(), metrics, place.s3});
  OrAbort(opened.status());
  blobs = *std::move(opened);
  objects = std::make_unique<ObjectStore>(database, *blobs, clock, options);
  sweeper = std::make_unique<Sweeper>(database, *blobs, clock, metrics, SweeperOptions());
}

NewObject StorageFixture::New(const std::string& object, WriteCondition condition) {
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

absl::StatusOr<std::string> StorageFixture::Read(const std::string& object) {
  TRIAD_ASSIGN_OR_RETURN(ObjectContent content, objects->Open(Name(object)));
  TRIAD_ASSIGN_OR_RETURN(std::string bytes, content.content->Read(16 << 20));
  if (static_cast<std::int64_t>(bytes.size()) != content.object.size ||
      Sha256::Of(bytes).hex() != content.object.sha256) {
    return absl::DataLossError(absl::StrCat(object, ": content does not match its row"));
  }
  return bytes;
}

std::vector<std::string> StorageFixture::Garbage() {
  std::vector<std::string> blobs;
  OrAbort(database.Read([&](db::Session& session) -> absl::Status {
    TRIAD_ASSIGN_OR_RETURN(blobs, GarbageRows(session).ListAfter("", 1000));
    return absl::OkStatus();
  }));
  return blobs;
}

}  // namespace triad::storage

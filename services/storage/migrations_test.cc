// Migrations keep what older ones have written.
#include "services/storage/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "runtime/base/testing/fake_clock.h"
#include "runtime/base/testing/fake_random.h"
#include "runtime/database/open.h"
#include "runtime/io/testing/fault_file_system.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/objects/object_editor.h"
#include "services/storage/objects/object_store.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/sweep/sweeper.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;

// A blob as it was before there were pieces.
std::string MakeBlob(BlobStore& blobs, const std::string& content) {
  std::unique_ptr<BlobWriter> blob = *blobs.Create();
  EXPECT_TRUE(blob->Append(content).ok());
  EXPECT_TRUE(blob->MakeDurable().ok());
  return blob->blob();
}

absl::Status InsertObject(db::Session& session, const std::string& name, const std::string& blob,
                          const std::string& content) {
  return session
      .Execute(
          "INSERT INTO objects (bucket, name, blob, size, sha256, content_type, metadata, "
          "create_time, update_time) VALUES ('photos', $1, $2, $3, $4, 'text/plain', $5, 1, 2)",
          {name, blob, static_cast<std::int64_t>(content.size()), Sha256::Of(content).hex(),
           std::string(name == "a" ? R"({"owner":"me"})" : "{}")})
      .status();
}

TEST(MigrationsTest, ObjectsOfBeforeVersionsStay) {
  TempDirectory directory;
  FakeClock clock;
  FakeRandom random;
  Metrics metrics("test");
  FaultFileSystem files(clock);
  std::unique_ptr<BlobStore> blobs =
      *OpenBlobStore("local:/blobs", {files, random, clock, metrics});
  std::string a = MakeBlob(*blobs, "content of a");
  std::string b = MakeBlob(*blobs, "b");
  std::string gone = MakeBlob(*blobs, "gone");
  db::OpenOptions options;
  options.url = absl::StrCat("sqlite:", directory.path(), "/old.db");
  {
    auto old = db::Open(options, Migrations().subspan(0, 2));
    ASSERT_TRUE(old.ok()) << old.status();
    absl::Status filled = (*old)->Write([&](db::Session& session) -> absl::Status {
      TRIAD_RETURN_IF_ERROR(
          session.Execute("INSERT INTO buckets (id, create_time) VALUES ('photos', 7), ('none', 8)")
              .status());
      TRIAD_RETURN_IF_ERROR(InsertObject(session, "a", a, "content of a"));
      TRIAD_RETURN_IF_ERROR(InsertObject(session, "b/c", b, "b"));
      return GarbageRows(session).Insert(gone, clock.Now());
    });
    ASSERT_TRUE(filled.ok()) << filled;
  }
  auto database = db::Open(options, Migrations());
  ASSERT_TRUE(database.ok()) << database.status();
  auto audit = *audit::AuditLog::Open(**database, clock, metrics, {});
  ContentHolds holds;
  Parts parts{**database, *blobs, holds, *audit, clock, random};
  ObjectStore objects(parts, {});
  EXPECT_EQ(*objects.Open({"photos", "a"})->content->Read(100), "content of a");
  Object object = *objects.Get({"photos", "a"});
  EXPECT_EQ(object.sha256, Sha256::Of("content of a").hex());
  EXPECT_EQ(object.properties.metadata.at("owner"), "me");
  EXPECT_NE(object.etag.size(), 32u) << "it does not look like an MD5";
  EXPECT_EQ(absl::ToUnixMicros(object.update_time), 2);
  EXPECT_EQ(*objects.Open({"photos", "b/c"})->content->Read(100), "b");
  auto totals =
      db::Read(**database, [](db::Session& session) { return BucketRows(session).Get("photos"); });
  EXPECT_EQ(totals->objects, (Totals{2, 13}));

  Sweeper sweeper(**database, *blobs, holds, clock, metrics, {});
  EXPECT_EQ(sweeper.SweepGarbage()->removed, 1);
  ObjectEditor editor(parts);
  ASSERT_TRUE(editor.Delete({.name = {"photos", "a"}}).ok());
  EXPECT_EQ(sweeper.SweepGarbage()->removed, 1);
  clock.Advance(absl::Hours(5));
  EXPECT_EQ(sweeper.SweepOrphans()->removed, 0);
  EXPECT_THAT(files.Paths(), ElementsAre(absl::StrCat("/blobs/", b.substr(0, 2), "/", b)));

  std::unique_ptr<ObjectWrite> write = *objects.BeginWrite({.name = {"photos", "new"}});
  ASSERT_TRUE(write->Append("content of a").ok());
  absl::StatusOr<Object> written = write->Finish();
  ASSERT_TRUE(written.ok()) << written.status();
  EXPECT_GT(written->generation, object.generation);
}

}  // namespace
}  // namespace triad::storage

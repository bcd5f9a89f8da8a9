// What stores promise each for itself; what all of them promise is asked by
// blob_store_contract_test.cc.
#include "services/storage/blobs/blob_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::SizeIs;

TEST(LocalBlobStoreTest, RemovesUnfinishedBlobsAtStart) {
  StorageFixture storage;
  ASSERT_EQ(MakeDirectories(storage.files, "/data/blobs/tmp"), absl::OkStatus());
  ASSERT_TRUE(storage.files.Create("/data/blobs/tmp/left-by-a-crash").ok());
  storage.Restart();
  EXPECT_THAT(storage.files.Paths(), SizeIs(0));
}

TEST(LocalBlobStoreTest, StartsThoughAnUnfinishedBlobCannotBeRemoved) {
  FaultFileSystem files;
  FakeRandom random;
  Metrics metrics("test");
  BlobStoreParts parts = {files, random, Clock::System(), metrics};
  ASSERT_EQ(OpenBlobStore("local:/blobs", parts).status(), absl::OkStatus());
  int before = files.calls();
  ASSERT_EQ(OpenBlobStore("local:/blobs", parts).status(), absl::OkStatus());
  int calls = files.calls() - before;
  for (const char* name : {"/blobs/tmp/a", "/blobs/tmp/b", "/blobs/tmp/c"}) {
    ASSERT_TRUE(files.Create(name).ok());
  }
  files.FailNth(calls + 1, absl::PermissionDeniedError("injected"));
  EXPECT_EQ(OpenBlobStore("local:/blobs", parts).status(), absl::OkStatus());
  EXPECT_THAT(files.Paths(), SizeIs(1)) << "the others are";
}

TEST(LocalBlobStoreTest, SaysWhetherItCanBeReached) {
  StorageFixture storage;
  EXPECT_EQ(storage.blobs->CheckHealth(absl::Seconds(1)), absl::OkStatus());
  storage.files.FailNth(1, absl::PermissionDeniedError("injected"));
  EXPECT_TRUE(absl::IsPermissionDenied(storage.blobs->CheckHealth(absl::Seconds(1))));
}

TEST(OpenBlobStoreTest, RefusesUrlsThatNoStoreKnows) {
  FaultFileSystem files;
  FakeRandom random;
  Metrics metrics("test");
  for (std::string url : {"", "local:", "/path", "s3://"}) {
    EXPECT_EQ(OpenBlobStore(url, {files, random, Clock::System(), metrics}).status(),
              absl::InvalidArgumentError(absl::StrCat(
                  "blobs URL '", url, "': expected local:PATH or s3://BUCKET/PREFIX")));
  }
}

}  // namespace
}  // namespace triad::storage

// The SQL, on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "runtime/base/random.h"
#include "runtime/database/testing/temp_database.h"
#include "services/storage/buckets/bucket_store.h"
#include "services/storage/migrations.h"
#include "services/storage/rows/bucket_repository.h"
#include "services/storage/rows/object_repository.h"
#include "services/storage/rows/store_id.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(int seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds); }

absl::Status Always(const std::optional<Object>&) { return absl::OkStatus(); }

class RepositoryTest : public ::testing::Test {
 protected:
  RepositoryTest() { EXPECT_EQ(buckets_.Create({"bucket", At(0)}), absl::OkStatus()); }

  static Object Make(const std::string& name, const std::string& blob, int seconds) {
    Object object;
    object.name = {"bucket", name};
    object.blob = blob;
    object.size = (std::int64_t{1} << 53) + 1;
    object.sha256 = std::string(64, 'a');
    object.content_type = "text/plain; charset=utf-8";
    object.metadata = {{"k", "v"}, {"quote", "\"\\"}};
    object.update_time = At(seconds);
    return object;
  }
  std::vector<std::string> Ids(const BucketQuery& query) {
    std::vector<std::string> ids;
    absl::StatusOr<std::vector<Bucket>> list = buckets_.List(query);
    EXPECT_EQ(list.status(), absl::OkStatus());
    for (const Bucket& bucket : *list) ids.push_back(bucket.id);
    return ids;
  }

  db::TempDatabase database_{Migrations()};
  BucketRepository buckets_{*database_};
  ObjectRepository objects_{*database_};
};

TEST_F(RepositoryTest, ADatabaseStaysWhoItIs) {
  const std::string id = *StoreId(*database_, Random::System());
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(*StoreId(*database_, Random::System()), id);
  EXPECT_NE(*StoreId(*db::TempDatabase(Migrations()), Random::System()), id);
}

TEST_F(RepositoryTest, KeepsEveryFieldOfAnObject) {
  const Object object = Make("ключ", "b1", 1);
  absl::StatusOr<PutResult> put = objects_.Put(object, Always);
  ASSERT_EQ(put.status(), absl::OkStatus());
  EXPECT_FALSE(put->replaced);
  database_.Reopen();
  ObjectRepository reopened(*database_);
  absl::StatusOr<Object> found = reopened.Get(object.name);
  ASSERT_EQ(found.status(), absl::OkStatus());
  EXPECT_EQ(found->name, object.name);
  EXPECT_EQ(found->blob, object.blob);
  EXPECT_EQ(found->size, object.size);
  EXPECT_EQ(found->sha256, object.sha256);
  EXPECT_EQ(found->content_type, object.content_type);
  EXPECT_EQ(found->metadata, object.metadata);
  EXPECT_EQ(found->create_time, At(1));
  EXPECT_EQ(found->update_time, At(1));
}

TEST_F(RepositoryTest, ReplacingMakesGarbageInTheSameTransaction) {
  ASSERT_TRUE(objects_.Put(Make("a", "b1", 1), Always).ok());
  EXPECT_THAT(*objects_.Garbage(10), IsEmpty());
  absl::StatusOr<PutResult> put = objects_.Put(Make("a", "b2", 2), Always);
  ASSERT_EQ(put.status(), absl::OkStatus());
  EXPECT_TRUE(put->replaced);
  EXPECT_EQ(put->create_time, At(1));
  EXPECT_EQ(objects_.Get({"bucket", "a"})->create_time, At(1));
  EXPECT_EQ(objects_.Get({"bucket", "a"})->update_time, At(2));
  EXPECT_THAT(*objects_.Garbage(10), ElementsAre("b1"));
  ASSERT_TRUE(objects_.Put(Make("a", "b3", 3), Always).ok());
  EXPECT_THAT(*objects_.Garbage(10), ElementsAre("b1", "b2"));
  EXPECT_THAT(*objects_.Garbage(1), ElementsAre("b1"));
  ASSERT_EQ(objects_.ForgetGarbage({"b1", "unknown"}), absl::OkStatus());
  EXPECT_THAT(*objects_.Garbage(10), ElementsAre("b2"));
}

TEST_F(RepositoryTest, ARefusedPutChangesNothing) {
  ASSERT_TRUE(objects_.Put(Make("a", "b1", 1), Always).ok());
  absl::Status refused = objects_
                             .Put(Make("a", "b2", 2),
                                  [](const std::optional<Object>& current) {
                                    EXPECT_EQ(current->blob, "b1");
                                    return absl::AbortedError("no");
                                  })
                             .status();
  EXPECT_TRUE(absl::IsAborted(refused));
  EXPECT_EQ(objects_.Get({"bucket", "a"})->blob, "b1");
  EXPECT_THAT(*objects_.Garbage(10), IsEmpty());
  objects_
      .Put(Make("new", "b3", 2),
           [](const std::optional<Object>& current) {
             EXPECT_FALSE(current.has_value());
             return absl::AbortedError("no");
           })
      .status()
      .IgnoreError();
  EXPECT_TRUE(absl::IsNotFound(objects_.Get({"bucket", "new"}).status()));
}

TEST_F(RepositoryTest, NamesTheBucketThatDoesNotExist) {
  Object object = Make("a", "b1", 1);
  object.name.bucket = "none";
  for (const absl::Status& status :
       {objects_.Put(object, Always).status(), objects_.Get(object.name).status(),
        objects_.Current(object.name).status(), buckets_.Get("none").status()}) {
    EXPECT_EQ(status, absl::NotFoundError("buckets/none does not exist"));
  }
  EXPECT_FALSE(objects_.Current({"bucket", "a"})->has_value());
}

TEST_F(RepositoryTest, PagesThroughBlobs) {
  for (const char* blob : {"b3", "b1", "b2"}) {
    ASSERT_TRUE(objects_.Put(Make(blob, blob, 1), Always).ok());
  }
  EXPECT_THAT(*objects_.BlobsAfter("", 2), ElementsAre("b1", "b2"));
  EXPECT_THAT(*objects_.BlobsAfter("b2", 2), ElementsAre("b3"));
  EXPECT_THAT(*objects_.BlobsAfter("b3", 2), IsEmpty());
}

TEST_F(RepositoryTest, ListsBuckets) {
  for (const char* id : {"zzz", "buckle", "aaa"}) {
    ASSERT_EQ(buckets_.Create({id, At(1)}), absl::OkStatus());
  }
  EXPECT_THAT(Ids({"", "", 10}), ElementsAre("aaa", "bucket", "buckle", "zzz"));
  EXPECT_THAT(Ids({"buck", "", 10}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"buck", "bucket", 10}), ElementsAre("buckle"));
  EXPECT_THAT(Ids({"", "aaa", 2}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"none", "", 10}), IsEmpty());
}

TEST_F(RepositoryTest, CreatesABucketOnce) {
  absl::Status again = buckets_.Create({"bucket", At(5)});
  EXPECT_EQ(again, absl::AlreadyExistsError("buckets/bucket already exists"));
  EXPECT_EQ(buckets_.Get("bucket")->create_time, At(0));
}

}  // namespace
}  // namespace triad::storage

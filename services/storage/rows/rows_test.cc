// The SQL, on a real database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/database/testing/temp_database.h"
#include "services/storage/migrations.h"
#include "services/storage/rows/bucket_rows.h"
#include "services/storage/rows/garbage_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(int seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds); }

// One transaction for each statement, and the bucket "bucket".
class RowsTest : public ::testing::Test {
 protected:
  RowsTest() { EXPECT_EQ(Insert({"bucket", At(0)}), absl::OkStatus()); }

  static Object Make(const std::string& name, const std::string& blob, int seconds) {
    Object object;
    object.name = {"bucket", name};
    object.blob = blob;
    object.size = (std::int64_t{1} << 53) + 1;
    object.sha256 = std::string(64, 'a');
    object.content_type = "text/plain; charset=utf-8";
    object.metadata = {{"k", "v"}, {"quote", "\"\\"}};
    object.create_time = At(seconds);
    object.update_time = At(seconds + 1);
    return object;
  }

  absl::Status Write(const std::function<absl::Status(db::Session&)>& work) {
    return database_->Write(work);
  }
  absl::Status Insert(const Bucket& bucket) {
    return Write([&](db::Session& session) { return BucketRows(session).Insert(bucket); });
  }
  absl::Status Put(const Object& object) {
    return Write([&](db::Session& session) { return ObjectRows(session).Put(object); });
  }

  template <typename Query>
  auto Read(Query query) {
    decltype(query(std::declval<db::Session&>())) result = absl::UnknownError("not read");
    database_
        ->Read([&](db::Session& session) {
          result = query(session);
          return result.status();
        })
        .IgnoreError();
    return result;
  }
  absl::StatusOr<Bucket> GetBucket(const std::string& id) {
    return Read([&](db::Session& session) { return BucketRows(session).Get(id); });
  }
  absl::StatusOr<std::optional<Object>> Find(const ObjectName& name) {
    return Read([&](db::Session& session) { return ObjectRows(session).Find(name); });
  }
  std::vector<std::string> Ids(const BucketQuery& query) {
    std::vector<std::string> ids;
    auto list = Read([&](db::Session& session) { return BucketRows(session).List(query); });
    EXPECT_EQ(list.status(), absl::OkStatus());
    for (const Bucket& bucket : *list) ids.push_back(bucket.id);
    return ids;
  }
  std::vector<std::string> BlobsAfter(const std::string& after, std::int64_t limit) {
    return *Read(
        [&](db::Session& session) { return ObjectRows(session).BlobsAfter(after, limit); });
  }
  std::vector<std::string> GarbageAfter(const std::string& after, std::int64_t limit) {
    return *Read(
        [&](db::Session& session) { return GarbageRows(session).ListAfter(after, limit); });
  }

  db::TempDatabase database_{Migrations()};
};

using BucketRowsTest = RowsTest;
using ObjectRowsTest = RowsTest;
using GarbageRowsTest = RowsTest;

TEST_F(BucketRowsTest, CreatesABucketOnce) {
  EXPECT_EQ(Insert({"bucket", At(5)}), absl::AlreadyExistsError("buckets/bucket already exists"));
  EXPECT_EQ(GetBucket("bucket")->create_time, At(0));
}

TEST_F(BucketRowsTest, NamesTheBucketThatDoesNotExist) {
  EXPECT_EQ(GetBucket("none").status(), absl::NotFoundError("buckets/none does not exist"));
}

TEST_F(BucketRowsTest, Lists) {
  for (const char* id : {"zzz", "buckle", "aaa"}) {
    ASSERT_EQ(Insert({id, At(1)}), absl::OkStatus());
  }
  EXPECT_THAT(Ids({"", "", 10}), ElementsAre("aaa", "bucket", "buckle", "zzz"));
  EXPECT_THAT(Ids({"buck", "", 10}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"buck", "bucket", 10}), ElementsAre("buckle"));
  EXPECT_THAT(Ids({"", "aaa", 2}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"none", "", 10}), IsEmpty());
}

TEST_F(ObjectRowsTest, KeepsEveryFieldOfAnObject) {
  Object object = Make("ключ", "b1", 1);
  ASSERT_EQ(Put(object), absl::OkStatus());
  database_.Reopen();
  absl::StatusOr<std::optional<Object>> found = Find(object.name);
  ASSERT_EQ(found.status(), absl::OkStatus());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->name, object.name);
  EXPECT_EQ((*found)->blob, object.blob);
  EXPECT_EQ((*found)->size, object.size);
  EXPECT_EQ((*found)->sha256, object.sha256);
  EXPECT_EQ((*found)->content_type, object.content_type);
  EXPECT_EQ((*found)->metadata, object.metadata);
  EXPECT_EQ((*found)->create_time, At(1));
  EXPECT_EQ((*found)->update_time, At(2));
}

TEST_F(ObjectRowsTest, FindsTheObjectThatWasPutLast) {
  EXPECT_FALSE(Find({"bucket", "a"})->has_value());
  ASSERT_TRUE(Put(Make("a", "b1", 1)).ok());
  ASSERT_TRUE(Put(Make("a", "b2", 2)).ok());
  EXPECT_EQ((*Find({"bucket", "a"}))->blob, "b2");
  EXPECT_EQ((*Find({"bucket", "a"}))->update_time, At(3));
}

TEST_F(ObjectRowsTest, PagesThroughBlobs) {
  for (const char* blob : {"b3", "b1", "b2"}) ASSERT_TRUE(Put(Make(blob, blob, 1)).ok());
  EXPECT_THAT(BlobsAfter("", 2), ElementsAre("b1", "b2"));
  EXPECT_THAT(BlobsAfter("b2", 2), ElementsAre("b3"));
  EXPECT_THAT(BlobsAfter("b3", 2), IsEmpty());
}

TEST_F(GarbageRowsTest, PagesAndForgets) {
  EXPECT_THAT(GarbageAfter("", 10), IsEmpty());
  ASSERT_EQ(Write([](db::Session& session) -> absl::Status {
              TRIAD_RETURN_IF_ERROR(GarbageRows(session).Insert("b2", At(2)));
              return GarbageRows(session).Insert("b1", At(3));
            }),
            absl::OkStatus());
  EXPECT_THAT(GarbageAfter("", 10), ElementsAre("b1", "b2"));
  EXPECT_THAT(GarbageAfter("", 1), ElementsAre("b1"));
  EXPECT_THAT(GarbageAfter("b1", 10), ElementsAre("b2"));
  EXPECT_THAT(GarbageAfter("b2", 10), IsEmpty());
  ASSERT_EQ(Write([](db::Session& s) {
              return GarbageRows(s).Delete({"b2", "unknown"});
            }),
            absl::OkStatus());
  EXPECT_THAT(GarbageAfter("", 10), ElementsAre("b1"));
}

}  // namespace
}  // namespace triad::storage

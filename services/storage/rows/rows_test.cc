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
#include "services/storage/rows/content/garbage_rows.h"
#include "services/storage/rows/content/piece_rows.h"
#include "services/storage/rows/object_rows.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

absl::Time At(int seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds); }

// One transaction for each statement, and the bucket "bucket".
class RowsTest : public ::testing::Test {
 protected:
  RowsTest() {
    bucket_ = Named("bucket", 0);
    EXPECT_EQ(Insert(bucket_), absl::OkStatus());
  }

  static Bucket Named(const std::string& id, int seconds) {
    static std::int64_t number = 0;
    Bucket bucket;
    bucket.id = id;
    bucket.number = BucketNumber{++number};
    bucket.etag = "etag";
    bucket.create_time = bucket.update_time = At(seconds);
    return bucket;
  }
  static Object Make(const std::string& name, std::int64_t generation, int seconds) {
    Object object;
    object.name = {"bucket", name};
    object.generation = generation;
    object.etag = "etag";
    object.content.piece = PieceId{7};
    object.crc32c = Crc32c(0xFFFFFFFF);
    object.size = (std::int64_t{1} << 53) + 1;
    object.sha256 = std::string(64, 'a');
    object.content_type = "text/plain; charset=utf-8";
    object.properties.metadata = {{"k", "v"}, {"quote", "\"\\"}};
    object.properties.headers.cache_control = "no-store";
    object.properties.tags = {{"тег", "значение"}};
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
    return Write([&](db::Session& session) { return ObjectRows(session, bucket_).Put(object); });
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
  absl::StatusOr<std::optional<Object>> Find(const std::string& name) {
    return Read([&](db::Session& session) { return ObjectRows(session, bucket_).Find(name); });
  }
  std::vector<std::string> Ids(const BucketQuery& query) {
    std::vector<std::string> ids;
    auto list = Read([&](db::Session& session) { return BucketRows(session).List(query); });
    EXPECT_EQ(list.status(), absl::OkStatus());
    for (const Bucket& bucket : *list) ids.push_back(bucket.id);
    return ids;
  }
  std::vector<std::string> BlobsAfter(const std::string& after, std::int64_t limit) {
    return *Read([&](db::Session& session) { return PieceRows(session).BlobsAfter(after, limit); });
  }
  std::vector<std::string> GarbageAfter(const std::string& after, std::int64_t limit) {
    return *Read(
        [&](db::Session& session) { return GarbageRows(session).ListAfter(after, limit); });
  }

  absl::Status PutPiece(std::int64_t id, const std::string& blob) {
    Piece piece;
    piece.id = PieceId{id};
    piece.sha256 = std::string(64, 'a');
    piece.blob = blob;
    return Write([&](db::Session& session) { return PieceRows(session).Insert(piece); });
  }

  db::TempDatabase database_{Migrations()};
  Bucket bucket_;
};

using BucketRowsTest = RowsTest;
using ObjectRowsTest = RowsTest;
using GarbageRowsTest = RowsTest;
using PieceRowsTest = RowsTest;

TEST_F(BucketRowsTest, CreatesABucketOnce) {
  EXPECT_EQ(Insert(Named("bucket", 5)), absl::AlreadyExistsError("buckets/bucket already exists"));
  EXPECT_EQ(GetBucket("bucket")->create_time, At(0));
}

TEST_F(BucketRowsTest, NamesTheBucketThatDoesNotExist) {
  EXPECT_EQ(GetBucket("none").status(), absl::NotFoundError("buckets/none does not exist"));
}

TEST_F(BucketRowsTest, Lists) {
  for (const char* id : {"zzz", "buckle", "aaa"}) {
    ASSERT_EQ(Insert(Named(id, 1)), absl::OkStatus());
  }
  EXPECT_THAT(Ids({"", "", 10}), ElementsAre("aaa", "bucket", "buckle", "zzz"));
  EXPECT_THAT(Ids({"buck", "", 10}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"buck", "bucket", 10}), ElementsAre("buckle"));
  EXPECT_THAT(Ids({"", "aaa", 2}), ElementsAre("bucket", "buckle"));
  EXPECT_THAT(Ids({"none", "", 10}), IsEmpty());
}

TEST_F(BucketRowsTest, KeepsWhatIsKnownAndCounts) {
  bucket_.description = "photos";
  bucket_.labels = {{"team", "a"}};
  bucket_.cache_control = "max-age=60";
  bucket_.versioning = Versioning::kSuspended;
  bucket_.deleting = true;
  ASSERT_EQ(Write([&](db::Session& session) { return BucketRows(session).Update(bucket_); }),
            absl::OkStatus());
  ASSERT_EQ(Write([&](db::Session& session) {
              return BucketRows(session).Count(bucket_.number, {3, 30}, {1, -5});
            }),
            absl::OkStatus());
  Bucket found = *GetBucket("bucket");
  EXPECT_EQ(found.description, bucket_.description);
  EXPECT_EQ(found.labels, bucket_.labels);
  EXPECT_EQ(found.cache_control, bucket_.cache_control);
  EXPECT_EQ(found.versioning, Versioning::kSuspended);
  EXPECT_TRUE(found.deleting);
  EXPECT_EQ(found.objects, (Totals{3, 30}));
  EXPECT_EQ(found.versions, (Totals{1, -5}));
}

TEST_F(ObjectRowsTest, KeepsEveryFieldOfAnObject) {
  Object object = Make("ключ", 5, 1);
  ASSERT_EQ(Put(object), absl::OkStatus());
  database_.Reopen();
  absl::StatusOr<std::optional<Object>> found = Find("ключ");
  ASSERT_EQ(found.status(), absl::OkStatus());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->name, object.name);
  EXPECT_EQ((*found)->generation, 5);
  EXPECT_EQ((*found)->etag, object.etag);
  EXPECT_EQ((*found)->size, object.size);
  EXPECT_EQ((*found)->content, object.content);
  EXPECT_EQ((*found)->sha256, object.sha256);
  EXPECT_EQ((*found)->crc32c, object.crc32c);
  EXPECT_EQ((*found)->content_type, object.content_type);
  EXPECT_EQ((*found)->properties, object.properties);
  EXPECT_EQ((*found)->create_time, At(1));
  EXPECT_EQ((*found)->update_time, At(2));
}

TEST_F(ObjectRowsTest, FindsTheObjectThatWasPutLast) {
  EXPECT_FALSE(Find("a")->has_value());
  ASSERT_TRUE(Put(Make("a", 1, 1)).ok());
  ASSERT_TRUE(Put(Make("a", 2, 2)).ok());
  EXPECT_EQ((*Find("a"))->generation, 2);
  EXPECT_EQ((*Find("a"))->update_time, At(3));
}

TEST_F(PieceRowsTest, PagesThroughBlobs) {
  int id = 0;
  for (const char* blob : {"b3", "b1", "b2"}) ASSERT_TRUE(PutPiece(++id, blob).ok());
  EXPECT_THAT(BlobsAfter("", 2), ElementsAre("b1", "b2"));
  EXPECT_THAT(BlobsAfter("b2", 2), ElementsAre("b3"));
  EXPECT_THAT(BlobsAfter("b3", 2), IsEmpty());
}

TEST_F(PieceRowsTest, IsFoundByAllOfItsHash) {
  ASSERT_TRUE(PutPiece(1, "b1").ok());
  Piece piece;
  piece.sha256 = std::string(64, 'a');
  auto find = [&] {
    return *Read([&](db::Session& session) { return PieceRows(session).FindEqual(piece); });
  };
  ASSERT_TRUE(find().has_value());
  EXPECT_EQ(find()->id, PieceId{1});
  piece.sha256.back() = 'b';
  EXPECT_FALSE(find().has_value()) << "the same first bytes";
  piece.sha256.back() = 'a';
  piece.size = 1;
  EXPECT_FALSE(find().has_value());
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

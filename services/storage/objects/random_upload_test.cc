#include "services/storage/objects/random_upload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "runtime/base/testing/fake_random.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

class RandomUploadTest : public ::testing::Test {
 protected:
  RandomUploadTest() { EXPECT_EQ(storage_.buckets.Ensure(kUploadsBucket), absl::OkStatus()); }

  StorageFixture storage_;
  FakeRandom draws_;
  RandomUpload upload_{*storage_.objects, draws_};
};

TEST_F(RandomUploadTest, HoldsItsNumber) {
  draws_.PushNumber(42);
  absl::StatusOr<Object> object = upload_.Run();
  ASSERT_EQ(object.status(), absl::OkStatus());
  EXPECT_EQ(object->name.ToString(), "buckets/uploads/objects/42.txt");
  EXPECT_EQ(object->content_type, "text/plain");
  absl::StatusOr<ObjectContent> content = storage_.objects->Open(object->name);
  EXPECT_EQ(*content->content->Read(100), "42");
}

TEST_F(RandomUploadTest, DrawsAgainWhenTheNameIsTaken) {
  for (int i = 0; i < 20; ++i) draws_.PushNumber(7);
  draws_.PushNumber(9999);
  EXPECT_EQ(upload_.Run()->name.object, "7.txt");
  EXPECT_EQ(upload_.Run()->name.object, "9999.txt") << "after 19 collisions";
}

TEST_F(RandomUploadTest, GivesUpAfterTwentyDraws) {
  for (int i = 0; i < 21; ++i) draws_.PushNumber(7);
  ASSERT_EQ(upload_.Run().status(), absl::OkStatus());
  absl::Status status = upload_.Run().status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(status.GetPayload("type.googleapis.com/google.rpc.RetryInfo").has_value());
}

TEST_F(RandomUploadTest, OtherErrorsAreNotCollisions) {
  storage_.files.FailNth(1, absl::ResourceExhaustedError("disk full"));
  EXPECT_TRUE(absl::IsResourceExhausted(upload_.Run().status()));
}

}  // namespace
}  // namespace triad::storage

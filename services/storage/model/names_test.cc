#include "services/storage/model/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace triad::storage {
namespace {

using ::testing::HasSubstr;

TEST(NamesTest, TakesObjectNamesApart) {
  struct Case {
    std::string name, bucket, object;
  };
  Case cases[] = {
      {"buckets/abc/objects/x", "abc", "x"},
      {"buckets/objects/objects/objects/objects", "objects", "objects/objects"},
      {"buckets/a-1/objects/a/b/c.txt", "a-1", "a/b/c.txt"},
      {"buckets/abc/objects/ünï cödé:metadata", "abc", "ünï cödé:metadata"},
      {"buckets/abc/objects/" + std::string(1024, 'x'), "abc", std::string(1024, 'x')},
      {"buckets/abc/objects/.hidden/..a", "abc", ".hidden/..a"},
  };
  for (const Case& c : cases) {
    auto name = ParseObjectName("name", c.name);
    ASSERT_EQ(name.status(), absl::OkStatus()) << c.name;
    EXPECT_EQ(name->bucket, c.bucket);
    EXPECT_EQ(name->object, c.object);
    EXPECT_EQ(FormatObjectName(*name), c.name);
  }
}

TEST(NamesTest, RefusesWhatIsNoObjectName) {
  std::string cases[] = {
      "",
      "buckets",
      "buckets/",
      "buckets/abc",
      "buckets/abc/objects",
      "buckets/abc/objects/",
      "buckets/abc/things/x",
      "bucket/abc/objects/x",
      "/buckets/abc/objects/x",
      "buckets/abc/objects/a//b",
      "buckets/abc/objects//a",
      "buckets/abc/objects/a/",
      "buckets/abc/objects/.",
      "buckets/abc/objects/../x",
      "buckets/abc/objects/a/./b",
      "buckets/abc/objects/a\nb",
      "buckets/abc/objects/a\x7F",
      std::string("buckets/abc/objects/a\xC2\x85") + "b",
      std::string("buckets/abc/objects/a\0b", 23),
      "buckets/abc/objects/" + std::string(1025, 'x'),
      "buckets/ABC/objects/x",
      "buckets/ab/objects/x",
  };
  for (const std::string& name : cases) {
    absl::Status status = ParseObjectName("object.name", name).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << name;
    EXPECT_THAT(std::string(status.message()), HasSubstr("object.name: "));
  }
}

TEST(NamesTest, ChecksBucketIds) {
  for (std::string id : {"abc", "0a9", "a-b", "uploads"}) {
    EXPECT_EQ(CheckBucketId("id", id), absl::OkStatus()) << id;
  }
  EXPECT_EQ(CheckBucketId("id", std::string(63, 'a')), absl::OkStatus());
  for (std::string id : {"", "ab", "-ab", "ab-", "a_b", "a.b", "Abc", "a/b", "a b", "äbc"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckBucketId("id", id))) << id;
  }
  EXPECT_FALSE(CheckBucketId("id", std::string(64, 'a')).ok());
  EXPECT_EQ(*ParseBucketName("name", "buckets/abc"), "abc");
  EXPECT_FALSE(ParseBucketName("name", "abc").ok());
}

}  // namespace
}  // namespace triad::storage

#include "services/storage/blobs/s3/client/location.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace triad::storage::s3 {
namespace {

using ::testing::HasSubstr;

TEST(LocationTest, HasABucketAndPerhapsAPrefix) {
  EXPECT_EQ(ParseLocation("bucket")->prefix, "");
  EXPECT_EQ(ParseLocation("bucket/")->prefix, "");
  EXPECT_EQ(ParseLocation("bucket/a/b")->bucket, "bucket");
  EXPECT_EQ(ParseLocation("bucket/a/b")->prefix, "a/b/");
  EXPECT_EQ(ParseLocation("bucket/a/b/")->prefix, "a/b/");
}

TEST(LocationTest, RefusesWhatS3WouldNotHave) {
  for (const char* text : {"", "ab", "Bucket", "a_bucket", ".bucket", "bucket//a", "bucket/./a",
                           "bucket/../a", "bucket/a\n"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseLocation(text).status())) << text;
  }
}

TEST(AddressTest, PutsTheBucketInFrontOfTheHostOrIntoThePath) {
  Options options;
  options.region = "eu-west-1";
  Address aws = *Address::Of({"bucket", ""}, options);
  EXPECT_EQ(aws.origin(), "https://bucket.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(aws.PathOf("a/b"), "/a/b");
  EXPECT_EQ(aws.PathOf(""), "/");
  EXPECT_EQ(aws.NameOf("a/b"), "s3://bucket/a/b");

  options.endpoint = "http://s3.local:7480/";
  EXPECT_EQ(Address::Of({"bucket", ""}, options)->host(), "bucket.s3.local:7480");
  options.path_style = true;
  Address path = *Address::Of({"bucket", ""}, options);
  EXPECT_EQ(path.origin(), "http://s3.local:7480");
  EXPECT_EQ(path.host(), "s3.local:7480");
  EXPECT_EQ(path.PathOf("a/b"), "/bucket/a/b");
  EXPECT_EQ(path.PathOf(""), "/bucket");
}

TEST(AddressTest, SaysWhichFlagHelps) {
  Options options;
  options.endpoint = "s3.local";
  EXPECT_THAT(Address::Of({"bucket", ""}, options).status().message(), HasSubstr("http://HOST"));
  for (const char* address : {"http://127.0.0.1:7480", "http://[::1]:7480", "http://10.0.0.1"}) {
    options.endpoint = address;
    EXPECT_THAT(Address::Of({"bucket", ""}, options).status().message(),
                HasSubstr("add --s3_path_style"));
  }
  options.endpoint = "https://s3.local";
  EXPECT_THAT(Address::Of({"a.bucket", ""}, options).status().message(),
              HasSubstr("add --s3_path_style"));
  options.path_style = true;
  EXPECT_EQ(Address::Of({"a.bucket", ""}, options).status(), absl::OkStatus());
}

}  // namespace
}  // namespace triad::storage::s3

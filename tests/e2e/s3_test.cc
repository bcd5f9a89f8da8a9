// The suite with its objects in a real S3: that they are there, and what callers
// are told when it is away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/s3/client/bucket.h"
#include "tests/support/http.h"
#include "tests/support/s3/s3_server.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

namespace s3 = storage::s3;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class S3Test : public ::testing::Test {
 protected:
  static SuiteOptions On(const S3Server& server) {
    SuiteOptions options;
    options.arguments["storage"] = server.Arguments("blobs");
    options.environment["storage"] = S3Server::Environment();
    return options;
  }

  // What is in S3, past Triad.
  std::unique_ptr<s3::Client> Direct() {
    s3::Options options;
    options.endpoint = server_.endpoint();
    options.path_style = true;
    options.environment = [](const std::string& name) {
      if (name == "AWS_ACCESS_KEY_ID") return std::string(S3Server::kKey);
      return std::string(name == "AWS_SECRET_ACCESS_KEY" ? S3Server::kSecret : "");
    };
    return *s3::Client::Create({S3Server::kBucket, "blobs/"}, options,
                               {FileSystem::Posix(), Random::System(), Clock::System(), metrics_});
  }

  Metrics metrics_{"test"};
  S3Server server_;
  Suite suite_{On(server_)};
};

// More than the database keeps.
std::string Large(char byte) { return std::string(100'000, byte); }

TEST_F(S3Test, AnUploadReallyLandsInS3) {
  std::string content = Large('x');
  HttpResponse uploaded = Put(suite_.Url("/api/v1/buckets/uploads/objects/large"), content);
  ASSERT_EQ(uploaded.status, 200) << uploaded.body;

  std::unique_ptr<s3::Client> client = Direct();
  s3::Bucket bucket(*client);
  auto page = bucket.List("blobs/", "");
  ASSERT_EQ(page.status(), absl::OkStatus());
  ASSERT_THAT(page->objects, SizeIs(2));
  EXPECT_EQ(page->objects[1].key, "blobs/owner") << "behind all blobs";
  auto size = static_cast<std::int64_t>(content.size());
  EXPECT_EQ(*bucket.SizeOf(page->objects[0].key), size);
  auto stored = bucket.Get(page->objects[0].key, 0, size);
  ASSERT_EQ(stored.status(), absl::OkStatus());
  EXPECT_TRUE(*(*stored)->Read(content.size()) == content);
  EXPECT_TRUE(Get(suite_.Url("/api/v1/buckets/uploads/objects/large")).body == content);
}

TEST_F(S3Test, AnS3ThatGoesAwayIsSaidAndLeavesNothing) {
  Post(suite_.Url("/api/v1/buckets?bucket_id=bucket"));
  ASSERT_EQ(Put(suite_.Url("/api/v1/buckets/bucket/objects/kept"), Large('k')).status, 200);
  server_.Kill();
  HttpResponse refused = Put(suite_.Url("/api/v1/buckets/bucket/objects/refused"), Large('r'));
  EXPECT_EQ(refused.status, 503) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("PutObject s3://triad/blobs/"));
  EXPECT_EQ(Get(suite_.Url("/api/v1/buckets/bucket/objects/refused")).status, 404);
  EXPECT_EQ(Get(suite_.Url("/api/v1/buckets/bucket/objects/kept")).status, 503) << "not lost";
  EXPECT_EQ(Get(suite_.Url("/api/v1/buckets/bucket/objects/kept:metadata")).status, 200);
  EXPECT_TRUE(Eventually([&] { return Get(suite_.Url("/api/health")).status == 503; }));
}

}  // namespace
}  // namespace triad::testing

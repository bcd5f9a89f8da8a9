// What only blobs in S3 have: parts, strangers' keys, checks of what arrives, and
// what happens at the start. Against a real S3.
#include "services/storage/blobs/s3/s3_blob_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/sha256.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/s3/client/bucket.h"
#include "services/storage/blobs/s3/testing/test_s3.h"
#include "tests/support/process.h"
#include "tests/support/s3/fault_proxy.h"
#include "tests/support/s3/s3_server.h"

namespace triad::storage::s3 {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::S3Fault;
using testing::S3FaultProxy;
using testing::ScriptedRequest;
using testing::SharedS3Server;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::size_t kMiB = 1 << 20;

class S3BlobStoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<BlobStore>> Open(const std::string& url, Options options) {
    return OpenBlobStore(url, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_,
                               std::move(options)});
  }
  std::unique_ptr<BlobStore> Open(Options options) { return *Open(url_, std::move(options)); }

  // The same place, below the store.
  Bucket& Raw() {
    if (client_ == nullptr) {
      client_ = *Client::Create(place_, TestOptions(),
                                {FileSystem::Posix(), Random::System(), Clock::System(), metrics_});
    }
    return bucket_.emplace(*client_);
  }
  std::string Key(const std::string& blob) const { return absl::StrCat(place_.prefix, blob); }
  std::size_t Uploads() { return Raw().ListUploads(place_.prefix, "", "")->uploads.size(); }

  const std::string url_ = FreshTestUrl();
  const Location place_ = *ParseLocation(absl::StripPrefix(url_, "s3://"));
  Metrics metrics_{"test"};
  std::unique_ptr<Client> client_;
  std::optional<Bucket> bucket_;
};

TEST_F(S3BlobStoreTest, AWriterThatIsLeftLeavesNoUpload) {
  auto blobs = Open(TestOptions());
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append(std::string(11 * kMiB, 'x')), absl::OkStatus());
  EXPECT_EQ(Uploads(), 1u);
  writer.reset();
  EXPECT_EQ(Uploads(), 0u);
}

TEST_F(S3BlobStoreTest, UploadsThatNobodyWillFinishAreAborted) {
  auto blobs = Open(TestOptions());
  ASSERT_EQ(Raw().BeginUpload(Key(std::string(32, 'a'))).status(), absl::OkStatus());
  ASSERT_EQ(Raw().BeginUpload(Key("a-stranger")).status(), absl::OkStatus());
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append(std::string(11 * kMiB, 'x')), absl::OkStatus());
  EXPECT_EQ(Uploads(), 3u);
  EXPECT_EQ(blobs->RemoveUnfinished(Clock::System().Now() - absl::Hours(1))->removed, 0);
  EXPECT_EQ(Uploads(), 3u) << "too young";
  EXPECT_EQ(blobs->RemoveUnfinished(Clock::System().Now() + absl::Hours(1))->removed, 1);
  EXPECT_EQ(Uploads(), 2u) << "but the writer's, and the stranger's";
  EXPECT_EQ(writer->MakeDurable(), absl::OkStatus());
}

TEST_F(S3BlobStoreTest, AnUploadThatCannotBeAbortedKeepsNoOtherFromIt) {
  std::string stuck(32, 'a');
  std::atomic<bool> away = false;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest& request) {
    bool aborts = request.method == "DELETE" && absl::StrContains(request.target, stuck);
    return away || aborts ? S3Fault::kInternalError : S3Fault::kNone;
  });
  auto blobs = Open(TestOptions(proxy.endpoint()));
  for (const std::string& key : {stuck, std::string(32, 'b'), std::string(32, 'c')}) {
    ASSERT_EQ(Raw().BeginUpload(Key(key)).status(), absl::OkStatus());
  }
  absl::Time later = Clock::System().Now() + absl::Hours(1);
  absl::StatusOr<Removals> removals = blobs->RemoveUnfinished(later);
  ASSERT_EQ(removals.status(), absl::OkStatus());
  EXPECT_EQ(removals->removed, 2);
  EXPECT_EQ(removals->failed, 1);
  EXPECT_THAT(removals->first_failure.message(), HasSubstr(stuck));
  EXPECT_EQ(Uploads(), 1u);
  away = true;
  EXPECT_TRUE(absl::IsUnavailable(blobs->RemoveUnfinished(later).status()));
}

TEST_F(S3BlobStoreTest, StrangersKeysAreNotBlobs) {
  auto blobs = Open(TestOptions());
  auto content = std::make_shared<const std::string>("x");
  for (const std::string& key : {std::string("readme"), std::string(31, 'a'), std::string(32, 'z'),
                                 "sub/" + std::string(32, 'a')}) {
    ASSERT_EQ(Raw().Put(Key(key), content), absl::OkStatus());
  }
  EXPECT_THAT(*blobs->ListOlderThan(Clock::System().Now() + absl::Hours(1)), IsEmpty());
}

TEST_F(S3BlobStoreTest, APlaceBelongsToOneDatabase) {
  auto open = [&](const std::string& owner, const Options& options) {
    return OpenBlobStore(
        url_, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_, options, owner});
  };
  std::string mine(32, 'a');
  std::string other(32, 'b');
  ASSERT_EQ(open(mine, TestOptions()).status(), absl::OkStatus());
  EXPECT_EQ(open(mine, TestOptions()).status(), absl::OkStatus());
  absl::Status refused = open(other, TestOptions()).status();
  EXPECT_TRUE(absl::IsInternal(refused)) << refused;
  EXPECT_THAT(refused.message(),
              HasSubstr("owner says that the blobs there are of the database " + mine));

  // Nor does it write or sweep there, if it could not ask when it began.
  std::atomic<bool> away = true;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest&) {
    return away ? S3Fault::kInternalError : S3Fault::kNone;
  });
  auto blobs = *open(other, TestOptions(proxy.endpoint()));
  EXPECT_TRUE(absl::IsUnavailable(blobs->ListOlderThan(Clock::System().Now()).status()));
  away = false;
  EXPECT_TRUE(absl::IsInternal(blobs->ListOlderThan(Clock::System().Now()).status()));
  EXPECT_TRUE(absl::IsInternal(blobs->Create().status()));
  ASSERT_EQ(Raw().Remove(Key("owner")), absl::OkStatus());
  EXPECT_EQ(blobs->Create().status(), absl::OkStatus()) << "it was given up";
  EXPECT_TRUE(absl::IsInternal(open(mine, TestOptions()).status()));
}

TEST_F(S3BlobStoreTest, OfTwoNewDatabasesThatComeTogetherOneIsRefused) {
  auto open = [&](const std::string& owner, const Options& options) {
    return OpenBlobStore(
        url_, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_, options, owner});
  };
  std::string first(32, 'a');
  std::string second(32, 'b');
  // The second comes when the first has found nobody's mark, and is about to write its own.
  std::unique_ptr<BlobStore> winner;
  std::atomic<bool> came = false;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest& request) {
    if (request.method == "PUT" && !came.exchange(true)) winner = *open(second, TestOptions());
    return S3Fault::kNone;
  });
  absl::Status refused = open(first, TestOptions(proxy.endpoint())).status();
  EXPECT_TRUE(came);
  EXPECT_TRUE(absl::IsInternal(refused)) << refused;
  EXPECT_THAT(refused.message(), HasSubstr("of the database " + second));
  EXPECT_EQ(winner->CheckOwner(), absl::OkStatus());
}

TEST_F(S3BlobStoreTest, OfADatabaseAndItsCopyTheLaterOneIsLeft) {
  auto open = [&] {
    return OpenBlobStore(url_, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_,
                                TestOptions(), std::string(32, 'a')});
  };
  auto original = *open();
  ASSERT_EQ(original->Create().status(), absl::OkStatus());
  auto copy = *open();
  for (const absl::Status& status :
       {original->CheckHealth(absl::Seconds(5)), original->CheckOwner(),
        original->ListOlderThan(Clock::System().Now()).status(), original->Create().status()}) {
    EXPECT_TRUE(absl::IsInternal(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr("taken by a later start of this database"));
  }
  EXPECT_EQ(copy->CheckOwner(), absl::OkStatus());
  EXPECT_EQ(copy->Create().status(), absl::OkStatus());
  original = *open();
  EXPECT_EQ(original->CheckOwner(), absl::OkStatus()) << "it was started again";
  EXPECT_TRUE(absl::IsInternal(copy->CheckOwner()));
}

TEST_F(S3BlobStoreTest, AMarkWithoutAStartIsOfAnEarlierRelease) {
  std::string mine(32, 'a');
  ASSERT_EQ(Raw().Put(Key("owner"), std::make_shared<const std::string>(mine)), absl::OkStatus());
  auto blobs = OpenBlobStore(url_, {FileSystem::Posix(), Random::System(), Clock::System(),
                                    metrics_, TestOptions(), mine});
  ASSERT_EQ(blobs.status(), absl::OkStatus());
  EXPECT_THAT(Raw().Read(Key("owner"))->content, StartsWith(mine + "\n"));
}

TEST_F(S3BlobStoreTest, AnS3WithoutConditionsIsWrittenWithout) {
  S3FaultProxy proxy(SharedS3Server().endpoint(), [](int, const ScriptedRequest& request) {
    return request.headers.contains("if-none-match") ? S3Fault::kNotImplemented : S3Fault::kNone;
  });
  auto blobs = OpenBlobStore(url_, {FileSystem::Posix(), Random::System(), Clock::System(),
                                    metrics_, TestOptions(proxy.endpoint()), std::string(32, 'a')});
  ASSERT_EQ(blobs.status(), absl::OkStatus());
  EXPECT_EQ((*blobs)->CheckOwner(), absl::OkStatus());
}

TEST_F(S3BlobStoreTest, ListsMoreThanAPage) {
  auto blobs = Open(TestOptions());
  auto content = std::make_shared<const std::string>("");
  for (int i = 0; i < 1003; ++i) {
    ASSERT_EQ(
        Raw().Put(Key(absl::StrCat(absl::Hex(i, absl::kZeroPad16), "0123456789abcdef")), content),
        absl::OkStatus());
  }
  EXPECT_THAT(*blobs->ListOlderThan(Clock::System().Now() + absl::Hours(1)), SizeIs(1003));
}

TEST_F(S3BlobStoreTest, OtherBytesThanWereWrittenAreNotGivenToTheEnd) {
  auto blobs = Open(TestOptions());
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append("what was written"), absl::OkStatus());
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
  ASSERT_EQ(Raw().Put(Key(writer->blob()), std::make_shared<const std::string>("what is now here")),
            absl::OkStatus());
  auto reader = *blobs->Open(writer->blob(), {0, 16, Sha256::Of("what was written").hex()});
  EXPECT_EQ(*reader->Read(15), "what is now her");
  EXPECT_EQ(reader->Read(1).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(S3BlobStoreTest, ABlobThatIsShorterThanItsRowIsDataLoss) {
  auto blobs = Open(TestOptions());
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append("short"), absl::OkStatus());
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
  EXPECT_EQ(blobs->Open(writer->blob(), {0, 10, ""}).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(S3BlobStoreTest, SlowReadersKeepNobodyOut) {
  Options options = TestOptions();
  options.max_connections = 1;
  auto blobs = Open(options);
  std::string content(3 * kMiB, 'x');
  content.back() = 'y';
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append(content), absl::OkStatus());
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
  BlobRange all = {0, 3 * kMiB, Sha256::Of(content).hex()};
  auto one = *blobs->Open(writer->blob(), all);
  auto other = *blobs->Open(writer->blob(), all);
  EXPECT_EQ(blobs->CheckHealth(absl::Seconds(5)), absl::OkStatus());
  std::string got;
  std::string got_too;
  for (int step = 0; step < 3; ++step) {
    got += *one->Read(kMiB);
    got_too += *other->Read(kMiB);
  }
  EXPECT_TRUE(got == content);
  EXPECT_TRUE(got_too == content);
}

TEST_F(S3BlobStoreTest, NothingIsAskedForAheadWhenConnectionsAreShort) {
  Options options = TestOptions();
  options.max_connections = 4;
  auto blobs = Open(options);
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append(std::string(4 * kMiB, 'x')), absl::OkStatus());
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
  EXPECT_TRUE(Eventually([&] { return blobs->AsksAhead(); }));
  auto one = *blobs->Open(writer->blob(), {0, 4 * kMiB, ""});
  auto other = *blobs->Open(writer->blob(), {0, 4 * kMiB, ""});
  EXPECT_FALSE(blobs->AsksAhead());
  other.reset();
  EXPECT_TRUE(Eventually([&] { return blobs->AsksAhead(); }));
}

TEST_F(S3BlobStoreTest, AnOperatorsMistakesEndTheStart) {
  absl::Status status = Open("s3://no-such-bucket/blobs", TestOptions()).status();
  EXPECT_TRUE(absl::IsInternal(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("create the bucket, or correct --blobs"));

  Options options = TestOptions();
  options.environment = [](const std::string& name) {
    return name == "AWS_ACCESS_KEY_ID" || name == "AWS_SECRET_ACCESS_KEY" ? "wrong" : "";
  };
  EXPECT_TRUE(absl::IsInternal(Open(url_, options).status()));
  options = TestOptions();
  options.path_style = false;
  EXPECT_TRUE(absl::IsInvalidArgument(Open(url_, options).status()));
  options.endpoint = "s3.example.com";
  EXPECT_TRUE(absl::IsInvalidArgument(Open(url_, options).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Open("s3://Bucket", TestOptions()).status()));
}

TEST_F(S3BlobStoreTest, AnS3ThatIsAwayIsWaitedForByReadinessAlone) {
  Options options = TestOptions();
  options.endpoint = "http://127.0.0.1:1";
  auto blobs = Open(options);
  EXPECT_TRUE(absl::IsUnavailable(blobs->CheckHealth(absl::Seconds(1))));
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append("x"), absl::OkStatus());
  EXPECT_TRUE(absl::IsUnavailable(writer->MakeDurable()));
}

TEST_F(S3BlobStoreTest, HealthIsSaidInTime) {
  std::atomic<bool> silent = false;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest&) {
    return silent ? S3Fault::kHold : S3Fault::kNone;
  });
  Options options = TestOptions(proxy.endpoint());
  options.stall_timeout = absl::Seconds(600);
  auto blobs = Open(options);
  EXPECT_EQ(blobs->CheckHealth(absl::Seconds(5)), absl::OkStatus());
  silent = true;
  EXPECT_TRUE(absl::IsUnavailable(blobs->CheckHealth(absl::Milliseconds(100))));
}

TEST_F(S3BlobStoreTest, KeysThatWereReplacedAreFetchedAnew) {
  std::atomic<bool> replaced = false;
  Options options = TestOptions();
  options.environment = [right = options.environment, &replaced](const std::string& name) {
    return name == "AWS_SECRET_ACCESS_KEY" && replaced ? "other" : right(name);
  };
  auto blobs = Open(options);
  replaced = true;
  EXPECT_EQ(blobs->CheckHealth(absl::Seconds(5)), absl::OkStatus()) << "the first are kept";

  // The first are refused from now on, and the next are right.
  int asked = 0;
  options.environment = [right = TestOptions().environment, &asked](const std::string& name) {
    bool first = name == "AWS_SECRET_ACCESS_KEY" && ++asked == 1;
    return first ? "refused" : right(name);
  };
  auto other = Open(url_, options);
  EXPECT_TRUE(absl::IsInternal(other.status())) << "a check is made once";
  asked = 0;
  client_ = *Client::Create(place_, options,
                            {FileSystem::Posix(), Random::System(), Clock::System(), metrics_});
  EXPECT_EQ(Raw().Put(Key("x"), std::make_shared<const std::string>("x")), absl::OkStatus());
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace triad::storage::s3

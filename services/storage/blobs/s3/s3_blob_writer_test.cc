// What is sent, when it is waited for, and the memory that it takes. Against a real S3.
#include "services/storage/blobs/s3/s3_blob_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/sha256.h"
#include "runtime/io/file_system.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/s3/testing/test_s3.h"
#include "tests/support/process.h"
#include "tests/support/s3/fault_proxy.h"
#include "tests/support/s3/s3_server.h"

namespace triad::storage::s3 {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;
using testing::S3Fault;
using testing::S3FaultProxy;
using testing::ScriptedRequest;
using testing::SharedS3Server;

constexpr std::size_t kMiB = 1 << 20;

class S3BlobWriterTest : public ::testing::Test {
 protected:
  std::unique_ptr<BlobStore> Open(Options options) {
    return *OpenBlobStore(url_, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_,
                                 std::move(options)});
  }
  bool IsInS3(const std::string& blob) { return Open(TestOptions())->Open(blob, {0, 1, ""}).ok(); }

  const std::string url_ = FreshTestUrl();
  Metrics metrics_{"test"};
};

TEST_F(S3BlobWriterTest, UploadsHoldNoMoreThanTheyMay) {
  Options options = TestOptions();
  options.upload_memory_bytes = options.part_bytes + 4096;
  auto blobs = Open(options);
  auto large = *blobs->Create();
  // More than there is memory for: each part is awaited before the next.
  ASSERT_EQ(large->Append(std::string(17 * kMiB, 'x')), absl::OkStatus());
  ASSERT_EQ(large->Append(std::string(3 * kMiB, 'x')), absl::OkStatus());
  auto small = *blobs->Create();
  ASSERT_EQ(small->Append("x"), absl::OkStatus());
  auto refused = *blobs->Create();
  absl::Status status = refused->Append("x");
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(status.message(), HasSubstr("--s3_memory_bytes"));
  EXPECT_EQ(large->MakeDurable(), absl::OkStatus());
  EXPECT_EQ(small->MakeDurable(), absl::OkStatus());
  large.reset();
  small.reset();
  refused.reset();
  EXPECT_EQ((*blobs->Create())->Append(std::string(5 * kMiB, 'x')), absl::OkStatus());
}

TEST_F(S3BlobWriterTest, WhatIsSentIsNotWaitedFor) {
  std::atomic<int> puts = 0;
  std::atomic<bool> away = true;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest& request) {
    if (request.method != "PUT") return S3Fault::kNone;
    ++puts;
    return away ? S3Fault::kSlowDown : S3Fault::kNone;
  });
  auto blobs = Open(TestOptions(proxy.endpoint()));
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append("x"), absl::OkStatus());
  ASSERT_EQ(writer->Send(Sha256::Of("x").hex()), absl::OkStatus()) << "though S3 refuses it";
  EXPECT_TRUE(Eventually([&] { return puts == 1; }));
  away = false;
  EXPECT_EQ(writer->MakeDurable(), absl::OkStatus());
  EXPECT_EQ(puts, 2);
}

TEST_F(S3BlobWriterTest, AnUploadShortOfMemoryWaitsForItsBlobsBefore) {
  std::atomic<bool> away = false;
  S3FaultProxy proxy(SharedS3Server().endpoint(), [&](int, const ScriptedRequest& request) {
    return away && request.method == "PUT" ? S3Fault::kInternalError : S3Fault::kNone;
  });
  Options options = TestOptions(proxy.endpoint());
  options.upload_memory_bytes = options.part_bytes + 4096;
  auto blobs = Open(options);
  std::string content(5 * kMiB, 'x');
  auto first = *blobs->Create();
  ASSERT_EQ(first->Append(content), absl::OkStatus());
  ASSERT_EQ(first->Send(Sha256::Of(content).hex()), absl::OkStatus());
  EXPECT_TRUE(absl::IsUnavailable((*blobs->Create())->Append(content))) << "another one is refused";
  auto second = *first->Next();
  ASSERT_EQ(second->Append(content), absl::OkStatus());
  away = true;
  ASSERT_EQ(second->Send(Sha256::Of(content).hex()), absl::OkStatus());
  auto third = *second->Next();
  EXPECT_TRUE(absl::IsUnavailable(third->Append(content))) << "as the one before it fails";
  EXPECT_EQ(first->MakeDurable(), absl::OkStatus());
  EXPECT_TRUE(absl::IsUnavailable(second->MakeDurable()));
}

TEST_F(S3BlobWriterTest, WhatIsOnItsWayIsGivenUpWithItsUpload) {
  Options options = TestOptions();
  options.upload_memory_bytes = 2 * options.part_bytes;
  options.upload_patience = absl::ZeroDuration();
  auto blobs = Open(options);
  std::string content(5 * kMiB, 'x');
  auto first = *blobs->Create();
  ASSERT_EQ(first->Append(content), absl::OkStatus());
  ASSERT_EQ(first->Send(Sha256::Of(content).hex()), absl::OkStatus());
  ASSERT_TRUE(Eventually([&] { return IsInS3(first->blob()); }));
  auto second = *first->Next();
  ASSERT_EQ(second->Append("x"), absl::OkStatus());
  auto other = *blobs->Create();
  ASSERT_EQ(other->Append(std::string(10 * kMiB, 'y')), absl::OkStatus());
  EXPECT_EQ(first->MakeDurable().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(second->Append("x").code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(other->MakeDurable(), absl::OkStatus());
}

TEST_F(S3BlobWriterTest, WhatWasSentAndIsGivenUpIsRemoved) {
  auto blobs = Open(TestOptions());
  auto writer = *blobs->Create();
  std::string blob = writer->blob();
  ASSERT_EQ(writer->Append("x"), absl::OkStatus());
  ASSERT_EQ(writer->Send(Sha256::Of("x").hex()), absl::OkStatus());
  ASSERT_TRUE(Eventually([&] { return IsInS3(blob); }));
  writer.reset();
  EXPECT_FALSE(IsInS3(blob));
}

TEST_F(S3BlobWriterTest, TricklingUploadsKeepNobodyOut) {
  Options options = TestOptions();
  options.upload_memory_bytes = 16 * options.part_bytes;
  options.upload_patience = absl::ZeroDuration();
  auto blobs = Open(options);
  std::vector<std::unique_ptr<BlobWriter>> trickling;
  for (int i = 0; i < 16; ++i) {
    trickling.push_back(*blobs->Create());
    ASSERT_EQ(trickling.back()->Append(std::string(5 * kMiB - 1, 'x')), absl::OkStatus());
  }
  auto writer = *blobs->Create();
  ASSERT_EQ(writer->Append(std::string(11 * kMiB, 'x')), absl::OkStatus());
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());

  int ended = 0;
  for (auto& upload : trickling) {
    absl::Status status = upload->MakeDurable();
    if (status.ok()) continue;
    ++ended;
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
    EXPECT_EQ(upload->Append("x").code(), absl::StatusCode::kDeadlineExceeded);
  }
  EXPECT_GE(ended, 1);
  EXPECT_LE(ended, 2) << "no more than it took";
}

}  // namespace
}  // namespace triad::storage::s3

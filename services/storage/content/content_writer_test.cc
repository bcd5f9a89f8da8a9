// When pieces are sent on their way, and what is left of those that come to nothing.
#include "services/storage/content/content_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/forwarding_blobs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(ContentWriterTest, OfAWriteThatIsGivenUpNothingIsLeft) {
  StorageFixture storage;
  auto write = *storage.objects->BeginWrite(StorageFixture::New("a"));
  ASSERT_TRUE(write->Append(DistinctBytes(5 * kCutBytes + 10)).ok());
  EXPECT_THAT(storage.files.Paths(), Not(IsEmpty()));
  write.reset();
  EXPECT_THAT(storage.files.Paths(), IsEmpty());
}

// What was asked of the blobs of one content, in order: "send 0", "await 0".
class WatchedBlobs final : public ForwardingBlobs {
 public:
  using ForwardingBlobs::ForwardingBlobs;
  absl::StatusOr<std::unique_ptr<BlobWriter>> Create() override {
    return Watch(ForwardingBlobs::Create());
  }

  std::vector<std::string> calls;
  int fails = -1;  // the number of the blob that never becomes durable

 private:
  class Writer final : public BlobWriter {
   public:
    Writer(WatchedBlobs& owner, int number, std::unique_ptr<BlobWriter> writer)
        : owner_(owner), number_(number), writer_(std::move(writer)) {}
    const std::string& blob() const override { return writer_->blob(); }
    absl::Status Append(absl::string_view bytes) override { return writer_->Append(bytes); }
    absl::Status Send(const std::string& sha256) override {
      owner_.calls.push_back(absl::StrCat("send ", number_));
      return writer_->Send(sha256);
    }
    absl::Status MakeDurable() override {
      owner_.calls.push_back(absl::StrCat("await ", number_));
      if (owner_.fails == number_) return absl::UnavailableError("it is lost");
      return writer_->MakeDurable();
    }
    absl::StatusOr<std::unique_ptr<BlobWriter>> Next() override {
      return owner_.Watch(writer_->Next());
    }

   private:
    WatchedBlobs& owner_;
    const int number_;
    const std::unique_ptr<BlobWriter> writer_;
  };

  absl::StatusOr<std::unique_ptr<BlobWriter>> Watch(
      absl::StatusOr<std::unique_ptr<BlobWriter>> writer) {
    if (!writer.ok()) return writer;
    return std::make_unique<Writer>(*this, made_++, *std::move(writer));
  }
  int made_ = 0;
};

TEST(ContentWriterTest, ThePieceBeforeIsOnItsWayWhileTheNextIsGathered) {
  StorageFixture storage;
  WatchedBlobs blobs(*storage.blobs);
  Parts parts = storage.PartsWith(blobs);
  ObjectStore objects(parts, {});
  auto write = *objects.BeginWrite(StorageFixture::New("a"));
  std::string bytes = DistinctBytes(4 * kCutBytes);
  ASSERT_TRUE(write->Append(bytes).ok());
  EXPECT_THAT(blobs.calls, ElementsAre("send 0", "send 1", "send 2", "await 0"));
  ASSERT_TRUE(write->Finish().ok());
  EXPECT_THAT(blobs.calls, ElementsAre("send 0", "send 1", "send 2", "await 0", "send 3", "await 1",
                                       "await 2", "await 3"));
  EXPECT_TRUE(*storage.Read("a") == bytes);
}

TEST(ContentWriterTest, AnyPieceThatIsNotDurableFailsTheWrite) {
  for (int piece = 0; piece < 4; ++piece) {
    StorageFixture storage;
    WatchedBlobs blobs(*storage.blobs);
    blobs.fails = piece;
    Parts parts = storage.PartsWith(blobs);
    ObjectStore objects(parts, {});
    auto write = *objects.BeginWrite(StorageFixture::New("a"));
    absl::Status status = write->Append(DistinctBytes(4 * kCutBytes));
    if (status.ok()) status = write->Finish().status();
    EXPECT_TRUE(absl::IsUnavailable(status)) << piece;
    write.reset();
    EXPECT_TRUE(absl::IsNotFound(storage.Read("a").status())) << piece;
    EXPECT_THAT(storage.files.Paths(), IsEmpty()) << piece;
  }
}

}  // namespace
}  // namespace triad::storage

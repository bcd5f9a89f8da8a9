// What a store that is far away is asked for ahead.
#include "services/storage/content/content_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/forwarding_blobs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

// Counts what is asked for, and can lose the answers.
class FarBlobs final : public ForwardingBlobs {
 public:
  using ForwardingBlobs::ForwardingBlobs;
  bool AsksAhead() override { return true; }
  absl::StatusOr<std::unique_ptr<BlobReader>> Ask(const std::string& blob,
                                                  BlobRange range) override {
    ++asked;
    if (asked == lost) return std::make_unique<LostReader>();
    return ForwardingBlobs::Ask(blob, std::move(range));
  }

  int asked = 0;
  int lost = 0;  // the number of the question whose answer is that there is no such blob

 private:
  class LostReader final : public BlobReader {
   public:
    absl::Status Await() override { return absl::NotFoundError("gone"); }
    absl::StatusOr<std::string> Read(std::size_t) override { return Await(); }
  };
};

class ContentReaderTest : public ::testing::Test {
 protected:
  ContentReaderTest() { EXPECT_TRUE(storage_.Write("a", bytes_).ok()); }

  ObjectContent Open() { return *objects_.Open(StorageFixture::Name("a")); }

  StorageFixture storage_;
  const std::string bytes_ = DistinctBytes(2 * kCutBytes + 100);
  FarBlobs blobs_{*storage_.blobs};
  Parts parts_ = storage_.PartsWith(blobs_);
  ObjectStore objects_{parts_, {}};
};

TEST_F(ContentReaderTest, TheNextPieceIsAskedForShortlyBeforeTheEndOfTheOneBefore) {
  ObjectContent content = Open();
  std::string read = *content.content->Read(kCutBytes - (5 << 20));
  EXPECT_EQ(blobs_.asked, 1) << "not while much of the first is to come";
  read += *content.content->Read(2 << 20);
  EXPECT_EQ(blobs_.asked, 2);
  read += *content.content->Read(4 << 20);
  EXPECT_EQ(blobs_.asked, 2) << "once";
  read += *content.content->Read(bytes_.size());
  EXPECT_EQ(blobs_.asked, 3);
  EXPECT_TRUE(read == bytes_);
}

TEST_F(ContentReaderTest, NothingIsAskedForBehindTheRange) {
  ObjectContent content = Open();
  content.content->Seek({kCutBytes - 10, 10});
  ASSERT_TRUE(content.content->Read(10).ok());
  EXPECT_EQ(blobs_.asked, 2);
}

TEST_F(ContentReaderTest, WhatWasPutElsewhereSinceItWasAskedForIsLookedForAgain) {
  blobs_.lost = 2;
  EXPECT_TRUE(*Open().content->Read(bytes_.size()) == bytes_);
  EXPECT_EQ(blobs_.asked, 4);
}

TEST_F(ContentReaderTest, AnotherRangeIsAskedForAnew) {
  ObjectContent content = Open();
  content.content->Seek({kCutBytes - 10, 20});
  ASSERT_TRUE(content.content->Read(5).ok());
  content.content->Seek({2 * kCutBytes - 1, 3});
  EXPECT_TRUE(*content.content->Read(3) == bytes_.substr(2 * kCutBytes - 1, 3));
}

}  // namespace
}  // namespace triad::storage

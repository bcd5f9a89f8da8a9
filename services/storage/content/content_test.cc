// Pieces: cut, shared, checked, repaired, taken away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/rows/content/piece_rows.h"
#include "services/storage/testing/damage.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/forwarding_blobs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ObjectName Name(const std::string& object) { return StorageFixture::Name(object); }

absl::StatusOr<std::string> ReadRange(StorageFixture& storage, const std::string& object,
                                      ByteRange range) {
  absl::StatusOr<ObjectContent> content =
      storage.objects->Open(Name(object), kCurrent, [&](const Object&) { return range; });
  if (!content.ok()) return content.status();
  return content->content->Read(static_cast<std::size_t>(range.length));
}

TEST(ContentTest, IsCutAndReadBackInAnyRange) {
  StorageFixture storage;
  std::string bytes = DistinctBytes(2 * kCutBytes + kBlockBytes + 5);
  Object object = *storage.Write("a", bytes);
  EXPECT_TRUE(object.content.list.has_value());
  EXPECT_THAT(storage.files.Paths(), SizeIs(3));
  EXPECT_TRUE(*storage.Read("a") == bytes);
  EXPECT_EQ(object.crc32c, Crc32c::Of(bytes));
  for (std::int64_t offset : {std::int64_t{0}, std::int64_t{1}, kBlockBytes - 1, kBlockBytes,
                              kCutBytes - 1, kCutBytes, 2 * kCutBytes + kBlockBytes}) {
    for (std::int64_t length : {std::int64_t{1}, std::int64_t{4}, kBlockBytes, kBlockBytes + 1}) {
      length = std::min(length, object.size - offset);
      EXPECT_TRUE(*ReadRange(storage, "a", {offset, length}) ==
                  bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length)))
          << offset << " " << length;
    }
  }
}

TEST(ContentTest, IsReadInChunksOfAnySize) {
  StorageFixture storage;
  std::string bytes = DistinctBytes(3 * kBlockBytes + 100);
  ASSERT_TRUE(storage.Write("a", bytes).ok());
  for (std::size_t chunk : {7777, 65536, 100000, 1 << 20}) {
    ObjectContent content = *storage.objects->Open(Name("a"));
    std::string read;
    std::string part;
    do {
      part = *content.content->Read(chunk);
      read += part;
    } while (!part.empty());
    EXPECT_TRUE(read == bytes) << chunk;
  }
}

TEST(ContentTest, IsReadInOneRangeAfterAnother) {
  StorageFixture storage;
  std::string bytes = DistinctBytes(2 * kCutBytes + 10);
  ASSERT_TRUE(storage.Write("a", bytes).ok());
  ObjectContent content = *storage.objects->Open(Name("a"));
  for (ByteRange range : {ByteRange{2 * kCutBytes + 1, 5}, ByteRange{7, 3},
                          ByteRange{kCutBytes - 2, 4}, ByteRange{0, 1}}) {
    content.content->Seek(range);
    EXPECT_TRUE(*content.content->Read(100) ==
                bytes.substr(static_cast<std::size_t>(range.offset),
                             static_cast<std::size_t>(range.length)));
  }
}

TEST(ContentTest, OfAnAppendThatIsRefusedNothingIsLeft) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "content").ok());
  auto append = *storage.composer->BeginAppend({.name = Name("a")}, 7);
  ASSERT_TRUE(append->Append("more").ok());
  ASSERT_TRUE(storage.Write("a", "longer content").ok());
  EXPECT_TRUE(absl::IsAborted(append->Finish().status()));
  append.reset();
  ASSERT_TRUE(storage.sweeper->SweepGarbage().ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
}

TEST(ContentTest, OfFewBytesIsKeptInTheDatabase) {
  StorageFixture storage({.inline_bytes = 10});
  ASSERT_TRUE(storage.Write("small", "0123456789").ok());
  EXPECT_THAT(storage.files.Paths(), IsEmpty());
  ASSERT_TRUE(storage.Write("large", "0123456789x").ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_EQ(*storage.Read("small"), "0123456789");
  EXPECT_EQ(*storage.Read("large"), "0123456789x");
  EXPECT_EQ(*ReadRange(storage, "small", {3, 4}), "3456");
  ASSERT_TRUE(storage.Write("empty", "").ok());
  EXPECT_EQ(*storage.Read("empty"), "");
}

TEST(ContentTest, EqualBytesAreStoredOnce) {
  for (std::int64_t inline_bytes : {0, 100}) {
    StorageFixture storage({.inline_bytes = inline_bytes});
    Object first = *storage.Write("a", "same");
    Object second = *storage.Write("b", "same");
    EXPECT_EQ(first.content, second.content);
    EXPECT_THAT(storage.files.Paths(), SizeIs(inline_bytes == 0 ? 1 : 0));
    ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
    EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
    EXPECT_EQ(*storage.Read("b"), "same");
    ASSERT_TRUE(storage.editor->Delete({.name = Name("b")}).ok());
    EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, inline_bytes == 0 ? 1 : 0);
    EXPECT_THAT(storage.files.Paths(), IsEmpty());
  }
}

TEST(ContentTest, EqualPiecesOfOneObjectAreStoredOnce) {
  StorageFixture storage;
  std::string bytes(static_cast<std::size_t>(3 * kCutBytes), 'z');
  ASSERT_TRUE(storage.Write("a", bytes).ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
  EXPECT_TRUE(*storage.Read("a") == bytes);
  ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
}

TEST(ContentTest, WhatWaitsForRemovalComesBackIntoUse) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "same").ok());
  ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
  EXPECT_THAT(storage.Garbage(), SizeIs(1));
  ASSERT_TRUE(storage.Write("b", "same").ok());
  EXPECT_THAT(storage.Garbage(), IsEmpty());
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
  EXPECT_EQ(*storage.Read("b"), "same");
}

// Whether it is between two of the steps by which bytes are taken away that equal ones are
// written: they are there afterwards, also if the process is killed.
TEST(ContentTest, BytesThatAreBeingTakenAwayAreStoredAnew) {
  for (int step = 0; step < 3; ++step) {
    StorageFixture storage;
    ASSERT_TRUE(storage.Write("a", "same").ok());
    ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
    LooseContent loose(storage.database, *storage.holds, storage.clock);
    if (step > 0) {
      ASSERT_TRUE(loose.TakePieces(NeverStopping).ok());
    }
    if (step > 1) {
      ASSERT_TRUE(storage.blobs->Remove(storage.Garbage().front()).ok());
    }
    ASSERT_TRUE(storage.Write("b", "same").ok());
    storage.files.Crash();
    storage.Restart();
    EXPECT_EQ(*storage.Read("b"), "same") << step;
    ASSERT_TRUE(storage.sweeper->SweepGarbage().ok());
    storage.clock.Advance(absl::Hours(2));
    ASSERT_TRUE(storage.sweeper->SweepOrphans().ok());
    EXPECT_EQ(*storage.Read("b"), "same") << step;
    EXPECT_THAT(storage.files.Paths(), SizeIs(1)) << step;
  }
}

TEST(ContentTest, WhoHasFoundEqualBytesKeepsThem) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "same").ok());
  auto write = storage.objects->BeginWrite(StorageFixture::New("b"));
  ASSERT_TRUE((*write)->Append("same").ok());
  ContentWriter writer(storage.parts->content());
  ASSERT_TRUE(writer.Append("same").ok());
  absl::StatusOr<NewContent> found = writer.Finish();
  ASSERT_TRUE(found->pieces.front().found.has_value());
  ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0) << "somebody relies on it";
  EXPECT_EQ((*write)->Finish().status(), absl::OkStatus());
  EXPECT_EQ(*storage.Read("b"), "same");
}

TEST(ContentTest, AReaderOfManyPiecesKeepsThemAll) {
  StorageFixture storage;
  std::string bytes = DistinctBytes(2 * kCutBytes + 10);
  ASSERT_TRUE(storage.Write("a", bytes).ok());
  {
    ObjectContent content = *storage.objects->Open(Name("a"));
    std::string first = *content.content->Read(100);
    ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
    EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
    EXPECT_TRUE(first + *content.content->Read(bytes.size()) == bytes);
  }
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 3);
  EXPECT_THAT(storage.files.Paths(), IsEmpty());
}

TEST(ContentTest, DamageIsNeverServedAndIsRepairedByEqualBytes) {
  StorageFixture storage;
  std::string bytes = DistinctBytes(4 * kBlockBytes);
  Object object = *storage.Write("a", bytes);
  std::string blob = storage.BlobOf(object);
  Damage(storage, object, 2 * kBlockBytes + 7);
  EXPECT_EQ(ReadRange(storage, "a", {2 * kBlockBytes, 1}).status().code(),
            absl::StatusCode::kDataLoss);
  EXPECT_TRUE(*ReadRange(storage, "a", {0, 2 * kBlockBytes}) == bytes.substr(0, 2 * kBlockBytes))
      << "blocks beside it are served";
  EXPECT_EQ(storage.Read("a").status().code(), absl::StatusCode::kDataLoss);
  ASSERT_TRUE(storage.Write("b", bytes).ok());
  EXPECT_TRUE(*storage.Read("b") == bytes);
  EXPECT_TRUE(*storage.Read("a") == bytes);
  EXPECT_NE(storage.BlobOf(object), blob);
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1);
  EXPECT_THAT(storage.files.Paths(), SizeIs(1));
}

// Gives out one wrong byte, once.
class FlippingBlobs final : public ForwardingBlobs {
 public:
  using ForwardingBlobs::ForwardingBlobs;
  absl::StatusOr<std::unique_ptr<BlobReader>> Open(const std::string& blob,
                                                   BlobRange range) override {
    absl::StatusOr<std::unique_ptr<BlobReader>> reader =
        ForwardingBlobs::Open(blob, std::move(range));
    if (!reader.ok() || std::exchange(flipped_, true)) return reader;
    return std::make_unique<Reader>(*std::move(reader));
  }

 private:
  class Reader final : public BlobReader {
   public:
    explicit Reader(std::unique_ptr<BlobReader> reader) : reader_(std::move(reader)) {}
    absl::StatusOr<std::string> Read(std::size_t count) override {
      absl::StatusOr<std::string> bytes = reader_->Read(count);
      if (bytes.ok() && !bytes->empty()) bytes->back() = static_cast<char>(bytes->back() ^ 1);
      return bytes;
    }

   private:
    const std::unique_ptr<BlobReader> reader_;
  };
  bool flipped_ = false;
};

TEST(ContentTest, AByteThatChangedOnItsWayIsReadAgain) {
  StorageFixture storage;
  ASSERT_TRUE(storage.Write("a", "content").ok());
  FlippingBlobs blobs(*storage.blobs);
  Parts parts = storage.PartsWith(blobs);
  ObjectStore objects(parts, {});
  EXPECT_EQ(*objects.Open(Name("a"))->content->Read(100), "content");
  ASSERT_TRUE(storage.Write("b", "content").ok());
  EXPECT_THAT(storage.files.Paths(), SizeIs(1)) << "it is not taken for damaged";
}

TEST(ContentTest, ContentThatIsShorterThanItsObjectIsNeverServedAsWhole) {
  for (std::int64_t inline_bytes : {0, 100}) {
    StorageFixture storage({.inline_bytes = inline_bytes});
    ASSERT_TRUE(storage.Write("a", "content").ok());
    auto lengthen = [](db::Session& session) {
      return session.Execute("UPDATE objects SET size = size + 1").status();
    };
    ASSERT_EQ(storage.database.Write(lengthen, nullptr), absl::OkStatus());
    EXPECT_EQ(storage.Read("a").status().code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(*ReadRange(storage, "a", {0, 7}), "content");
  }
}

TEST(ContentTest, ALongListIsTakenApartStepByStep) {
  StorageFixture storage;
  constexpr std::int64_t kPieces = 1200;
  ASSERT_TRUE(storage.Write("a", "piece").ok());
  Object object = *storage.objects->Get(Name("a"));
  ASSERT_EQ(storage.database.Write(
                [&](db::Session& session) -> absl::Status {
                  std::vector<ListedPiece> pieces;
                  for (std::int64_t i = 0; i < kPieces; ++i) {
                    pieces.push_back({*object.content.piece, i * 5, 5});
                    absl::Status shared = PieceRows(session).Share(*object.content.piece);
                    if (!shared.ok()) return shared;
                  }
                  absl::Status inserted = ListRows(session).Insert(ListId{1'000'000}, pieces);
                  if (!inserted.ok()) return inserted;
                  return ListRows(session).Release(ListId{1'000'000}).status();
                },
                nullptr),
            absl::OkStatus());
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 0);
  ASSERT_TRUE(storage.editor->Delete({.name = Name("a")}).ok());
  EXPECT_EQ(storage.sweeper->SweepGarbage()->removed, 1) << "no reference of the list is left";
}

}  // namespace
}  // namespace triad::storage

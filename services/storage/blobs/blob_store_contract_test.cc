// What every blob store promises, asked of each of them: the local disk, and a
// real S3.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/clock.h"
#include "runtime/base/random.h"
#include "runtime/base/sha256.h"
#include "runtime/io/file_system.h"
#include "runtime/io/testing/temp_directory.h"
#include "runtime/telemetry/metrics/metrics.h"
#include "services/storage/blobs/blob_store.h"
#include "services/storage/blobs/s3/testing/test_s3.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr std::int64_t kMiB = 1 << 20;

struct Store {
  const char* name;
  BlobPlace (*place)(const std::string& directory);
};

constexpr Store kStores[] = {
    {"local",
     [](const std::string& directory) {
       return BlobPlace{absl::StrCat("local:", directory, "/blobs"), {}};
     }},
    {"s3",
     [](const std::string&) {
       return BlobPlace{s3::FreshTestUrl(), s3::TestOptions()};
     }},
};

std::string Content(std::size_t size) {
  std::string content;
  content.reserve(size + 20);
  while (content.size() < size) absl::StrAppend(&content, content.size(), ",");
  content.resize(size);
  return content;
}

class BlobStoreContractTest : public ::testing::TestWithParam<Store> {
 protected:
  BlobStoreContractTest() : place_(GetParam().place(directory_.path())) {
    auto opened = OpenBlobStore(
        place_.url, {FileSystem::Posix(), Random::System(), Clock::System(), metrics_, place_.s3});
    EXPECT_EQ(opened.status(), absl::OkStatus());
    blobs_ = *std::move(opened);
  }

  std::string Write(const std::string& content) {
    std::unique_ptr<BlobWriter> writer = *blobs_->Create();
    // In pieces that fit no boundary.
    for (std::size_t at = 0; at < content.size(); at += 1'000'003) {
      EXPECT_EQ(writer->Append(absl::string_view(content).substr(at, 1'000'003)), absl::OkStatus());
    }
    EXPECT_EQ(writer->MakeDurable(), absl::OkStatus());
    return writer->blob();
  }

  absl::StatusOr<std::string> Read(const std::string& blob, BlobRange range) {
    absl::StatusOr<std::unique_ptr<BlobReader>> reader = blobs_->Open(blob, range);
    if (!reader.ok()) return reader.status();
    std::string content;
    while (static_cast<std::int64_t>(content.size()) < range.length) {
      absl::StatusOr<std::string> more = (*reader)->Read(300'000);
      if (!more.ok() || more->empty()) return more.ok() ? content : more;
      content += *more;
    }
    return content;
  }

  std::vector<std::string> All() {
    return *blobs_->ListOlderThan(Clock::System().Now() + absl::Hours(1));
  }

  TempDirectory directory_;
  Metrics metrics_{"test"};
  const BlobPlace place_;
  std::unique_ptr<BlobStore> blobs_;
};

TEST_P(BlobStoreContractTest, KeepsWhatIsWritten) {
  for (std::int64_t size : {std::int64_t{0}, std::int64_t{1}, std::int64_t{100'000}, 5 * kMiB,
                            5 * kMiB + 1, 17 * kMiB}) {
    std::string content = Content(static_cast<std::size_t>(size));
    std::string blob = Write(content);
    auto read = Read(blob, {0, size, Sha256::Of(content).hex()});
    ASSERT_EQ(read.status(), absl::OkStatus()) << size;
    EXPECT_TRUE(*read == content) << size;
  }
  EXPECT_THAT(All(), SizeIs(6));
}

TEST_P(BlobStoreContractTest, ReadsAnyRange) {
  std::string content = Content(6 * kMiB);
  std::string blob = Write(content);
  for (const auto& [offset, length] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {0, 1}, {1, 1}, {5 * kMiB - 3, 6}, {6 * kMiB - 1, 1}, {12345, 4 * kMiB}, {7, 0}}) {
    auto read = Read(blob, {offset, length, ""});
    ASSERT_EQ(read.status(), absl::OkStatus());
    EXPECT_TRUE(*read == content.substr(offset, length)) << offset << "+" << length;
  }
}

TEST_P(BlobStoreContractTest, WhatIsNotThereIsNotFound) {
  std::string blob = Write("x");
  ASSERT_EQ(blobs_->Remove(blob), absl::OkStatus());
  EXPECT_TRUE(absl::IsNotFound(blobs_->Open(blob, {0, 1, ""}).status()));
  EXPECT_TRUE(absl::IsNotFound(blobs_->Open(blob, {0, 0, ""}).status()));
  EXPECT_EQ(blobs_->Remove(blob), absl::OkStatus()) << "gone already";
  EXPECT_THAT(All(), IsEmpty());
}

TEST_P(BlobStoreContractTest, NothingIsThereBeforeItIsDurable) {
  for (std::size_t size : {std::size_t{10}, std::size_t{11 * kMiB}}) {
    std::unique_ptr<BlobWriter> writer = *blobs_->Create();
    std::string blob = writer->blob();
    ASSERT_EQ(writer->Append(Content(size)), absl::OkStatus());
    EXPECT_TRUE(absl::IsNotFound(blobs_->Open(blob, {0, 1, ""}).status()));
    writer.reset();
    EXPECT_TRUE(absl::IsNotFound(blobs_->Open(blob, {0, 1, ""}).status()));
  }
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(blobs_->RemoveUnfinished(Clock::System().Now() + absl::Hours(1)).status(),
            absl::OkStatus());
}

TEST_P(BlobStoreContractTest, BlobsOfOneContentFollowEachOther) {
  std::string content = Content(2 * kMiB);
  std::vector<std::unique_ptr<BlobWriter>> writers;
  writers.push_back(*blobs_->Create());
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(writers.back()->Append(content), absl::OkStatus());
    ASSERT_EQ(writers.back()->Send(Sha256::Of(content).hex()), absl::OkStatus());
    writers.push_back(*writers.back()->Next());
  }
  std::set<std::string> blobs;
  for (auto& writer : writers) {
    EXPECT_EQ(writer->MakeDurable(), absl::OkStatus());
    blobs.insert(writer->blob());
  }
  EXPECT_THAT(blobs, SizeIs(6));
  EXPECT_TRUE(*Read(writers[4]->blob(), {0, 2 * kMiB, ""}) == content);
}

TEST_P(BlobStoreContractTest, ABlobOfAnotherStoreKeepsItsName) {
  std::string name(32, 'a');
  for (std::string content : {Content(100), Content(11 * kMiB)}) {
    std::unique_ptr<BlobWriter> writer = *blobs_->CreateAs(name);
    EXPECT_EQ(writer->blob(), name);
    ASSERT_EQ(writer->Append(content), absl::OkStatus());
    ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
    auto size = static_cast<std::int64_t>(content.size());
    EXPECT_TRUE(*Read(name, {0, size, Sha256::Of(content).hex()}) == content);
  }
  EXPECT_THAT(All(), ElementsAre(name));
}

TEST_P(BlobStoreContractTest, WhatIsOpenStaysReadable) {
  std::string content = Content(3 * kMiB);
  std::string blob = Write(content);
  std::unique_ptr<BlobReader> reader = *blobs_->Open(blob, {0, 3 * kMiB, ""});
  ASSERT_EQ(reader->Read(10)->size(), 10u);
  ASSERT_EQ(blobs_->Remove(blob), absl::OkStatus());
  std::string rest = *reader->Read(3 * kMiB);
  EXPECT_TRUE(rest == content.substr(10));
  reader.reset();
  // As a store may have kept it until now.
  ASSERT_EQ(blobs_->Remove(blob), absl::OkStatus());
  EXPECT_THAT(All(), IsEmpty());
}

TEST_P(BlobStoreContractTest, ListsWhatIsOldAndHasNoWriter) {
  std::string old = Write("old");
  std::unique_ptr<BlobWriter> writer = *blobs_->Create();
  ASSERT_EQ(writer->MakeDurable(), absl::OkStatus());
  std::string held = writer->blob();
  EXPECT_THAT(All(), ElementsAre(old));
  EXPECT_THAT(*blobs_->ListOlderThan(Clock::System().Now() - absl::Hours(1)), IsEmpty());
  writer.reset();
  EXPECT_THAT(All(), UnorderedElementsAre(old, held));
}

TEST_P(BlobStoreContractTest, TakesManyAtATime) {
  std::vector<std::thread> threads;
  std::vector<std::string> blobs(8);
  for (std::size_t i = 0; i < blobs.size(); ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        std::string content = absl::StrCat("content ", i, " ", round);
        blobs[i] = Write(content);
        auto size = static_cast<std::int64_t>(content.size());
        EXPECT_EQ(*Read(blobs[i], {0, size, Sha256::Of(content).hex()}), content);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(std::set<std::string>(blobs.begin(), blobs.end()), SizeIs(8));
  EXPECT_THAT(All(), SizeIs(40));
}

TEST_P(BlobStoreContractTest, SaysThatItIsThere) {
  EXPECT_EQ(blobs_->CheckHealth(absl::Seconds(5)), absl::OkStatus());
}

INSTANTIATE_TEST_SUITE_P(Stores, BlobStoreContractTest, ::testing::ValuesIn(kStores),
                         [](const auto& info) { return info.param.name; });

// Objects on top of it.
class ObjectsContractTest : public ::testing::TestWithParam<Store> {
 protected:
  StorageFixture storage_{{.place = GetParam().place("/data")}};
};

TEST_P(ObjectsContractTest, ReplacesAndSweeps) {
  ASSERT_EQ(storage_.Write("a", "first").status(), absl::OkStatus());
  ASSERT_EQ(storage_.Write("a", Content(6 * kMiB)).status(), absl::OkStatus());
  ASSERT_EQ(storage_.Write("b/c", "").status(), absl::OkStatus());
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  {
    auto orphan = *storage_.blobs->Create();
    ASSERT_EQ(orphan->MakeDurable(), absl::OkStatus());
  }
  storage_.Restart();
  storage_.clock.Set(Clock::System().Now() + absl::Hours(2));
  EXPECT_EQ(storage_.sweeper->SweepOrphans()->removed, 1);
  EXPECT_TRUE(*storage_.Read("a") == Content(6 * kMiB));
  EXPECT_EQ(*storage_.Read("b/c"), "");
}

TEST_P(ObjectsContractTest, AReaderKeepsWhatItOpenedThoughItIsReplacedAndSwept) {
  std::string content = Content(3 * kMiB);
  ASSERT_EQ(storage_.Write("a", content).status(), absl::OkStatus());
  {
    auto opened = storage_.objects->Open(StorageFixture::Name("a"));
    ASSERT_EQ(opened.status(), absl::OkStatus());
    ASSERT_EQ(storage_.Write("a", "new").status(), absl::OkStatus());
    ASSERT_EQ(storage_.sweeper->SweepGarbage()->removed, 0);
    EXPECT_TRUE(*opened->content->Read(3 * kMiB) == content);
  }
  EXPECT_EQ(storage_.sweeper->SweepGarbage()->removed, 1);
  EXPECT_EQ(*storage_.Read("a"), "new");
}

INSTANTIATE_TEST_SUITE_P(Stores, ObjectsContractTest, ::testing::ValuesIn(kStores),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace triad::storage

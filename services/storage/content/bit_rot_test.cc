// A byte that rots is never served, whatever way leads to it: where it is kept, and how its
// content came to be read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/status.h"
#include "services/storage/compose/hash_completer.h"
#include "services/storage/testing/damage.h"
#include "services/storage/testing/distinct_bytes.h"
#include "services/storage/testing/quiet_logs.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

constexpr std::int64_t kInline = 1000;

ObjectName Name(const std::string& object) { return StorageFixture::Name(object); }

// What is served of `object` in `range` until an error, which comes in `error`, read in chunks.
std::string Served(StorageFixture& storage, const std::string& object, ByteRange range,
                   absl::Status& error, std::size_t chunk = 7777,
                   Generation generation = kCurrent) {
  std::string served;
  absl::StatusOr<ObjectContent> opened =
      storage.objects->Open(Name(object), generation, [&](const Object&) { return range; });
  error = opened.status();
  while (error.ok()) {
    absl::StatusOr<std::string> bytes = opened->content->Read(chunk);
    error = bytes.status();
    if (!bytes.ok() || bytes->empty()) break;
    served += *bytes;
  }
  return served;
}

// The object "a", whose content `bytes` is damaged.
struct Rotten {
  StorageFixture& storage;
  const std::string& bytes;
  const Object& object;
};

struct Way {
  std::string name;
  // OK only if it served, or made, all of the content.
  std::function<absl::Status(Rotten&)> read;
};

// Reads all of `object`, which has, or had, the content `expected`: nothing but right bytes come
// before an error.
absl::Status ReadAll(Rotten& rotten, const std::string& object, const std::string& expected,
                     Generation generation = kCurrent) {
  absl::Status error;
  std::string served =
      Served(rotten.storage, object, {0, static_cast<std::int64_t>(expected.size())}, error, 7777,
             generation);
  EXPECT_TRUE(absl::StartsWith(expected, served)) << "damage was served";
  return error;
}

std::vector<Way> Ways() {
  auto whole = [](Rotten& rotten) { return ReadAll(rotten, "a", rotten.bytes); };
  return {
      {"whole", whole},
      {"all ranges",
       [](Rotten& rotten) {
         absl::Status loss;
         for (std::int64_t first = 0; first < rotten.object.size; first += rotten.object.size / 7) {
           ByteRange range{
               first, std::min<std::int64_t>(rotten.object.size - first, rotten.object.size / 7)};
           absl::Status error;
           std::string served = Served(rotten.storage, "a", range, error, 1 << 20);
           EXPECT_TRUE(
               absl::StartsWith(rotten.bytes.substr(static_cast<std::size_t>(first)), served));
           loss.Update(error);
         }
         return loss;
       }},
      {"a version",
       [](Rotten& rotten) { return ReadAll(rotten, "a", rotten.bytes, rotten.object.generation); }},
      {"a copy",
       [](Rotten& rotten) {
         TRIAD_RETURN_IF_ERROR(
             rotten.storage.editor->Copy({.name = Name("a")}, Name("copy"), {}).status());
         return ReadAll(rotten, "copy", rotten.bytes);
       }},
      {"moved",
       [](Rotten& rotten) {
         TRIAD_RETURN_IF_ERROR(
             rotten.storage.editor->Move({.name = Name("a")}, Name("moved"), {}).status());
         return ReadAll(rotten, "moved", rotten.bytes);
       }},
      {"undeleted",
       [](Rotten& rotten) {
         TRIAD_RETURN_IF_ERROR(
             rotten.storage.buckets->Update("bucket", {.versioning = Versioning::kOn}, {})
                 .status());
         TRIAD_RETURN_IF_ERROR(rotten.storage.editor->Delete({.name = Name("a")}).status());
         TRIAD_RETURN_IF_ERROR(rotten.storage.editor->Restore({.name = Name("a")}).status());
         return ReadAll(rotten, "a", rotten.bytes);
       }},
      {"composed",
       [](Rotten& rotten) {
         TRIAD_RETURN_IF_ERROR(rotten.storage.Write("end", "end").status());
         TRIAD_RETURN_IF_ERROR(rotten.storage.composer
                                   ->Compose({{.name = Name("a")}, {.name = Name("end")}},
                                             StorageFixture::New("composed"))
                                   .status());
         return ReadAll(rotten, "composed", rotten.bytes + "end");
       }},
      // The larger piece takes those before it in.
      {"joined",
       [](Rotten& rotten) {
         std::string more = DistinctBytes(300'000, 77);
         TRIAD_RETURN_IF_ERROR(rotten.storage.Write("more", more).status());
         TRIAD_RETURN_IF_ERROR(rotten.storage.composer
                                   ->Compose({{.name = Name("a")}, {.name = Name("more")}},
                                             StorageFixture::New("joined"))
                                   .status());
         return ReadAll(rotten, "joined", rotten.bytes + more);
       }},
      {"appended to",
       [](Rotten& rotten) {
         TRIAD_ASSIGN_OR_RETURN(
             std::unique_ptr<ObjectAppend> append,
             rotten.storage.composer->BeginAppend({.name = Name("a")}, rotten.object.size));
         TRIAD_RETURN_IF_ERROR(append->Append("end"));
         TRIAD_RETURN_IF_ERROR(append->Finish().status());
         return ReadAll(rotten, "a", rotten.bytes + "end");
       }},
      {"in an archive",
       [](Rotten& rotten) -> absl::Status {
         TRIAD_ASSIGN_OR_RETURN(
             std::unique_ptr<ZipArchive> archive,
             rotten.storage.zipper->Open({.bucket = "bucket", .objects = {{.name = Name("a")}}}));
         std::int64_t served = 0;
         while (served < archive->size()) {
           TRIAD_ASSIGN_OR_RETURN(std::string bytes, archive->Read(7777));
           served += static_cast<std::int64_t>(bytes.size());
         }
         return absl::OkStatus();
       }},
      {"hashed",
       [](Rotten& rotten) {
         TRIAD_RETURN_IF_ERROR(rotten.storage.composer
                                   ->Compose({{.name = Name("a")}, {.name = Name("a")}},
                                             StorageFixture::New("hashed"))
                                   .status());
         rotten.storage.clock.Advance(absl::Minutes(1));
         TRIAD_RETURN_IF_ERROR(HashCompleter(*rotten.storage.parts, *rotten.storage.objects).Run());
         Object object = *rotten.storage.objects->Get(Name("hashed"));
         EXPECT_TRUE(object.sha256.empty() ||
                     object.sha256 == Sha256::Of(rotten.bytes + rotten.bytes).hex());
         return ReadAll(rotten, "hashed", rotten.bytes + rotten.bytes);
       }},
  };
}

// Where content is kept, by its size.
struct Place {
  std::string name;
  std::size_t size;
  bool list = false;
};

Object WriteAt(StorageFixture& storage, const Place& place, const std::string& bytes) {
  if (!place.list) return *storage.Write("a", bytes);
  // A large piece and a smaller one.
  std::size_t first = bytes.size() * 9 / 10;
  EXPECT_TRUE(storage.Write("first", bytes.substr(0, first)).ok());
  EXPECT_TRUE(storage.Write("second", bytes.substr(first)).ok());
  Object object = *storage.composer->Compose({{.name = Name("first")}, {.name = Name("second")}},
                                             StorageFixture::New("a"));
  EXPECT_TRUE(object.content.list.has_value());
  return object;
}

class BitRotTest : public ::testing::TestWithParam<Place> {};

TEST_P(BitRotTest, IsNeverServed) {
  std::string bytes = DistinctBytes(GetParam().size, 5);
  auto size = static_cast<std::int64_t>(bytes.size());
  for (const Way& way : Ways()) {
    for (std::int64_t at : {std::int64_t{0}, size / 2, size - 1}) {
      StorageFixture storage({.inline_bytes = kInline});
      Object object = WriteAt(storage, GetParam(), bytes);
      Damage(storage, object, at);
      Rotten rotten{storage, bytes, object};
      EXPECT_EQ(way.read(rotten).code(), absl::StatusCode::kDataLoss) << way.name << " at " << at;
    }
  }
}

// Where nothing is rotten, each way serves all.
TEST_P(BitRotTest, IsNotSeenWhereThereIsNone) {
  std::string bytes = DistinctBytes(GetParam().size, 5);
  for (const Way& way : Ways()) {
    StorageFixture storage({.inline_bytes = kInline});
    Object object = WriteAt(storage, GetParam(), bytes);
    Rotten rotten{storage, bytes, object};
    EXPECT_EQ(way.read(rotten), absl::OkStatus()) << way.name;
  }
}

// Whoever meets it marks it: equal bytes that are stored later repair it for all.
TEST_P(BitRotTest, IsRepairedByEqualBytesWhateverWayItWasMet) {
  std::string bytes = DistinctBytes(GetParam().size, 5);
  for (const Way& way : Ways()) {
    if (way.name == "moved") continue;
    StorageFixture storage({.inline_bytes = kInline});
    Object object = WriteAt(storage, GetParam(), bytes);
    Damage(storage, object, 0);
    Rotten rotten{storage, bytes, object};
    ASSERT_EQ(way.read(rotten).code(), absl::StatusCode::kDataLoss) << way.name;
    if (GetParam().list) {
      ASSERT_TRUE(storage.Write("b", bytes.substr(0, bytes.size() * 9 / 10)).ok());
    } else {
      ASSERT_TRUE(storage.Write("b", bytes).ok());
    }
    EXPECT_EQ(ReadAll(rotten, "a", bytes), absl::OkStatus()) << way.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Places, BitRotTest,
                         ::testing::Values(Place{"Inline", 700}, Place{"Blob", 3 * 65536 + 5},
                                           Place{"List", 3 * 65536 + 5, true}),
                         [](const auto& info) { return info.param.name; });

// Or the test would prove nothing: without sums, damage is served, and seen.
TEST(UncheckedContentTest, ServesDamage) {
  std::string bytes = DistinctBytes(3 * 65536 + 5);
  StorageFixture storage;
  Object object = *storage.Write("a", bytes);
  auto forget = [](db::Session& session) {
    return session.Execute("UPDATE pieces SET crc32c = NULL, blocks = NULL").status();
  };
  ASSERT_EQ(storage.temp_database->Write(forget), absl::OkStatus());
  Damage(storage, object, 70'000);
  absl::Status error;
  EXPECT_NE(Served(storage, "a", {0, object.size}, error), bytes);
}

}  // namespace
}  // namespace triad::storage

// Objects made of others: what they are the same as, and what they cost.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "runtime/base/sha256.h"
#include "runtime/base/testing/seed.h"
#include "services/storage/compose/hash_completer.h"
#include "services/storage/compose/object_composer.h"
#include "services/storage/rows/content/list_rows.h"
#include "services/storage/testing/recount.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ObjectName Name(const std::string& object) { return StorageFixture::Name(object); }

class ComposeTest : public ::testing::Test {
 protected:
  absl::StatusOr<Object> Compose(const std::vector<std::string>& sources,
                                 const std::string& target) {
    std::vector<ObjectSelection> selections;
    for (const std::string& source : sources) selections.push_back({.name = Name(source)});
    return storage_.composer->Compose(selections, StorageFixture::New(target));
  }
  absl::StatusOr<Object> Append(const std::string& object, std::int64_t expected_size,
                                const std::string& bytes) {
    absl::StatusOr<std::unique_ptr<ObjectAppend>> append =
        storage_.composer->BeginAppend({.name = Name(object)}, expected_size);
    if (!append.ok()) return append.status();
    absl::Status appended = (*append)->Append(bytes);
    if (!appended.ok()) return appended;
    return (*append)->Finish();
  }
  // The content, without asking for its hash.
  std::string Content(const std::string& object) {
    ObjectContent content = *storage_.objects->Open(Name(object));
    return *content.content->Read(256 << 20);
  }
  std::size_t PiecesOf(const Object& object) {
    if (!object.content.list.has_value()) return object.content.piece.has_value() ? 1 : 0;
    return db::Read(storage_.database,
                    [&](db::Session& session) {
                      return ListRows(session).From(*object.content.list, 0, 1'000'000);
                    })
        ->size();
  }

  StorageFixture storage_{{.inline_bytes = 1000}};
};

TEST_F(ComposeTest, JoinsInOrder) {
  ASSERT_TRUE(storage_.Write("a", "12345").ok());
  ASSERT_TRUE(storage_.Write("empty", "").ok());
  ASSERT_TRUE(storage_.Write("b", "6789012").ok());
  absl::StatusOr<Object> composed = Compose({"a", "empty", "b", "a"}, "c");
  ASSERT_EQ(composed.status(), absl::OkStatus());
  EXPECT_EQ(Content("c"),
            "123456789012"
            "12345");
  EXPECT_EQ(composed->size, 17);
  EXPECT_EQ(composed->crc32c, Crc32c::Of("12345678901212345"));
  EXPECT_EQ(composed->sha256, "");
  ASSERT_TRUE(storage_.editor->Delete({.name = Name("a")}).ok());
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_EQ(Content("c"), "12345678901212345");
}

TEST_F(ComposeTest, ASourceMayBeTheTarget) {
  ASSERT_TRUE(storage_.Write("a", "12").ok());
  ASSERT_TRUE(Compose({"a", "a"}, "a").ok());
  ASSERT_TRUE(Compose({"a", "a"}, "a").ok());
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_EQ(Content("a"), "12121212");
}

TEST_F(ComposeTest, RefusesOnConditionAndOverTheLimit) {
  Object a = *storage_.Write("a", "12");
  NewObject target = StorageFixture::New("c");
  ObjectSelection stale{.name = Name("a")};
  stale.condition.if_generation_match = a.generation + 1;
  EXPECT_TRUE(absl::IsFailedPrecondition(storage_.composer->Compose({stale}, target).status()));
  target.condition.if_generation_match = 7;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      storage_.composer->Compose({{.name = Name("a")}}, target).status()));
  EXPECT_TRUE(absl::IsNotFound(Compose({"a", "none"}, "c").status()));
  StorageFixture small({.max_object_bytes = 3});
  ASSERT_TRUE(small.Write("a", "12").ok());
  EXPECT_TRUE(absl::IsOutOfRange(
      small.composer->Compose({{.name = Name("a")}, {.name = Name("a")}}, StorageFixture::New("c"))
          .status()));
}

TEST_F(ComposeTest, LargePiecesStayWhereTheyAre) {
  std::string bytes(static_cast<std::size_t>(2 * kCutBytes), 'x');
  for (std::size_t i = 0; i < bytes.size(); i += 1000) bytes[i] = static_cast<char>(i / 1000);
  ASSERT_TRUE(storage_.Write("a", bytes).ok());
  EXPECT_THAT(storage_.files.Paths(), SizeIs(2));
  Object composed = *Compose({"a", "a", "a"}, "b");
  EXPECT_THAT(storage_.files.Paths(), SizeIs(2));
  EXPECT_EQ(PiecesOf(composed), 6u);
  EXPECT_TRUE(Content("b") == bytes + bytes + bytes);
  EXPECT_EQ(composed.crc32c, Crc32c::Of(bytes + bytes + bytes));
}

TEST_F(ComposeTest, AppendsAreSafeToRepeat) {
  ASSERT_TRUE(storage_.Write("a", "12").ok());
  ASSERT_TRUE(Append("a", 2, "345").ok());
  absl::Status again = Append("a", 2, "345").status();
  EXPECT_TRUE(absl::IsAborted(again));
  EXPECT_THAT(again.message(), HasSubstr("has 5 bytes, expected_size says 2"));
  EXPECT_EQ(Content("a"), "12345");
  EXPECT_TRUE(absl::IsNotFound(Append("none", 0, "x").status()));
}

TEST_F(ComposeTest, OfTwoAppendsAtOnceOneIsDone) {
  ASSERT_TRUE(storage_.Write("a", "12").ok());
  auto first = *storage_.composer->BeginAppend({.name = Name("a")}, 2);
  auto second = *storage_.composer->BeginAppend({.name = Name("a")}, 2);
  ASSERT_TRUE(first->Append("A").ok());
  ASSERT_TRUE(second->Append("B").ok());
  EXPECT_TRUE(second->Finish().ok());
  EXPECT_TRUE(absl::IsAborted(first->Finish().status()));
  EXPECT_EQ(Content("a"), "12B");
}

TEST_F(ComposeTest, AnAppendKeepsWhatIsKnownAboutTheObject) {
  NewObject made = StorageFixture::New("a");
  made.properties.metadata = {{"owner", "me"}};
  ASSERT_TRUE(storage_.Write(made, "12").ok());
  absl::StatusOr<Object> appended = Append("a", 2, "3");
  ASSERT_EQ(appended.status(), absl::OkStatus());
  EXPECT_EQ(appended->properties, made.properties);
  EXPECT_EQ(appended->content_type, "text/plain");
}

TEST_F(ComposeTest, ManyAppendsMakeFewPieces) {
  ASSERT_TRUE(storage_.Write("a", "").ok());
  std::string expected;
  std::mt19937 random(7);
  for (int i = 0; i < 400; ++i) {
    std::string bytes(1 + random() % 300, static_cast<char>('a' + i % 26));
    absl::StatusOr<Object> appended =
        Append("a", static_cast<std::int64_t>(expected.size()), bytes);
    ASSERT_EQ(appended.status(), absl::OkStatus());
    expected += bytes;
    ASSERT_LE(PiecesOf(*appended), 64u);
  }
  EXPECT_TRUE(Content("a") == expected);
  EXPECT_EQ(storage_.objects->Get(Name("a"))->crc32c, Crc32c::Of(expected));
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_TRUE(Content("a") == expected);
  ASSERT_TRUE(storage_.editor->Delete({.name = Name("a")}).ok());
  ASSERT_TRUE(storage_.sweeper->SweepGarbage().ok());
  EXPECT_THAT(storage_.files.Paths(), IsEmpty());
}

TEST_F(ComposeTest, TheHashIsComputedOnceItHasSettled) {
  ASSERT_TRUE(storage_.Write("a", "12").ok());
  ASSERT_TRUE(storage_.buckets->Update("bucket", {.versioning = Versioning::kOn}, {}).ok());
  Object older = *Append("a", 2, "345");
  ASSERT_TRUE(Append("a", 5, "6").ok());
  HashCompleter completer(*storage_.parts, *storage_.objects);
  ASSERT_TRUE(completer.Run().ok());
  EXPECT_EQ(storage_.objects->Get(Name("a"))->sha256, "");
  storage_.clock.Advance(absl::Minutes(1));
  ASSERT_TRUE(completer.Run().ok());
  EXPECT_EQ(storage_.objects->Get(Name("a"))->sha256, Sha256::Of("123456").hex());
  EXPECT_EQ(storage_.objects->Get(Name("a"), older.generation)->sha256, Sha256::Of("12345").hex());
}

// The same bytes in any number of pieces of any sizes, written in each of the ways.
class SameBytesTest : public ComposeTest {
 protected:
  SameBytesTest() : seed_(Seed()), random_(seed_) {}

  std::size_t Below(std::size_t end) { return random_() % end; }
  // Where one cut ends and the next begins, and the end.
  std::vector<std::size_t> Cuts(std::size_t size) {
    std::vector<std::size_t> cuts;
    std::size_t most = std::size_t{1} << (1 + Below(18));
    for (std::size_t at = 0; at < size;) {
      at += std::min(size - at, 1 + Below(std::max(most, size / 100)));
      cuts.push_back(at);
    }
    return cuts;
  }
  std::vector<std::string> Cut(const std::string& bytes) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t until : Cuts(bytes.size())) {
      parts.push_back(bytes.substr(from, until - from));
      from = until;
    }
    return parts;
  }
  void PutInParts(const std::string& bytes) {
    Upload made;
    made.name = Name("in parts");
    UploadName upload{made.name, storage_.uploads->Create(made)->id};
    std::vector<std::string> parts = Cut(bytes);
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random_);
    std::vector<ChosenPart> chosen;
    for (std::size_t i : order) {
      auto number = static_cast<std::int64_t>(2 * i + 1);
      if (Below(4) == 0) PutPart(upload, number, "another content");
      PutPart(upload, number, parts[i]);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      chosen.push_back({static_cast<std::int64_t>(2 * i + 1), ""});
    }
    ASSERT_EQ(storage_.uploads->Complete(upload, chosen, {}).status(), absl::OkStatus());
  }
  void PutPart(const UploadName& upload, std::int64_t number, const std::string& bytes) {
    auto part = *storage_.uploads->BeginPart(upload, number);
    ASSERT_EQ(part->Append(bytes), absl::OkStatus());
    ASSERT_EQ(part->Finish().status(), absl::OkStatus());
  }
  void PutByAppends(const std::string& bytes) {
    ASSERT_TRUE(storage_.Write("appended", "").ok());
    std::int64_t size = 0;
    for (const std::string& part : Cut(bytes)) {
      ASSERT_EQ(Append("appended", size, part).status(), absl::OkStatus());
      size += static_cast<std::int64_t>(part.size());
    }
  }
  void PutByCompose(const std::string& bytes) {
    std::vector<std::string> sources;
    for (const std::string& part : Cut(bytes)) {
      sources.push_back(absl::StrCat("part", sources.size()));
      ASSERT_TRUE(storage_.Write(sources.back(), part).ok());
    }
    ASSERT_EQ(Compose(sources, "composed").status(), absl::OkStatus());
  }

  const std::uint32_t seed_;
  std::mt19937 random_;
};

TEST_F(SameBytesTest, TheWayToThemDoesNotMatter) {
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed_));
  HashCompleter completer(*storage_.parts, *storage_.objects);
  for (int round = 0; round < 8; ++round) {
    std::string bytes(1 + Below(round == 0 ? 2000 : 400'000), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random_());
    Object whole = *storage_.Write("whole", bytes);
    ASSERT_NO_FATAL_FAILURE(PutInParts(bytes));
    ASSERT_NO_FATAL_FAILURE(PutByAppends(bytes));
    ASSERT_NO_FATAL_FAILURE(PutByCompose(bytes));
    storage_.clock.Advance(absl::Minutes(1));
    ASSERT_TRUE(completer.Run().ok());
    EXPECT_EQ(whole.sha256, Sha256::Of(bytes).hex());
    EXPECT_EQ(whole.crc32c, Crc32c::Of(bytes));
    for (const char* name : {"in parts", "appended", "composed"}) {
      Object object = *storage_.objects->Get(Name(name));
      EXPECT_EQ(object.size, whole.size) << name;
      EXPECT_EQ(object.crc32c, whole.crc32c) << name;
      EXPECT_EQ(object.sha256, whole.sha256) << name;
      EXPECT_TRUE(Content(name) == bytes) << name;
    }
    EXPECT_THAT(CountProblems(storage_), IsEmpty());
  }
}

}  // namespace
}  // namespace triad::storage

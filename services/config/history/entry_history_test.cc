#include "services/config/history/entry_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/history/compactor.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Delete;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::StoreFixture;
using testing::Undelete;

// "3 x", "2 deleted", …
std::vector<std::string> Words(const VersionPage& page) {
  std::vector<std::string> words;
  for (const Entry& version : page.versions) {
    words.push_back(absl::StrCat(version.version, " ",
                                 version.deleted ? "deleted" : FormatValue(version.value)));
  }
  return words;
}

// K at revisions 1, 3 (deleted), 4 and 5, another at 2.
void Fill(StoreFixture& fixture) {
  ASSERT_TRUE(fixture.store().Write(Put("K", std::string("a"))).ok());
  ASSERT_TRUE(fixture.store().Write(Put("other", true)).ok());
  ASSERT_TRUE(fixture.store().Write(Delete("K")).ok());
  ASSERT_TRUE(fixture.store().Write(Undelete("K")).ok());
  ASSERT_TRUE(fixture.store().Write(Put("K", std::string("b"))).ok());
}

TEST(EntryHistoryTest, ListsTheNewestFirstPageByPage) {
  StoreFixture fixture;
  Fill(fixture);
  auto first = fixture.history().List({.name = Name("K"), .limit = 3});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_THAT(Words(*first), ElementsAre("4 b", "3 a", "2 deleted"));
  EXPECT_TRUE(first->more);
  EXPECT_EQ(first->revision, Revision{5});
  auto last = fixture.history().List({.name = Name("K"), .below = 2, .limit = 3});
  EXPECT_THAT(Words(*last), ElementsAre("1 a"));
  EXPECT_FALSE(last->more);
  EXPECT_TRUE(absl::IsNotFound(fixture.history().List({.name = Name("never")}).status()));
}

TEST(EntryHistoryTest, APageOfLargeValuesEndsEarly) {
  StoreFixture fixture({.store = {.page_bytes = 1000}});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(fixture.store().Write(Put("K", std::string(400, 'x'))).ok());
  }
  auto page = fixture.history().List({.name = Name("K")});
  EXPECT_EQ(page->versions.size(), 2u);
  EXPECT_TRUE(page->more);
}

TEST(EntryHistoryTest, SecretsAreMasked) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(PutSecret("S", std::string("hidden"))).ok());
  EXPECT_THAT(Words(*fixture.history().List({.name = Name("S")})), ElementsAre("1 ********"));
  EXPECT_EQ(fixture.history().GetVersion(Name("S"), 1)->value, Value(std::string(kMask)));
}

TEST(EntryHistoryTest, ReadsAVersion) {
  StoreFixture fixture;
  Fill(fixture);
  auto first = fixture.history().GetVersion(Name("K"), 1);
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->value, Value(std::string("a")));
  EXPECT_EQ(first->revision, Revision{1});
  absl::Status deleted = fixture.history().GetVersion(Name("K"), 2).status();
  EXPECT_EQ(deleted, absl::NotFoundError("namespaces/app/entries/K was deleted at version 2"));
  absl::Status absent = fixture.history().GetVersion(Name("K"), 9).status();
  EXPECT_EQ(absent, absl::NotFoundError("namespaces/app/entries/K has no version 9"));
}

TEST(EntryHistoryTest, ReadsTheStateAtARevision) {
  StoreFixture fixture;
  Fill(fixture);
  for (int revision : {1, 2}) {
    EXPECT_EQ(fixture.history().GetAt(Name("K"), Revision{revision})->version, 1) << revision;
  }
  EXPECT_TRUE(absl::IsNotFound(fixture.history().GetAt(Name("K"), Revision{3}).status()));
  EXPECT_EQ(fixture.history().GetAt(Name("K"), Revision{4})->version, 3);
  EXPECT_EQ(fixture.history().GetAt(Name("K"), Revision{5})->version, 4);
  EXPECT_TRUE(absl::IsNotFound(fixture.history().GetAt(Name("other"), Revision{1}).status()));
  absl::Status later = fixture.history().GetAt(Name("K"), Revision{6}).status();
  EXPECT_TRUE(absl::IsOutOfRange(later));
  EXPECT_THAT(std::string(later.message()), HasSubstr("the newest is 5"));
}

TEST(EntryHistoryTest, WhatIsCompactedIsOutOfRange) {
  StoreFixture fixture;
  Fill(fixture);
  fixture.clock().Advance(absl::Hours(2));
  ASSERT_TRUE(
      CompactOnce(*fixture.database(), fixture.clock().Now(), {.retention = absl::Hours(1)}).ok());
  absl::Status older = fixture.history().GetAt(Name("K"), Revision{4}).status();
  EXPECT_TRUE(absl::IsOutOfRange(older));
  EXPECT_THAT(std::string(older.message()), HasSubstr("lies before 5"));
  EXPECT_EQ(fixture.history().GetAt(Name("K"), Revision{5})->version, 4);
  EXPECT_TRUE(absl::IsNotFound(fixture.history().GetVersion(Name("K"), 1).status()));
}

}  // namespace
}  // namespace triad::config

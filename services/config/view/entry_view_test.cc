#include "services/config/view/entry_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Delete;
using ::testing::ElementsAre;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using testing::ReadDirectory;
using testing::StoreFixture;

ListQuery All() { return {.filter = {"app", ""}}; }

// What the view itself says, without the database.
std::vector<std::string> InMemory(StoreFixture& fixture) {
  std::vector<std::string> found;
  auto listed = fixture.view().List(All(), 1 << 20);
  if (!listed.has_value()) return {"not complete"};
  EXPECT_TRUE(listed->ok()) << listed->status();
  for (const Entry& entry : (*listed)->page.entries) {
    found.push_back(absl::StrCat(entry.name.key, "=", FormatValue(entry.value)));
  }
  return found;
}

TEST(EntryViewTest, HasTheSameAfterARestart) {
  StoreFixture fixture;
  ASSERT_TRUE(fixture.store().Write(Put("a", std::string())).ok());
  ASSERT_TRUE(fixture.store().Write(Put("b", std::int64_t{1})).ok());
  ASSERT_TRUE(fixture.store().Write(Put("b", std::int64_t{2})).ok());
  ASSERT_TRUE(fixture.store().Write(Put("c", true)).ok());
  ASSERT_TRUE(fixture.store().Write(Delete("c")).ok());
  ASSERT_TRUE(fixture.store().Write(PutSecret("s", std::string("hidden"))).ok());
  EXPECT_THAT(InMemory(fixture), ElementsAre("a=", "b=2", "s=********"));
  EXPECT_EQ(fixture.view().Count("app"), 3);
  fixture.Restart();
  EXPECT_THAT(InMemory(fixture), ElementsAre("a=", "b=2", "s=********"));
  EXPECT_EQ(fixture.view().Count("app"), 3);
  EXPECT_EQ(fixture.view().Find({Name("a")})->front().revision, Revision{6});
}

TEST(EntryViewTest, ALargeValueComesFromTheDatabase) {
  StoreFixture fixture({.view = {.max_value_bytes = 10}});
  std::string large(11, 'x');
  ASSERT_TRUE(fixture.store().Write(Put("large", large)).ok());
  ASSERT_TRUE(fixture.store().Write(Put("small", std::string(10, 'y'))).ok());
  for (bool restarted : {false, true}) {
    if (restarted) fixture.Restart();
    EXPECT_FALSE(fixture.store().TryGet(Name("large")).has_value());
    EXPECT_TRUE(fixture.store().TryGet(Name("small")).has_value());
    EXPECT_EQ(fixture.store().Get(Name("large"))->value, Value(large));
    EXPECT_FALSE(fixture.store().TryList(All()).has_value());
    EXPECT_EQ(fixture.store().List(All())->entries.front().value, Value(large));
    ListQuery keys = All();
    keys.with_values = false;
    EXPECT_TRUE(fixture.store().TryList(keys).has_value());
  }
}

TEST(EntryViewTest, BeyondItsBytesTheDatabaseAnswers) {
  StoreFixture fixture({.view = {.max_bytes = 2000}});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(fixture.store().Write(Put(absl::StrCat("k", i), std::string(100, 'x'))).ok());
  }
  for (bool restarted : {false, true}) {
    if (restarted) fixture.Restart();
    EXPECT_THAT(InMemory(fixture), ElementsAre("not complete"));
    EXPECT_EQ(fixture.store().List(All())->entries.size(), 100u);
    EXPECT_EQ(fixture.store().Get(Name("k7"))->value, Value(std::string(100, 'x')));
    EXPECT_EQ(fixture.namespaces().Get("app")->entries, 100);
  }
}

TEST(EntryViewTest, CountsUpToWhatItLooksAt) {
  StoreFixture fixture;
  constexpr int kKeys = 10'050;
  for (int i = 0; i < kKeys; i += 1000) {
    std::vector<EntryWrite> writes;
    for (int j = i; j < std::min(i + 1000, kKeys); ++j) {
      writes.push_back(Put(absl::StrCat("dir/", j), true));
    }
    ASSERT_TRUE(fixture.store().Commit(writes).ok());
  }
  ListQuery query = All();
  query.delimiter = "/";
  auto page = fixture.store().List(query);
  ASSERT_EQ(page->groups.size(), 1u);
  EXPECT_EQ(page->groups.front().count, 10'000);
  EXPECT_TRUE(page->groups.front().at_least);
  ASSERT_TRUE(page->more);
  query.after = page->after;
  page = fixture.store().List(query);
  EXPECT_TRUE(page->groups.empty());
  EXPECT_FALSE(page->more);
  // A search that finds nothing ends its page, too.
  query = All();
  query.search = "none";
  page = fixture.store().List(query);
  EXPECT_TRUE(page->entries.empty());
  EXPECT_TRUE(page->more);
}

}  // namespace
}  // namespace triad::config

#include "services/config/references/references.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/model/entry_name.h"
#include "services/config/references/reference_resolver.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::PutSecret;

class ReferencesTest : public ::testing::Test {
 protected:
  static std::string To(absl::string_view key) {
    return absl::StrCat("${namespaces/app/entries/", key, "}");
  }
  Revision Write(EntryWrite write) {
    absl::StatusOr<Entry> written = fixture_.store().Write(write);
    EXPECT_TRUE(written.ok()) << written.status();
    return written.ok() ? written->revision : Revision{};
  }
  absl::StatusOr<Value> Resolve(absl::string_view key) {
    absl::StatusOr<Entry> entry = fixture_.store().Get(Name(key));
    if (!entry.ok()) return entry.status();
    std::vector<Entry> entries = {*std::move(entry)};
    absl::Status resolved = fixture_.references().Resolve(entries, entries.front().read_revision);
    if (!resolved.ok()) return resolved;
    EXPECT_EQ(entries.front().etag, "");
    return entries.front().value;
  }
  std::string WhyNot(absl::string_view key) {
    absl::StatusOr<Value> resolved = Resolve(key);
    EXPECT_EQ(resolved.status().code(), absl::StatusCode::kFailedPrecondition);
    return std::string(resolved.status().message());
  }
  std::vector<std::string> Revealed() {
    std::vector<std::string> resources;
    audit::Filter filter;
    filter.method = "reveal";
    absl::StatusOr<audit::Page> page = fixture_.audit().List(filter, 0, 100);
    EXPECT_TRUE(page.ok()) << page.status();
    for (const audit::Line& line : page->lines) resources.push_back(line.resource);
    return resources;
  }

  testing::StoreFixture fixture_;
};

TEST_F(ReferencesTest, ReplacesByTheTextOfAValueOfAnyKind) {
  Write(Put("host", std::string("db")));
  Write(Put("port", std::int64_t{5432}));
  Write(Put("ratio", 0.5));
  Write(Put("on", true));
  Write(Put("doc", Json{R"({"a": 1})"}));
  Write(Put("all", absl::StrCat(To("host"), ":", To("port"), " ", To("ratio"), " ", To("on"), " ",
                                To("doc"))));
  absl::StatusOr<Value> resolved = Resolve("all");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, Value(std::string("db:5432 0.5 true {\"a\": 1}")));
}

TEST_F(ReferencesTest, FollowsReferencesInWhatItPutsIn) {
  Write(Put("host", std::string("db")));
  Write(Put("url", absl::StrCat("pg://", To("host"))));
  Write(Put("conf", Json{absl::StrCat(R"({"url":")", To("url"), R"("})")}));
  absl::StatusOr<Value> resolved = Resolve("conf");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, Value(Json{R"({"url":"pg://db"})"}));
}

TEST_F(ReferencesTest, MasksSecrets) {
  Write(PutSecret("password", std::string("hunter2")));
  Write(Put("url", absl::StrCat("pg://u:", To("password"), "@db")));
  absl::StatusOr<Value> resolved = Resolve("url");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, Value(std::string("pg://u:********@db")));
}

TEST_F(ReferencesTest, RevealingOpensSecretsAndTellsEach) {
  Write(PutSecret("password", std::string("hunter2")));
  Write(PutSecret("login", absl::StrCat("u:", To("password"))));
  Write(Put("url", absl::StrCat("pg://", To("login"), "@db?", To("password"))));
  absl::StatusOr<Entry> entry = fixture_.revealer().Reveal(Name("url"), std::nullopt, true);
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->value, Value(std::string("pg://u:hunter2@db?hunter2")));
  EXPECT_THAT(Revealed(),
              ElementsAre("namespaces/app/entries/password@1", "namespaces/app/entries/login@1",
                          "namespaces/app/entries/url@1"));
}

TEST_F(ReferencesTest, RevealingWithoutResolvingLeavesReferences) {
  Write(Put("url", To("password")));
  absl::StatusOr<Entry> entry = fixture_.revealer().Reveal(Name("url"), std::nullopt);
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->value, Value(To("password")));
}

TEST_F(ReferencesTest, ReadsAllAtTheRevisionOfTheEntries) {
  Write(Put("host", std::string("old")));
  Write(Put("url", To("host")));
  absl::StatusOr<Entry> read = fixture_.store().Get(Name("url"));
  ASSERT_TRUE(read.ok()) << read.status();
  Write(Put("host", std::string("new")));
  std::vector<Entry> entries = {*read};
  ASSERT_TRUE(fixture_.references().Resolve(entries, read->read_revision).ok());
  EXPECT_EQ(entries.front().value, Value(std::string("old")));
}

TEST_F(ReferencesTest, NamesACircle) {
  Write(Put("a", To("b")));
  Write(Put("b", To("c")));
  Write(Put("c", To("a")));
  EXPECT_EQ(WhyNot("a"),
            "references go in a circle: namespaces/app/entries/a -> namespaces/app/entries/b -> "
            "namespaces/app/entries/c -> namespaces/app/entries/a");
  Write(Put("self", To("self")));
  EXPECT_THAT(WhyNot("self"), HasSubstr("circle: namespaces/app/entries/self -> "));
}

TEST_F(ReferencesTest, NamesTheEntryWhoseReferenceIsWrong) {
  Write(Put("a", To("b")));
  Write(Put("b", To("absent")));
  EXPECT_EQ(WhyNot("a"),
            "namespaces/app/entries/b has a reference to "
            "namespaces/app/entries/absent, which does not exist");
  Write(Put("b", std::string("${namespaces/app/entries/")));
  EXPECT_THAT(WhyNot("a"), HasSubstr("namespaces/app/entries/b has a reference that is not ${"));
}

TEST_F(ReferencesTest, BoundsHowFarReferencesLead) {
  for (int i = 0; i < 18; ++i) Write(Put(absl::StrCat("k", i), To(absl::StrCat("k", i + 1))));
  Write(Put("k18", std::string("end")));
  EXPECT_THAT(WhyNot("k0"), HasSubstr("more than 16 times"));
  absl::StatusOr<Value> resolved = Resolve("k2");
  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(*resolved, Value(std::string("end")));
}

TEST_F(ReferencesTest, BoundsWhatIsPutIn) {
  Write(Put("k0", std::string(1000, 'x')));
  for (int i = 1; i < 8; ++i) {
    std::string ten;
    for (int j = 0; j < 10; ++j) ten += To(absl::StrCat("k", i - 1));
    Write(Put(absl::StrCat("k", i), std::move(ten)));
  }
  EXPECT_EQ(std::get<std::string>(*Resolve("k3")).size(), 1'000'000);
  EXPECT_THAT(WhyNot("k7"), HasSubstr("longer than 4194304 bytes"));
}

TEST_F(ReferencesTest, BoundsHowManyEntriesAreLookedAt) {
  std::string many;
  for (int i = 0; i <= 1000; ++i) {
    std::string key = absl::StrCat("k", i);
    Write(Put(key, std::string("x")));
    many += To(key);
  }
  Write(Put("many", many));
  EXPECT_THAT(WhyNot("many"), HasSubstr("more than 1000 other entries"));
}

}  // namespace
}  // namespace triad::config

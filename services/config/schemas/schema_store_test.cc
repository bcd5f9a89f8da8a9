#include "services/config/schemas/schema_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/model/entry_name.h"
#include "services/config/testing/store_fixture.h"

namespace triad::config {
namespace {

using testing::Copy;
using testing::Delete;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Name;
using ::testing::Not;
using testing::Put;
using testing::PutSecret;
using testing::Undelete;

constexpr char kPort[] = R"({"type":"integer","minimum":1,"maximum":65535})";
constexpr char kServer[] =
    R"({"type":"object","required":["host"],"properties":{"host":{"type":"string"}}})";

StoredSchema Schema(absl::string_view name, absl::string_view pattern, absl::string_view text) {
  return {"app", std::string(name), std::string(pattern), std::string(text)};
}

class SchemaStoreTest : public ::testing::Test {
 protected:
  SchemaSettingResult Set(StoredSchema row, bool force = false, DryRun dry_run = DryRun::kNo) {
    absl::StatusOr<SchemaSettingResult> set =
        fixture_.schemas().Set({std::move(row), force, dry_run});
    EXPECT_TRUE(set.ok()) << set.status();
    return set.ok() ? *std::move(set) : SchemaSettingResult();
  }
  absl::Status Write(const EntryWrite& write) { return fixture_.store().Write(write).status(); }
  void MustWrite(const EntryWrite& write) {
    absl::Status written = Write(write);
    ASSERT_TRUE(written.ok()) << written;
  }
  static std::vector<std::string> Shown(const SchemaSettingResult& result) {
    std::vector<std::string> shown;
    for (const EntryViolation& one : result.violations) {
      shown.push_back(absl::StrCat(one.key, " ", one.pointer, " ", one.rule));
    }
    return shown;
  }
  std::string CountsFor(absl::string_view key) {
    absl::StatusOr<StoredSchema> row = fixture_.schemas().For(Name(key));
    return row.ok() ? row->name : std::string(absl::StatusCodeToString(row.status().code()));
  }

  testing::StoreFixture fixture_;
};

TEST_F(SchemaStoreTest, AValueThatDoesNotFitIsRefusedWithoutBeingTold) {
  Set(Schema("port", "*/port", kPort));
  MustWrite(Put("db/port", std::int64_t{5432}));
  absl::Status refused = Write(Put("db/port", std::int64_t{777'777}));
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(refused.message(),
            "entry.value: does not fit namespaces/app/schemas/port: maximum at its root");
  EXPECT_THAT(std::string(Write(Put("db/port", std::string("5432"))).message()),
              HasSubstr("type at its root"));
  MustWrite(Put("port", std::string("no schema describes it")));
}

TEST_F(SchemaStoreTest, AllKindsOfValuesAreLookedAtAsJson) {
  Set(Schema("any", "**", R"({"enum":["text",7,0.5,true,{"a":1}]})"));
  MustWrite(Put("a", std::string("text")));
  MustWrite(Put("a", std::int64_t{7}));
  MustWrite(Put("a", 0.5));
  MustWrite(Put("a", true));
  MustWrite(Put("a", Json{R"({ "a": 1.0 })"}));
  EXPECT_FALSE(Write(Put("a", std::string("7"))).ok());
  EXPECT_FALSE(Write(Put("a", false)).ok());
}

TEST_F(SchemaStoreTest, NamesOfPropertiesThatTheSchemaDoesNotHaveAreNotTold) {
  Set(Schema("server", "**", R"({"additionalProperties":{"type":"integer"}})"));
  absl::Status refused = Write(Put("a", Json{R"({"hunter2":"x"})"}));
  EXPECT_EQ(refused.message(),
            "entry.value: does not fit namespaces/app/schemas/server: type at /*");
}

TEST_F(SchemaStoreTest, EveryKindOfWriteThatGivesAValueIsChecked) {
  MustWrite(Put("other", std::string("x")));
  MustWrite(Put("db/port", std::string("x")));
  MustWrite(Put("db/port", std::int64_t{1}));
  Set(Schema("port", "db/port", kPort));
  EXPECT_FALSE(Write(Copy("other", "db/port")).ok());
  EntryWrite restore{
      .name = Name("db/port"), .kind = EntryWrite::Kind::kRestore, .restored_version = 1};
  EXPECT_FALSE(Write(restore).ok());
  EntryWrite describe{.name = Name("db/port"), .description = "as it is"};
  MustWrite(describe);
  MustWrite(Delete("db/port"));
  MustWrite(Undelete("db/port"));
}

TEST_F(SchemaStoreTest, WhatIsThereAndDoesNotFitIsToldAndNeedsForce) {
  MustWrite(Put("db/port", std::int64_t{0}));
  MustWrite(Put("web/port", std::string("x")));
  MustWrite(Put("ok/port", std::int64_t{80}));
  MustWrite(Put("other", std::string("x")));
  SchemaSettingResult told = Set(Schema("port", "*/port", kPort));
  EXPECT_FALSE(told.schema.has_value());
  EXPECT_THAT(Shown(told), ElementsAre("db/port  minimum", "web/port  type"));
  EXPECT_EQ(CountsFor("db/port"), "NOT_FOUND");

  SchemaSettingResult forced = Set(Schema("port", "*/port", kPort), true);
  EXPECT_TRUE(forced.schema.has_value());
  EXPECT_THAT(Shown(forced), ElementsAre("db/port  minimum", "web/port  type"));
  // They stay, and what does not give them a value may be written.
  MustWrite({.name = Name("db/port"), .description = "still 0"});
  EXPECT_FALSE(Write(Put("db/port", std::int64_t{0})).ok());
}

TEST_F(SchemaStoreTest, ADryRunSetsNothing) {
  SchemaSettingResult result = Set(Schema("port", "*/port", kPort), false, DryRun::kYes);
  EXPECT_TRUE(result.schema.has_value());
  MustWrite(Put("db/port", std::string("x")));
}

TEST_F(SchemaStoreTest, ReportsAtMostAHundred) {
  for (int i = 0; i < 101; ++i) MustWrite(Put(absl::StrCat("k", i), std::string("x")));
  SchemaSettingResult told = Set(Schema("port", "**", kPort));
  EXPECT_EQ(told.violations.size(), 100);
  EXPECT_TRUE(told.more_violations);
}

TEST_F(SchemaStoreTest, SecretsAreCheckedWhenTheyAreWrittenAndInNoReport) {
  MustWrite(PutSecret("token", std::string("short")));
  SchemaSettingResult set = Set(Schema("token", "token", R"({"minLength":8})"));
  EXPECT_TRUE(set.schema.has_value());
  EXPECT_THAT(set.violations, IsEmpty());
  absl::Status refused = Write(PutSecret("token", std::string("s3cret")));
  EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("s3cret")));
  MustWrite(PutSecret("token", std::string("long enough")));
}

TEST_F(SchemaStoreTest, ThePatternThatSaysMostCounts) {
  Set(Schema("all", "**", "true"));
  Set(Schema("ports", "*/port", kPort));
  Set(Schema("web", "web/**", "true"));
  Set(Schema("also-all", "**", "true"));
  EXPECT_EQ(CountsFor("x"), "all");
  EXPECT_EQ(CountsFor("db/port"), "ports");
  EXPECT_EQ(CountsFor("web/port"), "ports");
  EXPECT_EQ(CountsFor("web/name"), "web");
  Set(Schema("web", "web/*ort", "true"));
  EXPECT_EQ(CountsFor("web/port"), "web");
  MustWrite(Put("web/port", std::string("another schema counts")));
}

TEST_F(SchemaStoreTest, AChangeCountsAtOnceAndOutlivesTheProcess) {
  Set(Schema("port", "port", kPort));
  EXPECT_FALSE(Write(Put("port", std::string("x"))).ok());
  Set(Schema("port", "port", R"({"type":"string"})"));
  MustWrite(Put("port", std::string("x")));
  fixture_.Restart();
  EXPECT_FALSE(Write(Put("port", std::int64_t{1})).ok());
  ASSERT_TRUE(fixture_.schemas().Delete({"app", "port"}, DryRun::kNo).ok());
  MustWrite(Put("port", std::int64_t{1}));
  EXPECT_EQ(fixture_.schemas().Delete({"app", "port"}, DryRun::kNo).code(),
            absl::StatusCode::kNotFound);
}

TEST_F(SchemaStoreTest, NoWriteSlipsByWhileASchemaIsSet) {
  for (int round = 0; round < 10; ++round) {
    absl::Status refused;
    std::thread writer([&] {
      while (refused.ok()) refused = Write(Put("port", std::string("x")));
    });
    EXPECT_TRUE(Set(Schema("port", "port", kPort), true).schema.has_value());
    absl::StatusOr<Entry> after = fixture_.store().Get(Name("port"));
    writer.join();
    EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument) << refused;
    absl::StatusOr<Entry> last = fixture_.store().Get(Name("port"));
    EXPECT_EQ(last.ok() ? last->version : 0, after.ok() ? after->version : 0);
    ASSERT_TRUE(fixture_.schemas().Delete({"app", "port"}, DryRun::kNo).ok());
  }
}

TEST_F(SchemaStoreTest, EndsWithItsNamespace) {
  Set(Schema("port", "port", kPort));
  ASSERT_TRUE(fixture_.namespaces().Delete("app", true, DryRun::kNo).ok());
  MustWrite(Put("port", std::string("x")));
  EXPECT_EQ(CountsFor("port"), "NOT_FOUND");
}

TEST_F(SchemaStoreTest, RefusesWhatIsNoSchemaAndTooMany) {
  for (const char* text : {"{", R"({"type":"integr"})", R"({"$ref":"#"})",
                           R"({"$ref":"http://example.com/s"})", R"j({"pattern":"(?=x)"})j"}) {
    absl::StatusOr<SchemaSettingResult> set =
        fixture_.schemas().Set({Schema("bad", "**", text), false, DryRun::kNo});
    EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(set.status().message()), HasSubstr("schema.json_schema: ")) << text;
  }
  for (int i = 0; i < 64; ++i) Set(Schema(absl::StrCat("s", i), "nothing", "true"));
  absl::StatusOr<SchemaSettingResult> set =
      fixture_.schemas().Set({Schema("one-more", "nothing", "true"), false, DryRun::kNo});
  EXPECT_THAT(std::string(set.status().message()), HasSubstr("64 schemas"));
  Set(Schema("s1", "another", "true"));
}

TEST_F(SchemaStoreTest, ListsInPages) {
  for (const char* name : {"b", "a", "c"}) Set(Schema(name, "x", kServer));
  absl::StatusOr<SchemaPage> page = fixture_.schemas().List("app", "", 2);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->schemas.size(), 2);
  EXPECT_EQ(page->schemas[0].name, "a");
  EXPECT_TRUE(page->more);
  page = fixture_.schemas().List("app", "b", 2);
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_EQ(page->schemas.size(), 1);
  EXPECT_EQ(page->schemas[0].json_schema, kServer);
  EXPECT_FALSE(page->more);
}

TEST(FullSchemaStoreTest, AnErrorIsNotTakenForEntriesThatDoNotFit) {
  testing::StoreFixture fixture({.max_pages = 200});
  ASSERT_TRUE(fixture.store().Write(Put("k", std::string("x"))).ok());
  std::string large =
      absl::StrCat(R"({"type":"integer","title":")", std::string(200'000, 'x'), "\"}");
  absl::Status last;
  // Each counts in the place of the one before, and the database has room for three or so.
  for (int i = 5; i > 0 && last.ok(); --i) {
    auto set = fixture.schemas().Set({Schema(absl::StrCat("s", i), "**", large), true});
    last = set.status();
    EXPECT_TRUE(!set.ok() || set->schema.has_value()) << i;
  }
  EXPECT_EQ(last.code(), absl::StatusCode::kResourceExhausted) << last;
}

}  // namespace
}  // namespace triad::config

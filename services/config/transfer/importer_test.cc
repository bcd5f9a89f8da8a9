// Imports and exports against a store.
#include "services/config/transfer/importer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/config/testing/store_fixture.h"
#include "services/config/transfer/exporter.h"

namespace triad::config {
namespace {

using testing::Delete;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Name;
using testing::Put;
using testing::PutSecret;
using ::testing::StartsWith;
using testing::StoreFixture;
using testing::StoreFixtureOptions;

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

absl::Status Wanted() { return absl::OkStatus(); }

class ImporterTest : public ::testing::Test {
 protected:
  explicit ImporterTest(StoreFixtureOptions options = {}) : fixture_(std::move(options)) {}

  absl::StatusOr<ImportResult> Import(const std::string& text, ImportRequest request = {},
                                      const EntryStore::Wanted& wanted = Wanted) {
    if (request.space.empty()) request.space = "app";
    std::unique_ptr<Upload> upload = importer_.Begin();
    absl::Status appended = upload->Append(text);
    if (!appended.ok()) return appended;
    return importer_.Import(request, *upload, wanted);
  }
  absl::StatusOr<std::string> Exported(ExportRequest request = {}, Revealer* revealer = nullptr) {
    if (request.filter.space.empty()) request.filter.space = "app";
    auto file = Export::Begin(fixture_.store(), revealer, std::move(request));
    if (!file.ok()) return file.status();
    for (std::string text;;) {
      auto piece = (*file)->Next();
      if (!piece.ok()) return piece.status();
      if (!piece->has_value()) return text;
      text += **piece;
    }
  }
  void Write(const EntryWrite& write) {
    auto written = fixture_.store().Write(write);
    ASSERT_TRUE(written.ok()) << written.status();
  }
  std::int64_t Version(absl::string_view key) {
    auto entry = fixture_.store().Get(Name(key));
    return entry.ok() ? entry->version : 0;
  }
  std::string Revealed(absl::string_view key) {
    auto entry = fixture_.revealer().Reveal(Name(key), std::nullopt);
    return entry.ok() ? FormatValue(entry->value) : std::string(entry.status().message());
  }
  // "added changed removed unchanged"
  static std::string Counted(const absl::StatusOr<ImportResult>& result) {
    if (!result.ok()) return result.status().ToString();
    const ImportCounts& counts = result->counts;
    return absl::StrCat(counts.added, " ", counts.changed, " ", counts.removed, " ",
                        counts.unchanged);
  }

  StoreFixture fixture_;
  Importer importer_{fixture_.store(),
                     fixture_.imports(),
                     fixture_.executor(),
                     {.max_value_bytes = 1000},
                     fixture_.setup().epoch};
};

TEST_F(ImporterTest, WritesAllAtOneRevision) {
  auto result = Import(R"({"entries": {"a": 1, "b": "text", "c": [true]}})");
  EXPECT_EQ(Counted(result), "3 0 0 0");
  for (const char* key : {"a", "b", "c"}) {
    EXPECT_EQ(fixture_.store().Get(Name(key))->revision, result->revision);
  }
}

TEST_F(ImporterTest, WritesOnlyWhatIsNotYetSo) {
  ASSERT_EQ(Counted(Import(R"({"entries": {"a": 1, "b": {"value": 2, "description": "d"}}})")),
            "2 0 0 0");
  auto again = Import(R"({"entries": {"a": 1, "b": 2, "c": 3}})");
  EXPECT_EQ(Counted(again), "1 0 0 2");
  auto same = Import(R"({"entries": {"a": 1, "b": 2, "c": 3}})");
  EXPECT_EQ(Counted(same), "0 0 0 3");
  EXPECT_EQ(same->revision, again->revision) << "nothing was written";
  EXPECT_EQ(fixture_.store().Get(Name("b"))->description, "d");
  EXPECT_EQ(Counted(Import(R"({"entries": {"a": 1.0}})")), "0 1 0 0") << "another type";
}

TEST_F(ImporterTest, AReplacementLeavesWhatTheFileSaysAndNothingElse) {
  Write(Put("gone", std::string("x")));
  Write(Delete("gone"));
  Write(Put("other", std::string("x")));
  Write({.name = Name("a"), .value = std::int64_t{1}, .description = "d", .labels = "k=v\n"});
  Write({.name = Name("elsewhere", "shop"), .value = std::int64_t{1}});
  auto result = Import(R"({"entries": {"a": 1, "b": 2}})", {.mode = ImportMode::kReplace});
  EXPECT_EQ(Counted(result), "1 1 1 0");
  EXPECT_EQ(*Exported(), "{\n  \"entries\": {\n    \"a\": 1,\n    \"b\": 2\n  }\n}\n");
  EXPECT_TRUE(fixture_.store().Get(Name("elsewhere", "shop")).ok());
  EXPECT_EQ(Counted(Import(R"({"entries": {}})", {.mode = ImportMode::kReplace})), "0 0 2 0");
}

TEST_F(ImporterTest, ADryRunTellsTheDifferencesAndWritesNothing) {
  Write(Put("a", std::string("old")));
  Write(Put("b", std::string("x")));
  Write(PutSecret("s", std::string("hunter2")));
  std::string before = *Exported();
  auto result =
      Import(R"({"entries": {"a": "new", "s": {"value": "better", "secret": true}, "c": 1}})",
             {.mode = ImportMode::kReplace, .dry_run = DryRun::kYes});
  ASSERT_EQ(Counted(result), "1 2 1 0");
  EXPECT_EQ(*Exported(), before);
  EXPECT_EQ(Revealed("s"), "hunter2");
  std::vector<std::string> told;
  for (const Difference& one : result->differences) {
    told.push_back(absl::StrCat(one.key, ": ", one.before ? FormatValue(one.before->value) : "",
                                " > ", one.after ? FormatValue(one.after->value) : ""));
  }
  EXPECT_THAT(told, ElementsAre("a: old > new", "b: x > ", "c:  > 1", "s: ******** > ********"));
  EXPECT_FALSE(result->more_differences);
}

TEST_F(ImporterTest, ADryRunTellsAThousandDifferencesInOrder) {
  std::string text = "{\"entries\": {\"x\": 1";
  for (int i = 0; i < 1200; ++i) absl::StrAppend(&text, ", \"k", 5000 - i, "\": 1");
  Write(Put("a", std::string("x")));
  auto result = Import(text + "}}", {.mode = ImportMode::kReplace, .dry_run = DryRun::kYes});
  ASSERT_EQ(Counted(result), "1201 0 1 0");
  ASSERT_EQ(result->differences.size(), Importer::kMaxDifferences);
  EXPECT_EQ(result->differences[0].key, "a");
  EXPECT_EQ(result->differences[1].key, "k3801");
  EXPECT_TRUE(result->more_differences);
}

TEST_F(ImporterTest, AMaskedSecretStaysAsItIs) {
  Write(PutSecret("s", std::string("hunter2")));
  for (const char* text :
       {R"({"entries": {"s": {"value": "********", "secret": true}}})",
        R"({"entries": {"s": {"secret": true}}})", R"({"entries": {"s": "********"}})"}) {
    EXPECT_EQ(Counted(Import(text)), "0 0 0 1") << text;
  }
  EXPECT_EQ(Counted(Import("s=********", {.format = FileFormat::kEnv})), "0 0 0 1");
  EXPECT_EQ(Counted(Import(R"({"entries": {"s": {"secret": true, "description": "new"}}})")),
            "0 1 0 0");
  EXPECT_EQ(Revealed("s"), "hunter2");
  EXPECT_EQ(fixture_.store().Get(Name("s"))->description, "new");
}

TEST_F(ImporterTest, AMaskedSecretThatIsNotThereIsRefused) {
  Write(Put("plain", std::string("x")));
  Write(PutSecret("gone", std::string("x")));
  Write(Delete("gone"));
  for (const char* key : {"s", "plain", "gone"}) {
    std::string text =
        absl::StrCat("{\"entries\": {\"a\": 1,\n\"", key, "\": {\"secret\": true}}}");
    absl::Status status = Import(text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(MessageOf(status),
                StartsWith(absl::StrCat("content: line 2, column 1: entry '", key,
                                        "' is a secret without its value")));
  }
  EXPECT_FALSE(Import("A=********", {.format = FileFormat::kEnv}).ok());
  EXPECT_EQ(Version("a"), 0) << "nothing was written";
  // Only in quotes it is a text.
  EXPECT_EQ(Counted(Import("A='********'", {.format = FileFormat::kEnv})), "1 0 0 0");
}

TEST_F(ImporterTest, AnImportedSecretCountsAsChanged) {
  Write(PutSecret("s", std::string("hunter2")));
  EXPECT_EQ(Counted(Import(R"({"entries": {"s": {"value": "hunter2", "secret": true}}})")),
            "0 1 0 0");
  EXPECT_EQ(Counted(Import(R"({"entries": {"s": "better"}})")), "0 1 0 0");
  EXPECT_EQ(Revealed("s"), "better");
  EXPECT_EQ(Version("s"), 3);
}

TEST_F(ImporterTest, WritesNothingOfAFileThatEndsMalformed) {
  std::int64_t head = fixture_.store().List({.filter = {"app", ""}})->revision.value;
  EXPECT_FALSE(Import(R"({"entries": {"a": 1, "b": 2})").ok());
  EXPECT_FALSE(Import("A=1\nB='", {.format = FileFormat::kEnv}).ok());
  EXPECT_EQ(fixture_.store().List({.filter = {"app", ""}})->revision.value, head);
}

TEST_F(ImporterTest, WritesNothingThatIsNoLongerWanted) {
  auto result = Import(R"({"entries": {"a": 1}})", {}, [] { return absl::CancelledError("gone"); });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(Version("a"), 0);
}

// Also of what is not said in the short form; secrets have to be revealed for it.
TEST_F(ImporterTest, WhatWasExportedIsTheSameWhereItIsImported) {
  Write({.name = Name("a"), .value = Value(1e300), .description = "yes\n #"});
  Write({.name = Name("b"), .value = Value(Json{"{ \"x\" : 1.0 }"}), .labels = "k=null\n"});
  Write({.name = Name("c"),
         .value = Value(true),
         .expiration = Expiration{.time = fixture_.clock().Now() + absl::Microseconds(5e12)}});
  Write(Put("d", std::string("********")));
  Write(PutSecret("e", std::int64_t{5}));
  Write({.name = Name("f"), .value = Value(std::string("x")), .secret = true, .labels = "k=\n"});
  for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml}) {
    auto exported = [&](const std::string& space) {
      return *Exported({.filter = {space, ""}, .format = format}, &fixture_.revealer());
    };
    std::string text = exported("app");
    ImportRequest elsewhere{.space = "elsewhere", .format = format, .mode = ImportMode::kReplace};
    auto result = Import(text, elsewhere);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(exported("elsewhere"), text);
    EXPECT_EQ(Counted(Import(*Exported({.filter = {"app", ""}, .format = format}), elsewhere)),
              "0 0 0 6")
        << "a masked export of the same";
  }
}

TEST_F(ImporterTest, NamesTheEntryThatEndsInThePast) {
  absl::Status status =
      Import("{\"entries\": {\n\"a\": {\"value\": 1, \"expire_time\": \"2001-01-01T00:00:00Z\"}}}")
          .status();
  EXPECT_THAT(MessageOf(status),
              StartsWith("content: line 2, column 1: entry 'a' cannot be written: "));
}

TEST_F(ImporterTest, IsOneLineInTheAuditLog) {
  ASSERT_TRUE(Import(R"({"entries": {"a": 1, "b": 2}})").ok());
  auto page = fixture_.audit().List({}, 0, 1);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->lines[0].resource, "namespaces/app");
  EXPECT_EQ(page->lines[0].count, 2);
}

TEST_F(ImporterTest, AnExportIsOfOneRevision) {
  for (int i = 0; i < 500; ++i) Write(Put(absl::StrCat("k", 1000 + i), std::int64_t{1}));
  ExportRequest request;
  request.filter.space = "app";
  std::string before = *Exported();
  auto file = Export::Begin(fixture_.store(), nullptr, std::move(request));
  ASSERT_TRUE(file.ok()) << file.status();
  std::string text;
  for (auto piece = (*file)->Next(); piece.ok() && piece->has_value(); piece = (*file)->Next()) {
    text += **piece;
    Write(Put(absl::StrCat("k", 1499), static_cast<std::int64_t>(text.size())));
  }
  EXPECT_EQ(text, before);
}

TEST_F(ImporterTest, AnExportCanBeOfAnEarlierRevisionAndAPart) {
  Write({.name = Name("a/x"), .value = std::int64_t{1}, .labels = "env=prod\n"});
  Write({.name = Name("a/y"), .value = std::int64_t{1}});
  Revision at = fixture_.store().Get(Name("a/y"))->revision;
  Write(Put("a/x", std::int64_t{2}));
  EXPECT_THAT(*Exported({.filter = {"app", "a/"}, .at = at}), HasSubstr("\"a/y\": 1"));
  ExportRequest prod{.filter = {"app", ""}, .format = FileFormat::kYaml, .at = at};
  prod.labels = *LabelSelector::Parse("labels", "env=prod");
  EXPECT_EQ(*Exported(std::move(prod)),
            "entries:\n  a/x:\n    value: 1\n    labels:\n      env: prod\n");
  EXPECT_EQ(Exported({.filter = {"app", ""}, .at = Revision{1000}}).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST_F(ImporterTest, AnExportOfADestroyedValueNamesIt) {
  Write(Put("a", std::string("leaked")));
  Revision leaked = fixture_.store().Get(Name("a"))->revision;
  auto destroyed =
      fixture_.destroyer().Destroy({Name("a"), {1}, Value(std::string("new"))}, DryRun::kNo);
  ASSERT_TRUE(destroyed.ok()) << destroyed.status();
  absl::Status status = Exported({.filter = {"app", ""}, .at = leaked}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), StartsWith("namespaces/app/entries/a has no value"));
  EXPECT_TRUE(Exported().ok());
}

TEST_F(ImporterTest, ARevealedExportHasALineForEachSecret) {
  Write(PutSecret("s", std::string("hunter2")));
  Write(PutSecret("t", std::int64_t{5}));
  Write(Put("u", std::string("x")));
  EXPECT_EQ(*Exported({.filter = {"app", ""}, .format = FileFormat::kYaml}, &fixture_.revealer()),
            "entries:\n  s:\n    value: hunter2\n    secret: true\n  t:\n    value: 5\n"
            "    secret: true\n  u: x\n");
  auto page = fixture_.audit().List({}, 0, 2);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->lines[0].resource, "namespaces/app/entries/t@1");
  EXPECT_EQ(page->lines[1].resource, "namespaces/app/entries/s@1");
}

TEST_F(ImporterTest, AnExportAsEnvNamesWhatIsNoString) {
  Write(Put("a", std::string("x")));
  Write(Put("b", std::int64_t{1}));
  Write(PutSecret("s", std::int64_t{1}));
  ExportRequest env{.filter = {"app", ""}, .format = FileFormat::kEnv};
  absl::Status status = Exported(env).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(MessageOf(status), StartsWith("namespaces/app/entries/b is no string"));
  Write(Delete("b"));
  EXPECT_EQ(*Exported(env), "a=x\ns=********\n") << "a masked secret has no type";
}

// Of what every upload holds.
class ImporterMemoryTest : public ImporterTest {
 protected:
  ImporterMemoryTest() : ImporterTest({.import_bytes = 4000}) {}
};

TEST_F(ImporterMemoryTest, AFileThatTakesMoreThanThereIsIsRefused) {
  absl::Status status = Import(std::string(5000, ' ')).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kOutOfRange);
  std::string many = "{\"entries\": {\"x\": 1";
  for (int i = 0; i < 20; ++i) absl::StrAppend(&many, ", \"k", i, "\": 1");
  EXPECT_EQ(Import(many + "}}").status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(fixture_.imports().used(), 0u);
  EXPECT_TRUE(Import(R"({"entries": {"a": 1}})").ok());
}

TEST_F(ImporterMemoryTest, WhatAReplacementDeletesCounts) {
  for (int i = 0; i < 10; ++i) Write(Put(absl::StrCat("k", i), std::string("x")));
  EXPECT_EQ(Import(R"({"entries": {}})", {.mode = ImportMode::kReplace}).status().code(),
            absl::StatusCode::kOutOfRange);
  EXPECT_EQ(Version("k0"), 1);
}

TEST_F(ImporterMemoryTest, OthersAreToldToTryAgain) {
  std::unique_ptr<Upload> first = importer_.Begin();
  ASSERT_TRUE(first->Append(std::string(3000, ' ')).ok());
  EXPECT_EQ(Import(std::string(2000, ' ')).status().code(), absl::StatusCode::kUnavailable);
  first.reset();
  EXPECT_EQ(fixture_.imports().used(), 0u);
}

class ImporterLimitTest : public ImporterTest {
 protected:
  ImporterLimitTest() : ImporterTest({.writer = {.transaction_entries = 1, .import_entries = 3}}) {}
};

TEST_F(ImporterLimitTest, RefusesToWriteMoreThanAnImportMay) {
  ASSERT_EQ(Counted(Import(R"({"entries": {"a": 1, "b": 2, "c": 3}})")), "3 0 0 0");
  EXPECT_FALSE(Import(R"({"entries": {"a": 1, "b": 2, "c": 3, "d": 4}})").ok());
  absl::Status status =
      Import(R"({"entries": {"d": 1, "e": 2, "f": 3}})", {.mode = ImportMode::kReplace}).status();
  EXPECT_THAT(MessageOf(status), HasSubstr("over 3 entries (--import_entries)"));
  EXPECT_EQ(Version("d"), 0);
}

}  // namespace
}  // namespace triad::config

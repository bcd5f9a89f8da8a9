// Files of entries: what is written is read back, and what is malformed is refused where it is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "runtime/base/resources/labels.h"
#include "runtime/base/testing/seed.h"
#include "services/config/transfer/formats/file_reader.h"
#include "services/config/transfer/formats/file_writer.h"

namespace triad::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Hands the text out in pieces of so many bytes.
ByteSource SourceOf(const std::string& text, std::size_t piece = 1 << 20) {
  return [&text, piece, at = std::size_t{0}](char* buffer, std::size_t size) mutable {
    std::size_t count = text.copy(buffer, std::min(size, piece), at);
    at += count;
    return count;
  };
}

absl::StatusOr<FileEntries> Read(FileFormat format, const std::string& text, FileLimits limits = {},
                                 std::size_t piece = 1 << 20) {
  return ReadFile(format, SourceOf(text, piece), limits,
                  [](std::size_t) { return absl::OkStatus(); });
}

absl::StatusOr<std::string> Write(FileFormat format, const std::vector<Entry>& entries) {
  std::unique_ptr<FileWriter> writer = NewFileWriter(format);
  std::string text = writer->Begin();
  for (const Entry& entry : entries) {
    absl::StatusOr<std::string> piece = writer->Add(entry);
    if (!piece.ok()) return std::move(piece).status();
    text += *piece;
  }
  return text + writer->End();
}

std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }

Entry EntryOf(std::string key, Value value) {
  Entry entry;
  entry.name = {"shop", std::move(key)};
  entry.value = std::move(value);
  return entry;
}

// What a file says of an entry, in words.
std::string Said(const std::string& key, const std::optional<Value>& value, bool secret,
                 const std::string& description, const std::string& labels,
                 std::optional<absl::Time> end) {
  std::string said = absl::StrCat(key, secret ? " secret " : " ");
  if (value.has_value()) {
    absl::StrAppend(&said, static_cast<std::int64_t>(KindOf(*value)), ":", FormatValue(*value));
  }
  return absl::StrCat(said, " ", description, " ", labels, " ",
                      end.has_value() ? absl::ToUnixMicros(*end) : 0);
}
std::string Said(const Entry& entry) {
  bool masked = entry.secret && entry.value == Value(std::string(kMask));
  return Said(entry.name.key, masked ? std::nullopt : std::optional<Value>(entry.value),
              entry.secret, entry.description, entry.labels, entry.expire_time);
}
std::string Said(const FileEntry& entry) {
  FileEntry::More nothing;
  const FileEntry::More& more = entry.more != nullptr ? *entry.more : nothing;
  return Said(entry.key, entry.value, entry.secret, more.description.value_or(""),
              more.labels.value_or(""), more.expire_time);
}

// Texts that a format may read as something else than they are.
const char* const kNasty[] = {
    "",         " ",       "  leading",    "trailing ",  "yes",        "No",      "on",
    "null",     "~",       "NULL",         "true",       "False",      "0x10",    "0o17",
    "1_000",    "012",     "1e3",          ".5",         "5.",         "+1",      "-0",
    ".inf",     "-.INF",   ".nan",         "2026-01-01", "12:30:45",   "=",       "<<",
    "a: b",     "a:",      ": a",          "a #b",       "#",          "# no",    "- a",
    "-",        "---",     "...",          "? a",        "[",          "{a: 1}",  "]",
    "*alias",   "&anchor", "!tag",         "%dir",       "@at",        "`tick`",  "|",
    ">",        "'",       "\"",           "it's",       "say \"hi\"", "a\nb",    "\n",
    "\n\n",     "a\n\n b", "\r",           "a\r\nb",     "\t",         "a\tb",    "\x01",
    "\x7f",     "\\",      "\\n",          "a\\",        "$HOME",      "${x}",    "a=b",
    "********", "\u00e9",  "\u4f60\u597d", "\U0001F600", "\u0085",     "\u2028",  "\ufeff",
    "\u00a0",   "export",  "export A=1",   "//",         "/* */",      "\\u0041", "y",
};

class FileFormatTest : public ::testing::Test {
 protected:
  FileFormatTest() : seed_(Seed()), random_(seed_) {}

  std::size_t Below(std::size_t end) { return random_() % end; }
  std::string Text() {
    std::string text;
    for (std::size_t parts = 1 + Below(3); parts > 0; --parts)
      text += kNasty[Below(std::size(kNasty))];
    return text;
  }
  std::string Key() {
    static constexpr absl::string_view kNames[] = {"yes", "null", "0x10", "1", "1.5", "-",   "_",
                                                   "~x",  "on",   "...",  "a", "B",   "----"};
    std::vector<std::string> segments;
    for (std::size_t parts = 1 + Below(3); parts > 0; --parts) {
      std::string name(kNames[Below(std::size(kNames))]);
      if (name == "~x") name = absl::StrCat("n", Below(1000));
      segments.push_back(name);
    }
    return absl::StrJoin(segments, "/");
  }
  double Double() {
    switch (Below(4)) {
      case 0:
        return static_cast<double>(Below(1000));
      case 1:
        return std::ldexp(static_cast<double>(random_()), static_cast<int>(Below(900)) - 450);
      case 2:
        return -std::numeric_limits<double>::denorm_min();
      default:
        return Below(2) == 0 ? 0.1 : -0.0;
    }
  }
  Value AnyValue() {
    switch (Below(6)) {
      case 0:
        return Below(2) == 0 ? std::numeric_limits<std::int64_t>::min()
                             : static_cast<std::int64_t>(random_());
      case 1:
        return Double();
      case 2:
        return Below(2) == 0;
      case 3:
        return Json{Below(2) == 0 ? " {\"b\": [1,2,  3.0e5], \"a\": \"\\u00e9\"\n}" : "[]"};
      default:
        return Text();
    }
  }
  Entry AnyEntry(const std::string& key) {
    Entry entry = EntryOf(key, AnyValue());
    if (Below(4) == 0) entry.description = Text();
    if (Below(4) == 0)
      entry.labels = FormatLabels({{"env", "yes"}, {"example.com/v", "1.0"}, {"n", ""}});
    if (Below(4) == 0) entry.expire_time = absl::FromUnixMicros(1'900'000'000'000'000 + random_());
    entry.secret = Below(4) == 0;
    if (entry.secret && Below(2) == 0) entry.value = std::string(kMask);
    return entry;
  }
  // In order of key.
  template <typename Make>
  std::vector<Entry> Entries(Make make) {
    std::set<std::string> keys;
    for (std::size_t i = 0; i < 40; ++i) keys.insert(Key());
    std::vector<Entry> entries;
    for (const std::string& key : keys) entries.push_back(make(key));
    return entries;
  }
  void ExpectReadBack(FileFormat format, const std::vector<Entry>& entries) {
    absl::StatusOr<std::string> text = Write(format, entries);
    ASSERT_TRUE(text.ok()) << text.status();
    for (std::size_t piece : {std::size_t{1} << 20, std::size_t{3}}) {
      absl::StatusOr<FileEntries> read = Read(format, *text, {}, piece);
      ASSERT_TRUE(read.ok()) << read.status() << "\n" << *text;
      ASSERT_EQ(read->size(), entries.size()) << *text;
      for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(Said((*read)[i]), Said(entries[i])) << *text;
      }
    }
  }

  const std::uint32_t seed_;
  std::mt19937_64 random_;
};

TEST_F(FileFormatTest, JsonIsReadBackAsItWasWritten) {
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed_));
  for (int i = 0; i < 100 && !HasFailure(); ++i) {
    ExpectReadBack(FileFormat::kJson, Entries([&](auto& key) { return AnyEntry(key); }));
  }
}

TEST_F(FileFormatTest, YamlIsReadBackAsItWasWritten) {
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed_));
  for (int i = 0; i < 100 && !HasFailure(); ++i) {
    ExpectReadBack(FileFormat::kYaml, Entries([&](auto& key) { return AnyEntry(key); }));
  }
}

// But for what it refuses to write.
TEST_F(FileFormatTest, EnvIsReadBackAsItWasWritten) {
  SCOPED_TRACE(absl::StrCat("TRIAD_SEED=", seed_));
  std::size_t written = 0, refused = 0;
  for (int i = 0; i < 100 && !HasFailure(); ++i) {
    std::vector<Entry> entries = Entries([&](auto& key) {
      Entry entry = EntryOf(key, Text());
      entry.secret = Below(5) == 0;
      if (entry.secret) entry.value = std::string(kMask);
      return entry;
    });
    std::vector<Entry> sayable;
    for (Entry& entry : entries) {
      if (Write(FileFormat::kEnv, {entry}).ok()) {
        sayable.push_back(std::move(entry));
      } else {
        ++refused;
      }
    }
    written += sayable.size();
    ExpectReadBack(FileFormat::kEnv, sayable);
  }
  EXPECT_GT(written, refused * 4);
}

TEST_F(FileFormatTest, EveryNastyTextAloneIsReadBack) {
  for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml}) {
    for (const char* text : kNasty) ExpectReadBack(format, {EntryOf("a", std::string(text))});
  }
}

TEST_F(FileFormatTest, AFileWithoutEntriesIsReadBack) {
  for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml, FileFormat::kEnv}) {
    ExpectReadBack(format, {});
  }
}

TEST_F(FileFormatTest, WritesWhatPeopleRead) {
  std::vector<Entry> entries = {EntryOf("a/limit", std::int64_t{30}),
                                EntryOf("a/name", std::string("shop")), EntryOf("a/rate", 5.0),
                                EntryOf("key", std::string(kMask))};
  entries[1].description = "Of the shop";
  entries[1].labels = FormatLabels({{"team", "web"}});
  entries[3].secret = true;
  EXPECT_EQ(*Write(FileFormat::kJson, entries), R"({
  "entries": {
    "a/limit": 30,
    "a/name": {
      "value": "shop",
      "description": "Of the shop",
      "labels": {
        "team": "web"
      }
    },
    "a/rate": 5.0,
    "key": {
      "value": "********",
      "secret": true
    }
  }
}
)");
  EXPECT_EQ(*Write(FileFormat::kYaml, entries), R"(entries:
  a/limit: 30
  a/name:
    value: shop
    description: "Of the shop"
    labels:
      team: web
  a/rate: 5.0
  key:
    value: "********"
    secret: true
)");
  EXPECT_EQ(*Write(FileFormat::kEnv, {entries[1], entries[3]}), "a/name=shop\nkey=********\n");
}

TEST_F(FileFormatTest, AnIntegerBeyond64BitsIsADouble) {
  auto read = Read(FileFormat::kJson, R"({"entries":{"a":9223372036854775808,"b":1e2}})");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ((*read)[0].value, Value(9223372036854775808.0));
  EXPECT_EQ((*read)[1].value, Value(100.0));
}

TEST_F(FileFormatTest, AnArrayIsJson) {
  for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml}) {
    auto read = Read(format, R"({"entries": {"a": [1, {"b": "c", "d": []}, true],
                                 "b": {"value": {"x": null}, "description": "d"}}})");
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ((*read)[0].value, Value(Json{R"([1,{"b":"c","d":[]},true])"}));
    EXPECT_EQ((*read)[1].value, Value(Json{R"({"x":null})"}));
  }
}

TEST_F(FileFormatTest, YamlHasTheScalarsOfTheCoreSchema) {
  auto read = Read(FileFormat::kYaml, R"(
entries:
  a: yes
  b: 0x1F
  c: 0o17
  d: 1_000
  e: .5
  f: TRUE
  g: !!str 12
  h: |
    two
    lines
  i: 012
  j: '12'
)");
  ASSERT_TRUE(read.ok()) << read.status();
  std::vector<Value> values;
  for (const FileEntry& entry : *read) values.push_back(*entry.value);
  EXPECT_THAT(values,
              ElementsAre(Value(std::string("yes")), Value(std::int64_t{31}),
                          Value(std::int64_t{15}), Value(std::string("1_000")), Value(0.5),
                          Value(true), Value(std::string("12")), Value(std::string("two\nlines\n")),
                          Value(std::int64_t{12}), Value(std::string("12"))));
}

TEST_F(FileFormatTest, EnvIsReadAsDotenvDoes) {
  auto read = Read(FileFormat::kEnv,
                   "\xEF\xBB\xBF# first\r\n"
                   "A=plain # comment\r\n"
                   "  export B = 'it is # this'\n"
                   "C=\"two\\nlines\\t\"\n"
                   "D=`a\n\"b\" 'c'`  # more\n"
                   "\n"
                   "E=\n"
                   "F=********\n"
                   "G='********'\n"
                   "H=a=b\n"
                   "I='a\r\nb'");
  ASSERT_TRUE(read.ok()) << read.status();
  std::vector<std::string> said;
  for (const FileEntry& entry : *read) {
    said.push_back(absl::StrCat(entry.key, "=",
                                entry.value.has_value() ? FormatValue(*entry.value) : "(masked)"));
  }
  EXPECT_THAT(said, ElementsAre("A=plain", "B=it is # this", "C=two\nlines\\t", "D=a\n\"b\" 'c'",
                                "E=", "F=(masked)", "G=********", "H=a=b", "I=a\nb"));
}

struct Malformed {
  FileFormat format;
  std::string text;
  std::string message;  // its beginning
};

TEST_F(FileFormatTest, RefusesWhatIsMalformedWhereItIs) {
  constexpr FileFormat kJson = FileFormat::kJson, kYaml = FileFormat::kYaml,
                       kEnv = FileFormat::kEnv;
  const Malformed cases[] = {
      {kJson, "", "line 1, column 1: is no well-formed JSON"},
      {kJson, "{\"entries\": {\n  \"a\": tru\n}}", "line 2, column 8: is no well-formed JSON"},
      {kJson, "{\"entries\": {\"a\": \"\xff\"}}", "line 1, column 19: is no well-formed JSON"},
      {kJson, "{\"entries\": {\"a\": 1", "line 1, column 19: is no well-formed JSON"},
      {kJson, "{\"entries\": {\"a\": 1}} x", "line 1, column 23: is no well-formed JSON"},
      {kJson, "{\"entries\": {\"a\": 1e999}}", "line 1, column 19: is no well-formed"},
      {kJson, "[1]", "line 1, column 1: an object with the member 'entries'"},
      {kJson, "{}", "line 1, column 2: an object with the member 'entries'"},
      {kJson, "{\"other\": {}}", "line 1, column 2: the only member here is 'entries'"},
      {kJson, "{\"entries\": {}, \"entries\": {}}", "line 1, column 17: 'entries' is there twice"},
      {kJson, "{\"entries\": 1}", "line 1, column 13: 'entries' must be an object"},
      {kJson, "{\"entries\": {\"a\": 1,\n \"b\": 2,\n \"a\": 3}}",
       "line 3, column 2: entry 'a' is there twice, first in line 1"},
      {kJson, "{\"entries\": {\"\u00e9\": 1}}",
       "line 1, column 14: key: has a key with a character"},
      {kJson, "{\"entries\": {\"a//b\": 1}}", "line 1, column 14: key: has a key with an empty"},
      {kJson, "{\"entries\": {\"a\": null}}", "line 1, column 19: entry 'a' has no value"},
      {kJson, "{\"entries\": {\"a\": {}}}", "line 1, column 14: entry 'a' has no 'value'"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"secrt\": true}}}",
       "line 1, column 32: entry 'a' has a member that is none of"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"value\": 1}}}",
       "line 1, column 32: entry 'a' has 'value' twice"},
      {kJson, "{\"entries\": {\"a\": {\"value\": \"x\", \"type\": \"int\"}}}",
       "line 1, column 29: entry 'a' has a value that is no int"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1.5, \"type\": \"int\"}}}",
       "line 1, column 29: entry 'a' has a value that is no int"},
      {kJson, "{\"entries\": {\"a\": {\"value\": \"{\", \"type\": \"json\"}}}",
       "line 1, column 29: entry 'a' value: must be a JSON document"},
      {kJson, "{\"entries\": {\"a\": {\"value\": [], \"type\": \"int\"}}}",
       "line 1, column 29: entry 'a' has a value that is not of its type, int"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"type\": \"number\"}}}",
       "line 1, column 40: entry 'a' has a 'type' that is none of"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"secret\": \"yes\"}}}",
       "line 1, column 42: entry 'a' has a 'secret' that is neither"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"labels\": {\"x\": 1}}}}",
       "line 1, column 48: entry 'a' has a label that is no text"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"labels\": {\"-\": \"\"}}}}",
       "line 1, column 14: entry 'a' labels"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"labels\": \"x\"}}}",
       "line 1, column 42: entry 'a' has a 'labels' that must be an object"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"description\": [1]}}}",
       "line 1, column 47: entry 'a' an array is not expected here"},
      {kJson, "{\"entries\": {\"a\": {\"value\": 1, \"expire_time\": \"soon\"}}}",
       "line 1, column 47: entry 'a' has an 'expire_time' that is no time"},
      {kJson, "{\"entries\": {\"a\": \"b\\u0000\"}}",
       "line 1, column 19: entry 'a' value: must not hold a NUL"},
      {kYaml, "", "line 1, column 1: an object with the member 'entries'"},
      {kYaml, "entries:\n  a: 1\n a: 2\n", "line 3, column 2: "},
      {kYaml, "entries:\n  a: 'x\n", "line 3, column 1: found unexpected end of stream"},
      {kYaml, "entries:\n  a: 1\n  b: 2\n  a: 3\n",
       "line 4, column 3: entry 'a' is there twice, first in line 2"},
      {kYaml, "entries:\n  a:\n", "line 2, column 5: entry 'a' has no value: null is none"},
      {kYaml, "entries:\n  a: .inf\n", "line 2, column 6: entry 'a' has a value that is no double"},
      {kYaml, "entries: {a: &x 1}\n", "line 1, column 14: an anchor is not taken here"},
      {kYaml, "entries: {a: *x}\n", "line 1, column 14: an alias is not taken here"},
      {kYaml, "entries: {a: !!binary eA==}\n", "line 1, column 14: a tag other than !!str"},
      {kYaml, "entries:\n  <<: {a: 1}\n", "line 2, column 3: key: has a key with a character"},
      {kYaml, "entries:\n  [a]: 1\n", "line 2, column 3: a key must be text"},
      {kYaml, "entries: {}\n---\nentries: {}\n", "line 2, column 1: a second document begins"},
      {kYaml, "entries: {\u00e9: 1}\n", "line 1, column 11: key: has a key"},
      {kYaml, "entries: {a: \"\xff\"}\n", "line 1, column 15: invalid leading UTF-8 octet"},
      {kYaml, "entries:\n  a: \x01\n", "line 2, column 6: control characters are not allowed"},
      {kYaml, "entries:\n" + std::string(100'000, ' ') + "\n\x01",
       "line 3, column 1: control characters are not allowed"},
      {kEnv, "A=1\nB\n", "line 2, column 1: is no KEY=value"},
      {kEnv, "A=1\n  A=2\n", "line 2, column 3: entry 'A' is there twice, first in line 1"},
      {kEnv, "A B=1\n", "line 1, column 1: key: has a key with a character"},
      {kEnv, "A='x\ny\n", "line 1, column 3: entry 'A' has a value whose quote does not end"},
      {kEnv, "A='x' y\n", "line 1, column 7: entry 'A' has something behind the quote"},
      {kEnv, "A='x\n\u00e9' y\n", "line 2, column 4: entry 'A' has something behind the quote"},
      {kEnv, "A=\xff\n", "line 1, column 3: entry 'A' has a value that is no UTF-8"},
  };
  for (const Malformed& one : cases) {
    absl::Status status = Read(one.format, one.text).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << one.text;
    EXPECT_THAT(MessageOf(status), StartsWith("content: " + one.message)) << one.text;
  }
}

TEST_F(FileFormatTest, AnErrorShowsNoValue) {
  for (const char* text :
       {"{\"entries\": {\"a\": \"hunter2\" x}}", "{\"entries\": {\"a\": \"hunter2",
        "{\"entries\": {\"a\": {\"value\": \"hunter2\", \"type\": \"int\"}}}"}) {
    for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml}) {
      EXPECT_THAT(MessageOf(Read(format, text).status()), Not(HasSubstr("hunter2")));
    }
  }
  EXPECT_THAT(MessageOf(Read(FileFormat::kEnv, "A='hunter2' x").status()),
              Not(HasSubstr("hunter2")));
}

TEST_F(FileFormatTest, RefusesABombOfAliases) {
  std::string text = "entries:\n  a: &a [\"lol\",\"lol\",\"lol\"]\n";
  for (char c = 'b'; c < 'k'; ++c) {
    std::string before(1, static_cast<char>(c - 1));
    absl::StrAppend(&text, "  ", std::string(1, c), ": &", std::string(1, c), " [*", before, ",*",
                    before, "]\n");
  }
  EXPECT_THAT(MessageOf(Read(FileFormat::kYaml, text).status()),
              StartsWith("content: line 2, column 6: an anchor is not taken here"));
}

TEST_F(FileFormatTest, RefusesWhatIsTooDeep) {
  constexpr std::size_t kDeep = 1'000'000;
  for (FileFormat format : {FileFormat::kJson, FileFormat::kYaml}) {
    EXPECT_THAT(
        MessageOf(Read(format, "{\"entries\": {\"a\": " + std::string(kDeep, '[')).status()),
        StartsWith("content: line 1, column 83: entry 'a' arrays and objects lie over 64"));
    std::string objects;
    for (std::size_t i = 0; i < 1000; ++i) objects += "{\"a\": ";
    EXPECT_THAT(MessageOf(Read(format, "{\"entries\": {\"a\": {\"value\": " + objects).status()),
                HasSubstr("entry 'a' arrays and objects lie over 64 deep here"));
  }
  std::string nested = "entries:\n";
  for (std::size_t i = 1; i < 1000; ++i) absl::StrAppend(&nested, std::string(i, ' '), "a:\n");
  EXPECT_THAT(MessageOf(Read(FileFormat::kYaml, nested).status()),
              StartsWith("content: line 3, column 3: entry 'a' has a member that is none of"));
}

TEST_F(FileFormatTest, RefusesTooManyEntries) {
  FileLimits limits{.values = {}, .max_entries = 2};
  EXPECT_THAT(MessageOf(Read(FileFormat::kEnv, "A=1\nB=2\nC=3\n", limits).status()),
              StartsWith("content: line 3, column 1: entry 'C' is one too many: an import may have "
                         "2 entries (--import_entries)"));
  EXPECT_TRUE(Read(FileFormat::kEnv, "A=1\nB=2\n", limits).ok());
}

TEST_F(FileFormatTest, RefusesToWriteWhatEnvCannotSay) {
  auto status = [](Value value) {
    return Write(FileFormat::kEnv, {EntryOf("a", std::move(value))}).status();
  };
  for (const Value& value : {Value(std::int64_t{1}), Value(true), Value(Json{"{}"}),
                             Value(std::string("'\"`\n")), Value(std::string(" \\"))}) {
    EXPECT_EQ(status(value).code(), absl::StatusCode::kFailedPrecondition) << FormatValue(value);
    EXPECT_THAT(MessageOf(status(value)), StartsWith("namespaces/shop/entries/a "));
  }
}

}  // namespace
}  // namespace triad::config

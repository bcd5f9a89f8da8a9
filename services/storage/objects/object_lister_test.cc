#include "services/storage/objects/object_lister.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/storage/testing/storage_fixture.h"

namespace triad::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Names = std::vector<std::string>;

class ObjectListerTest : public ::testing::Test {
 protected:
  void Make(const Names& names) {
    for (const std::string& name : names) ASSERT_TRUE(storage_.Write(name, "x").ok()) << name;
  }

  // All that a list has, page by page, names and prefixes in one order; each page ends with
  // "|".
  Names List(ObjectQuery query, std::int64_t limit = 100) {
    query.bucket = "bucket";
    query.limit = limit;
    Names all;
    do {
      Names names;
      auto take = [&](const ObjectView& object) { names.emplace_back(object.name); };
      absl::StatusOr<ObjectPage> page = storage_.lister->List(query, take);
      EXPECT_EQ(page.status(), absl::OkStatus());
      if (!page.ok()) return all;
      for (const std::string& prefix : page->prefixes) names.push_back(absl::StrCat(prefix, "*"));
      std::sort(names.begin(), names.end());
      if (query.descending) std::reverse(names.begin(), names.end());
      all.insert(all.end(), names.begin(), names.end());
      all.push_back("|");
      query.after = page->next;
    } while (query.after.has_value());
    return all;
  }

  StorageFixture storage_;
};

TEST_F(ObjectListerTest, GivesEachNameOnceInOrderOfItsBytes) {
  Make({"data/ab/3", "data/a/2", "data/a/1", "é", "e\u0301", "b"});
  EXPECT_THAT(List({.prefix = "data/a"}, 1),
              ElementsAre("data/a/1", "|", "data/a/2", "|", "data/ab/3", "|"));
  EXPECT_THAT(List({}), ElementsAre("b", "data/a/1", "data/a/2", "data/ab/3", "e\u0301", "é", "|"));
  EXPECT_THAT(List({.descending = true}, 4),
              ElementsAre("é", "e\u0301", "data/ab/3", "data/a/2", "|", "data/a/1", "b", "|"));
}

TEST_F(ObjectListerTest, ADelimiterMakesFolders) {
  Make({"boo/bar", "boo/baz/xyzzy", "cquux/thud", "cquux/bla", "a", "a/b"});
  EXPECT_THAT(List({.delimiter = "/"}), ElementsAre("a", "a/*", "boo/*", "cquux/*", "|"));
  EXPECT_THAT(List({.prefix = "boo/", .delimiter = "/"}), ElementsAre("boo/bar", "boo/baz/*", "|"));
  EXPECT_THAT(List({.delimiter = "/", .descending = true}, 1),
              ElementsAre("cquux/*", "|", "boo/*", "|", "a/*", "|", "a", "|"));
}

TEST_F(ObjectListerTest, ADelimiterMayBeAnyText) {
  Make({"x.json1", "x.json2", "y.txt"});
  EXPECT_THAT(List({.delimiter = ".json"}), ElementsAre("x.json*", "y.txt", "|"));
}

TEST_F(ObjectListerTest, FullPagesOfFoldersEndTheList) {
  Make({"d1/f1", "d2/f2", "d3/f3", "d4/f4"});
  EXPECT_THAT(List({.delimiter = "/"}, 3), ElementsAre("d1/*", "d2/*", "d3/*", "|", "d4/*", "|"));
  EXPECT_THAT(List({.delimiter = "/"}, 2), ElementsAre("d1/*", "d2/*", "|", "d3/*", "d4/*", "|"))
      << "no third, empty page";
}

TEST_F(ObjectListerTest, GoesOnInsideAFolderOnlyIfItIsTold) {
  Make({"a/1", "a/2", "b"});
  EXPECT_THAT(List({.delimiter = "/", .after = ListPlace{"a/1", false}}),
              ElementsAre("a/*", "b", "|"));
  EXPECT_THAT(List({.delimiter = "/", .after = ListPlace{"a/", true}}), ElementsAre("b", "|"));
}

TEST_F(ObjectListerTest, NoCharacterOfAPrefixMeansAnother) {
  Make({"a_b", "axb", "a%b", "acb"});
  EXPECT_THAT(List({.prefix = "a_"}), ElementsAre("a_b", "|"));
  EXPECT_THAT(List({.prefix = "a%"}), ElementsAre("a%b", "|"));
}

TEST_F(ObjectListerTest, TheLastCharacterThereIsIsNoEnd) {
  std::string last = "\U0010FFFF";
  Make({absl::StrCat("p", last), absl::StrCat("p", last, "x"), "q", last,
        absl::StrCat(last, last, "y")});
  EXPECT_THAT(List({.prefix = absl::StrCat("p", last)}),
              ElementsAre(absl::StrCat("p", last), absl::StrCat("p", last, "x"), "|"));
  EXPECT_EQ(List({}).size(), 6u);
  EXPECT_THAT(List({.prefix = last}), ElementsAre(last, absl::StrCat(last, last, "y"), "|"));
  EXPECT_THAT(List({.prefix = last, .delimiter = last}),
              ElementsAre(last, absl::StrCat(last, last, "*"), "|"));
}

TEST_F(ObjectListerTest, APageOfLongDescriptionsEndsEarly) {
  NewObject made = StorageFixture::New("");
  made.properties.metadata = {{"k", std::string(500'000, 'v')}};
  Names names = {"a", "b", "c", "d", "e", "f", "g"};
  for (const std::string& name : names) {
    made.name.object = name;
    ASSERT_TRUE(storage_.Write(made, "x").ok());
  }
  EXPECT_THAT(List({}), ElementsAre("a", "b", "c", "d", "e", "|", "f", "g", "|"));
}

TEST_F(ObjectListerTest, CountsNamesAndThoseBefore) {
  Make({"a/1", "a/2", "b", "c"});
  ObjectQuery query{.bucket = "bucket", .prefix = "a/", .limit = 1};
  EXPECT_EQ(storage_.lister->Count(query)->count, 2);
  EXPECT_EQ(storage_.lister->CountBefore(query)->count, 0);
  query.after = ListPlace{"a/1", false};
  EXPECT_EQ(storage_.lister->CountBefore(query)->count, 1);
  query = {.bucket = "bucket", .after = ListPlace{"a/", true}, .descending = true, .limit = 1};
  EXPECT_EQ(storage_.lister->CountBefore(query)->count, 4);
  query.descending = false;
  EXPECT_EQ(storage_.lister->CountBefore(query)->count, 2);
  EXPECT_FALSE(storage_.lister->Count(query)->at_least);
}

TEST_F(ObjectListerTest, SaysThatThereIsNoSuchBucket) {
  auto take = [](const ObjectView&) { ADD_FAILURE(); };
  EXPECT_EQ(storage_.lister->List({.bucket = "none", .limit = 1}, take).status(),
            absl::NotFoundError("buckets/none does not exist"));
  EXPECT_THAT(List({.prefix = "none"}), ElementsAre("|"));
}

// What a list is by its definition.
Names Expected(const std::set<std::string>& names, const ObjectQuery& query) {
  std::set<std::string> listed;
  for (const std::string& name : names) {
    if (name.rfind(query.prefix, 0) != 0) continue;
    std::size_t found = query.delimiter.empty() ? std::string::npos
                                                : name.find(query.delimiter, query.prefix.size());
    listed.insert(found == std::string::npos
                      ? name
                      : absl::StrCat(name.substr(0, found + query.delimiter.size()), "*"));
  }
  Names all(listed.begin(), listed.end());
  if (query.descending) std::reverse(all.begin(), all.end());
  return all;
}

TEST_F(ObjectListerTest, RandomNamesAreListedAsTheDefinitionSays) {
  std::mt19937 random(20261130);
  auto draw = [&](int bound) { return static_cast<int>(random() % static_cast<unsigned>(bound)); };
  std::set<std::string> names;
  for (int i = 0; i < 150; ++i) {
    std::string name;
    for (int length = 1 + draw(5); length > 0; --length) name += "abc/"[draw(4)];
    if (name.front() == '/' || name.back() == '/' || name.find("//") != std::string::npos) continue;
    names.insert(name);
  }
  Make(Names(names.begin(), names.end()));
  for (int i = 0; i < 300; ++i) {
    ObjectQuery query;
    for (int length = draw(3); length > 0; --length) query.prefix += "abc/"[draw(4)];
    if (draw(3) > 0) query.delimiter = draw(2) == 0 ? "/" : "b";
    query.descending = draw(2) == 0;
    Names listed = List(query, 1 + draw(7));
    listed.erase(std::remove(listed.begin(), listed.end(), "|"), listed.end());
    EXPECT_EQ(listed, Expected(names, query))
        << "prefix '" << query.prefix << "', delimiter '" << query.delimiter << "'";
  }
}

}  // namespace
}  // namespace triad::storage

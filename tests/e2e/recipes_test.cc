// Recipes that are kept, through the gateway, as somebody with curl has them: JSON to keep them,
// raw bytes to run them. And what is different without a database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/support/http.h"
#include "tests/support/suite.h"

namespace triad::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kRecipes[] = "/api/v1/recipes";

class RecipesTest : public ::testing::Test {
 protected:
  explicit RecipesTest(const SuiteOptions& options = {}) : suite_(options) {}

  HttpResponse Create(const std::string& id, const json& recipe) {
    return Post(suite_.Url(std::string(kRecipes) + "?recipe_id=" + id), recipe.dump());
  }
  std::string Url(const std::string& rest) { return suite_.Url(kRecipes + rest); }
  // What curl --data-binary does.
  HttpResponse Run(const std::string& rest, const std::string& input,
                   std::vector<std::string> headers = {}) {
    headers.emplace_back("Content-Type: application/x-www-form-urlencoded");
    return Post(Url(rest), input, headers);
  }

  Suite suite_;
};

TEST_F(RecipesTest, RunsOnRawBytes) {
  HttpResponse created = Create("unpack", {{"recipe", "gunzip | to-base64(alphabet=${alphabet})"},
                                           {"parameters",
                                            {{{"name", "alphabet"},
                                              {"kind", "KIND_CHOICE"},
                                              {"choices", {"standard", "url"}},
                                              {"defaultValue", "standard"}}}}});
  ASSERT_EQ(created.status, 200) << created.body;
  EXPECT_EQ(created.json().at("name"), "recipes/unpack");
  ASSERT_EQ(Create("pack", {{"recipe", "gzip"}}).status, 200);
  std::string bytes;
  while (bytes.size() < 3'000'000) bytes += std::string("\xff\xfe\xfd\0\r\n\x80", 7);
  HttpResponse packed = Run("/pack:run", bytes);
  ASSERT_EQ(packed.status, 200) << packed.body;
  EXPECT_EQ(packed.headers.at("content-type"), "application/octet-stream");
  EXPECT_LT(packed.body.size(), bytes.size() / 100);
  HttpResponse unpacked = Run("/unpack:run", packed.body);
  EXPECT_EQ(unpacked.body.substr(0, 8), "//79AA0K");
  EXPECT_EQ(unpacked.body.size(), (bytes.size() + 2) / 3 * 4);
  HttpResponse url = Run("/unpack:run?arguments%5Balphabet%5D=url", packed.body);
  EXPECT_EQ(url.body.substr(0, 8), "__79AA0K");
  HttpResponse wrong = Run("/unpack:run?arguments%5Balphabet%5D=morse", packed.body);
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.body, HasSubstr("arguments.alphabet: must be one of standard, url"));
  HttpResponse named =
      Post(suite_.Url("/api/v1/transform:stream?name=recipes/unpack"), packed.body, {});
  EXPECT_EQ(named.body, unpacked.body);
  EXPECT_EQ(Run("/absent:run", "").status, 404);
}

TEST_F(RecipesTest, TakesASecretFromAHeaderAndNotFromTheQuery) {
  json key = {{"name", "the_key"}, {"kind", "KIND_SECRET"}, {"required", true}};
  ASSERT_EQ(
      Create("sign", {{"recipe", "hmac(key=${the_key}, algorithm=md5)"}, {"parameters", {key}}})
          .status,
      200);
  HttpResponse signature = Run("/sign:run", "x", {"X-Meta-Argument-The-Key: k"});
  EXPECT_EQ(signature.status, 200) << signature.body;
  EXPECT_EQ(signature.body.size(), 32u);
  EXPECT_EQ(Run("/sign:run", "x", {"X-Meta-Argument-The-Key: hex:6b"}).body, signature.body);
  HttpResponse refused = Run("/sign:run?arguments%5Bthe_key%5D=hunter2", "x");
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("x-meta-argument-the-key"));
  EXPECT_THAT(refused.body, Not(HasSubstr("hunter2")));
  EXPECT_EQ(Create("bad", {{"recipe", "hmac(key=hunter2)"}}).status, 400);
}

TEST_F(RecipesTest, HasVersionsEtagsAndPages) {
  HttpResponse created = Create("a", {{"recipe", "to-hex"}, {"tags", {"x"}}});
  ASSERT_EQ(created.status, 200) << created.body;
  ASSERT_EQ(Create("b", {{"recipe", "sort"}, {"title", "A to Z"}}).status, 200);
  EXPECT_EQ(Create("b", {{"recipe", "sort"}}).status, 409);
  auto patch = [&](const json& recipe) {
    HttpRequest request;
    request.method = "PATCH";
    request.url = Url("/a");
    request.headers = {"Content-Type: application/json"};
    request.body = recipe.dump();
    return Send(std::move(request));
  };
  json etag = created.json().at("etag");
  EXPECT_EQ(patch({{"recipe", "reverse"}, {"etag", etag}}).json().at("version"), "2");
  EXPECT_EQ(patch({{"recipe", "sort"}, {"etag", etag}}).status, 409);
  EXPECT_EQ(Run("/a:run", "ab").body, "ba");
  EXPECT_EQ(Post(Url("/a:publish"), R"({"version":"1"})").status, 200);
  EXPECT_EQ(Run("/a:run", "ab").body, "6162");
  EXPECT_EQ(Run("/a:run?version=2", "ab").body, "ba");
  EXPECT_EQ(Get(Url("/a?version=1")).json().at("recipe"), "to-hex");
  EXPECT_EQ(Get(Url("/a/versions")).json().at("recipes").size(), 2u);
  json page = Get(Url("?page_size=1")).json();
  EXPECT_EQ(page.at("recipes").at(0).at("name"), "recipes/a");
  std::string token = page.at("nextPageToken");
  page = Get(Url("?page_size=1&page_token=" + token)).json();
  EXPECT_EQ(page.at("recipes").at(0).at("name"), "recipes/b");
  EXPECT_EQ(page.at("nextPageToken"), "");
  EXPECT_EQ(Get(Url("?tags=x")).json().at("recipes").size(), 1u);
  EXPECT_EQ(Get(Url("?search=a%20to%20z")).json().at("recipes").at(0).at("name"), "recipes/b");
}

// What was acknowledged is there, and what was refused is not.
TEST_F(RecipesTest, AreThereAfterAKill) {
  for (int i = 0; i < 10; ++i) {
    std::string id = "r" + std::to_string(i);
    ASSERT_EQ(Create(id, {{"recipe", "to-hex"}, {"title", id}}).status, 200);
    ASSERT_EQ(Create("bad", {{"recipe", "to-hex"}, {"tests", {{{"outputText", "x"}}}}}).status,
              400);
    suite_.transform().Kill();
    suite_.transform().Start();
    HttpResponse found = OnceServed([&] { return Get(Url("/" + id)); });
    ASSERT_EQ(found.status, 200) << found.body;
    EXPECT_EQ(found.json().at("title"), id);
  }
  EXPECT_EQ(Get(Url("")).json().at("recipes").size(), 10u);
}

class WithoutDatabaseTest : public RecipesTest {
 protected:
  WithoutDatabaseTest() : RecipesTest(Options()) {}
  static SuiteOptions Options() {
    SuiteOptions options;
    options.arguments["transform"] = {"--database=none"};
    return options;
  }
};

TEST_F(WithoutDatabaseTest, NothingIsKeptAndTheRestWorks) {
  for (const HttpResponse& refused :
       {Create("a", {{"recipe", "sort"}}), Get(Url("")), Get(Url("/a")), Run("/a:run", "x"),
        Get(suite_.Url("/api/v1/transform/audit"))}) {
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.json().at("code"), 9) << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("--database=none"));
  }
  EXPECT_EQ(Get(suite_.Url("/api/mirror?word=ab")).json().at("transformed"), "BA");
  EXPECT_EQ(Post(suite_.Url("/api/v1/transform:stream?recipe=to-hex"), "a", {}).body, "61");
  EXPECT_EQ(Get(suite_.Url("/api/health")).status, 200);
  EXPECT_FALSE(std::filesystem::exists(suite_.transform().data_directory()));
}

}  // namespace
}  // namespace triad::testing

#include "runtime/json_schema/compiler/uri.h"

#include <gtest/gtest.h>

namespace triad::json_schema {
namespace {

// The examples of RFC 3986, section 5.4.
TEST(UriTest, ResolvesAsTheRfcShows) {
  const std::pair<const char*, const char*> examples[] = {
      {"g:h", "g:h"},
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../g", "http://a/g"},
      {"../../../g", "http://a/g"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {"..g", "http://a/b/c/..g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/../y", "http://a/b/c/y"},
  };
  for (const auto& [reference, expected] : examples) {
    EXPECT_EQ(ResolveUri("http://a/b/c/d;p?q", reference)->absolute, expected) << reference;
  }
}

TEST(UriTest, ResolvesAgainstWhatIsNotAbsolute) {
  EXPECT_EQ(ResolveUri("", "a.json")->absolute, "a.json");
  EXPECT_EQ(ResolveUri("schemas/a.json", "b.json")->absolute, "schemas/b.json");
  EXPECT_EQ(ResolveUri("urn:example:a", "#x")->absolute, "urn:example:a");
  EXPECT_EQ(ResolveUri("http://a", "b")->absolute, "http://a/b");
}

TEST(UriTest, DecodesTheFragment) {
  EXPECT_EQ(ResolveUri("http://a", "b#/c%25d~1%C3%A9")->fragment, "/c%d~1é");
  EXPECT_EQ(ResolveUri("http://a", "#")->fragment, "");
  EXPECT_EQ(ResolveUri("http://a", "#")->absolute, "http://a");
}

TEST(UriTest, RefusesABrokenEscapeAndWhatIsTooLong) {
  for (const char* reference : {"#%", "#%4", "#%4g", "#%-1", "#%+1", "#% 1"}) {
    EXPECT_FALSE(ResolveUri("", reference).has_value()) << reference;
  }
  EXPECT_FALSE(ResolveUri("", std::string(2049, 'a')).has_value());
  EXPECT_FALSE(ResolveUri(std::string(2000, 'a') + "/", std::string(100, 'a')).has_value());
}

}  // namespace
}  // namespace triad::json_schema

#include "gateway/openapi/path_naming.h"

#include <gtest/gtest.h>

namespace triad::gateway {
namespace {

TEST(PathNamingTest, NamesWildcards) {
  const std::pair<const char*, const char*> cases[] = {
      {"/v1/things", "/v1/things"},
      {"/v1/{id}", "/v1/{id}"},
      {"/v1/{thing.id=*}:run", "/v1/{id}:run"},
      {"/v1/{name=**}", "/v1/{name}"},
      {"/v1/{name=buckets/*}", "/v1/buckets/{bucket}"},
      {"/v1/{name=buckets/*/objects/**}", "/v1/buckets/{bucket}/objects/{object}"},
      {"/v1/{entry.name=namespaces/*/entries/**}:watch",
       "/v1/namespaces/{namespace}/entries/{entry}:watch"},
      {"/v1/{name=*/*}", "/v1/{name_1}/{name_2}"},
      {"/v1/{name=things/*/*}", "/v1/things/{thing}/{name_2}"},
      {"/v1/{name=things/*/things/*}", "/v1/things/{thing}/things/{thing_2}"},
      {"/v1/{a.id}/{b.id}", "/v1/{id}/{id_2}"},
      {"/v1/{name=my-things/*}", "/v1/my-things/{my_thing}"},
      {"/v1/things/*/x/**", "/v1/things/{thing}/x/{x}"},
      {"/*", "/{segment_1}"},
      {"/v1/{name=x}", "/v1/x"},
      {"/v1/a%20b%7Bc/{id}", "/v1/a%20b%7Bc/{id}"},
  };
  for (const auto& [text, expected] : cases) {
    auto path = ParsePathTemplate(text);
    ASSERT_TRUE(path.ok()) << text << path.status();
    EXPECT_EQ(NamePath(*path).path, expected) << text;
  }
}

TEST(PathNamingTest, TakesGivenNames) {
  auto path = *ParsePathTemplate("/v1/{name=things/*/parts/**}");
  NamedPath named = NamePath(path, {"a", "b"});
  EXPECT_EQ(named.path, "/v1/things/{a}/parts/{b}");
  EXPECT_EQ(named.signature, "/v1/things/{}/parts/{}");
  EXPECT_FALSE(named.parameters[0].rest);
  EXPECT_TRUE(named.parameters[1].rest);
  EXPECT_FALSE(named.parameters[0].whole);
  EXPECT_EQ(NamedPattern(path, named, path.variables[0]), "things/{a}/parts/{b}");
}

TEST(PathNamingTest, FindsTheSingular) {
  const std::pair<const char*, const char*> cases[] = {
      {"buckets", "bucket"},
      {"entries", "entry"},
      {"namespaces", "namespace"},
      {"boxes", "box"},
      {"addresses", "address"},
      {"batches", "batch"},
      {"wishes", "wish"},
      {"class", "class"},
      {"data", "data"},
      {"databases", "database"},
      {"s", "s"},
      {"ies", "ie"},
  };
  for (const auto& [plural, singular] : cases) EXPECT_EQ(Singular(plural), singular);
}

}  // namespace
}  // namespace triad::gateway

// Schemas and references over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "services/config/testing/service_fixture.h"

namespace triad::config {
namespace {

using testing::ConfigServiceTest;
using testing::FieldOf;
using ::testing::HasSubstr;
using Stub = v1::ConfigService::Stub;

class SchemasServiceTest : public ConfigServiceTest {
 protected:
  static v1::SetSchemaRequest Request(const std::string& pattern, const std::string& text) {
    v1::SetSchemaRequest request;
    request.mutable_schema()->set_name("namespaces/app/schemas/one");
    request.mutable_schema()->set_pattern(pattern);
    request.mutable_schema()->set_json_schema(text);
    return request;
  }
  std::string FieldRefused(const v1::SetSchemaRequest& request) {
    v1::SetSchemaResponse response;
    grpc::Status status = Call(&Stub::SetSchema, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
    return FieldOf(status);
  }
};

TEST_F(SchemasServiceTest, IsSetReadListedAndDeleted) {
  v1::SetSchemaResponse set;
  grpc::Status status = Call(&Stub::SetSchema, Request("port/*", R"({"type":"integer"})"), &set);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(set.committed());
  EXPECT_GT(set.schema().update_time().seconds(), 0);

  v1::GetSchemaRequest get;
  get.set_name("namespaces/app/schemas/one");
  v1::Schema schema;
  ASSERT_TRUE(Call(&Stub::GetSchema, get, &schema).ok());
  EXPECT_EQ(schema.SerializeAsString(), set.schema().SerializeAsString());

  v1::GetEntrySchemaRequest of_entry;
  of_entry.set_name("namespaces/app/entries/port/a");
  schema.Clear();
  ASSERT_TRUE(Call(&Stub::GetEntrySchema, of_entry, &schema).ok());
  EXPECT_EQ(schema.pattern(), "port/*");
  of_entry.set_name("namespaces/app/entries/ports");
  EXPECT_EQ(Call(&Stub::GetEntrySchema, of_entry, &schema).error_code(),
            grpc::StatusCode::NOT_FOUND);

  v1::ListSchemasRequest list;
  list.set_parent("namespaces/app");
  v1::ListSchemasResponse page;
  ASSERT_TRUE(Call(&Stub::ListSchemas, list, &page).ok());
  ASSERT_EQ(page.schemas_size(), 1);
  EXPECT_EQ(page.next_page_token(), "");

  v1::DeleteSchemaRequest remove;
  remove.set_name("namespaces/app/schemas/one");
  v1::DeleteSchemaResponse removed;
  ASSERT_TRUE(Call(&Stub::DeleteSchema, remove, &removed).ok());
  EXPECT_EQ(Call(&Stub::GetSchema, get, &schema).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(SchemasServiceTest, TellsWhatDoesNotFitAsAConflict) {
  v1::SetSchemaResponse response;
  std::string http_status;
  grpc::Status status =
      Call(&Stub::SetSchema, Request("**", R"({"type":"string"})"), &response, {}, &http_status);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(response.committed());
  EXPECT_EQ(http_status, "409");
  ASSERT_EQ(response.violations_size(), 1);
  EXPECT_EQ(response.violations(0).entry(), "namespaces/app/entries/MAX_CONNECTIONS");
  EXPECT_EQ(response.violations(0).rule(), "type");
}

TEST_F(SchemasServiceTest, NamesTheFieldThatIsWrong) {
  v1::SetSchemaRequest request = Request("**", "true");
  request.mutable_schema()->set_name("namespaces/app/schemas/One");
  EXPECT_EQ(FieldRefused(request), "schema.name");
  request.mutable_schema()->set_name("namespaces/app/entries/one");
  EXPECT_EQ(FieldRefused(request), "schema.name");
  EXPECT_EQ(FieldRefused(Request("a b", "true")), "schema.pattern");
  EXPECT_EQ(FieldRefused(Request("**", "7")), "schema.json_schema");
  EXPECT_EQ(FieldRefused(Request("**", std::string((256 << 10) + 1, ' '))), "schema.json_schema");
}

TEST_F(SchemasServiceTest, AWriteThatDoesNotFitNamesItsField) {
  v1::SetSchemaResponse response;
  ASSERT_TRUE(Call(&Stub::SetSchema, Request("k", R"({"maxLength":3})"), &response).ok());
  grpc::Status status = Set(Text("k", "long"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(FieldOf(status), "entry.value");
  EXPECT_TRUE(Set(Text("k", "abc")).ok());
}

TEST_F(SchemasServiceTest, ReadsResolveReferencesWhenAsked) {
  ASSERT_TRUE(Set(Text("url",
                       "${namespaces/app/entries/API_BASE_URL}/v1?"
                       "${namespaces/app/entries/SECRET_KEY}"))
                  .ok());
  v1::Entry plain;
  ASSERT_TRUE(Get("namespaces/app/entries/url", &plain).ok());
  EXPECT_THAT(plain.value().string_value(), HasSubstr("${namespaces/"));

  v1::GetEntryRequest get;
  get.set_name("namespaces/app/entries/url");
  get.set_resolve(true);
  v1::Entry resolved;
  ASSERT_TRUE(Call(&Stub::GetEntry, get, &resolved).ok());
  EXPECT_EQ(resolved.value().string_value(), "http://x/v1?********");
  EXPECT_EQ(resolved.etag(), "");

  v1::ListEntriesRequest list;
  list.set_parent("namespaces/app");
  list.set_prefix("url");
  list.set_resolve(true);
  v1::ListEntriesResponse page;
  ASSERT_TRUE(List(list, &page).ok());
  ASSERT_EQ(page.entries_size(), 1);
  EXPECT_EQ(page.entries(0).value().string_value(), "http://x/v1?********");

  v1::RevealEntryRequest reveal;
  reveal.set_name("namespaces/app/entries/url");
  reveal.set_resolve(true);
  ASSERT_TRUE(Call(&Stub::RevealEntry, reveal, &resolved).ok());
  EXPECT_EQ(resolved.value().string_value(), "http://x/v1?hidden-1");
}

TEST_F(SchemasServiceTest, ACircleOfReferencesIsRefusedByName) {
  ASSERT_TRUE(Set(Text("a", "${namespaces/app/entries/a}")).ok());
  v1::GetEntryRequest get;
  get.set_name("namespaces/app/entries/a");
  get.set_resolve(true);
  v1::Entry resolved;
  grpc::Status status = Call(&Stub::GetEntry, get, &resolved);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(status.error_message(), HasSubstr("circle: namespaces/app/entries/a -> "));
}

}  // namespace
}  // namespace triad::config

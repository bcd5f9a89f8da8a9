#include "gateway/openapi/openapi.h"

#include <buf/validate/validate.pb.h>
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gateway/openapi/comments.h"
#include "gateway/protos/testing/test_descriptors.h"

namespace triad::gateway {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kProto[] = R"(
    // Things and how
    // to have them.
    service Things {
      // Returns a thing. Or not.
      //
      // Errors: NOT_FOUND.
      rpc Get(GetRequest) returns (Thing) {
        option idempotency_level = NO_SIDE_EFFECTS;
        option (google.api.http) = {get: "/v1/{name=rooms/*/things/**}"};
      }
      rpc Put(PutRequest) returns (Thing) {
        option (google.api.http) = {
          put: "/v1/{thing.name=rooms/*/things/**}" body: "thing"
          additional_bindings { post: "/v1/things:put" body: "*" }
        };
      }
      rpc Watch(GetRequest) returns (stream Thing) {
        option idempotency_level = NO_SIDE_EFFECTS;
        option (google.api.http) = {get: "/v1/things:watch"};
        option (triad.gateway.v1.resume) = {
          request_field: "after" response_field: "big" payload_field: "texts"
        };
      }
      rpc Upload(stream PutRequest) returns (Thing) {
        option (google.api.http) = {put: "/v1/raw/{id}" body: "content" response_body: "texts"};
      }
      rpc Gather(stream PutRequest) returns (Thing) {
        option (google.api.http) = {post: "/v1/things:gather" body: "thing"};
      }
      rpc Download(GetRequest) returns (stream google.api.HttpBody) {
        option (google.api.http) = {get: "/v1/raw/{name}"};
      }
      rpc One(GetRequest) returns (Thing) { option (google.api.http) = {get: "/v1/same/{name}"}; }
      rpc Many(GetRequest) returns (Thing) { option (google.api.http) = {get: "/v1/same/{name=**}"}; }
      rpc Report(GetRequest) returns (Thing) {
        option (google.api.http) = {custom {kind: "REPORT" path: "/v1/report"}};
      }
      rpc Unbound(GetRequest) returns (Thing);
      // Changes a thing.
      rpc Change(ChangeRequest) returns (Thing) {
        option (google.api.http) = {patch: "/v1/change/{id}" body: "of.thing" response_body: "parts"};
        option (triad.gateway.v1.timeout) = {seconds: 90};
        option (triad.gateway.v1.json_style) = "enum_values=number";
        option (triad.gateway.v1.json_style) = "json_layout=pretty";
      }
    }
    message ChangeRequest {
      message Of { Thing thing = 1; string why = 2; }
      string id = 1;
      Of of = 2;
      // What to change.
      google.protobuf.FieldMask update_mask = 3;
    }
    // A kind.
    enum Kind {
      // None.
      KIND_UNSPECIFIED = 0;
      // Good.
      KIND_GOOD = 1;
    }
    // Asks for a thing.
    message GetRequest {
      // Its name.
      string name = 1;
      // How many.
      int32 page_size = 2;
      Filter filter = 3;
      repeated Kind kinds = 4;
      int64 after = 5;
      map<string, string> labels = 6;
      map<string, Filter> ignored = 8;
      repeated Filter also_ignored = 7;
    }
    message Filter { string text = 1; Filter not = 2; google.protobuf.Timestamp since = 3; }
    message PutRequest { string id = 1; Thing thing = 2; google.api.HttpBody content = 3; bool force = 4; }
    // A thing. Has parts.
    message Thing {
      string name = 1;  // Trailing.
      int64 big = 2; uint64 huge = 3; uint32 small = 4; double real = 5; float single = 6;
      bool flag = 7; bytes data = 8; Kind kind = 9; repeated string texts = 10;
      map<string, Thing> parts = 11; google.protobuf.Timestamp time = 12;
      google.protobuf.Duration span = 13; google.protobuf.FieldMask mask = 14;
      google.protobuf.Int64Value wrapped = 15; google.protobuf.Struct struct = 16;
      google.protobuf.Value value = 17; google.protobuf.ListValue list = 18;
      google.protobuf.Any any = 19; google.protobuf.Empty empty = 20;
      optional string maybe = 21; string odd = 22 [json_name = "ODD"]; int32 whole = 26;
      // Which it is.
      oneof which { string one = 23; int32 two = 24; }
      google.protobuf.NullValue null = 25;
    })";

class OpenApiTest : public ::testing::Test {
 protected:
  std::string Text(bool print_defaults = true) {
    JsonStyle style;
    style.print_defaults = print_defaults;
    return Text(style);
  }
  std::string Text(const JsonStyle& style) {
    OpenApiOptions options;
    options.version = "1.2.3";
    options.json_style = style;
    auto document = OpenApiDocument(set_->pool(), set_->service_files(), options);
    EXPECT_TRUE(document.ok()) << document.status();
    return *document;
  }
  const json& Operation(const std::string& path, const std::string& method) {
    return document_.at("paths").at(path).at(method);
  }
  const json& Schema(const std::string& name) {
    return document_.at("components").at("schemas").at(name);
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors({{"test.proto", TestProto(kProto)}});
  json document_ = json::parse(Text());
};

TEST_F(OpenApiTest, IsTheSameForTheSameInput) {
  EXPECT_EQ(Text(), Text());
  EXPECT_EQ(document_["openapi"], "3.1.0");
  EXPECT_EQ(document_["info"]["version"], "1.2.3");
}

TEST_F(OpenApiTest, NamesPathsAndOperations) {
  std::vector<std::string> paths;
  for (const auto& [path, item] : document_["paths"].items()) paths.push_back(path);
  EXPECT_THAT(paths, ::testing::UnorderedElementsAre(
                         "/v1/rooms/{room}/things/{thing}", "/v1/things:put", "/v1/things:watch",
                         "/v1/things:gather", "/v1/raw/{id}", "/v1/same/{name}",
                         "/v1/same/{name}#Things_Many", "/v1/report", "/v1/change/{id}",
                         "/api/health", "/api/streams", "/api/version", "/openapi.json"));
  const json& get = Operation("/v1/rooms/{room}/things/{thing}", "get");
  EXPECT_EQ(get["operationId"], "Things_Get");
  EXPECT_EQ(get["summary"], "Returns a thing");
  EXPECT_EQ(get["description"], "Returns a thing. Or not.\n\nErrors: NOT_FOUND.");
  EXPECT_EQ(get["tags"], json::parse(R"(["Things"])"));
  EXPECT_EQ(Operation("/v1/things:put", "post")["operationId"], "Things_Put_2");
  EXPECT_EQ(Operation("/v1/raw/{id}", "get")["operationId"], "Things_Download");
  EXPECT_EQ(Operation("/v1/report", "x-method-REPORT")["operationId"], "Things_Report");
  EXPECT_EQ(document_["tags"][0]["description"], "Things and how\nto have them.");
}

TEST_F(OpenApiTest, DescribesParameters) {
  const json& get = Operation("/v1/rooms/{room}/things/{thing}", "get");
  std::vector<std::string> names;
  for (const json& parameter : get["parameters"]) {
    names.push_back(parameter.value("name", parameter.value("$ref", "")));
  }
  EXPECT_THAT(names, ::testing::ElementsAre("room", "thing", "page_size", "filter.text",
                                            "filter.since", "kinds", "after", "labels",
                                            "#/components/parameters/RequestTimeout"));
  const json& labels = get["parameters"][7];
  EXPECT_EQ(labels["style"], "deepObject");
  EXPECT_EQ(labels["explode"], true);
  EXPECT_EQ(labels["schema"]["additionalProperties"]["type"], "string");
  EXPECT_EQ(document_["components"]["parameters"]["RequestTimeout"]["name"], "X-Request-Timeout");
  EXPECT_THAT(get["parameters"][1]["description"].get<std::string>(),
              HasSubstr("`rooms/{room}/things/{thing}`. May hold several segments"));
  EXPECT_EQ(get["parameters"][2]["description"], "How many.");
  EXPECT_EQ(get["parameters"][5]["schema"]["items"]["$ref"], "#/components/schemas/test.Kind");
  // The field itself, named as the first rule for this path named it.
  EXPECT_EQ(Operation("/v1/raw/{id}", "get")["parameters"][0]["description"], "Its name.");
}

TEST_F(OpenApiTest, DescribesBodies) {
  const json& put = Operation("/v1/rooms/{room}/things/{thing}", "put");
  EXPECT_EQ(put["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/test.Thing.Input");
  EXPECT_EQ(put["parameters"][put["parameters"].size() - 2]["name"], "force");
  const json& all = Operation("/v1/things:put", "post");
  EXPECT_EQ(all["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/test.PutRequest.Input");
  EXPECT_EQ(all["parameters"].size(), 1u);
  const json& raw = Operation("/v1/raw/{id}", "put");
  EXPECT_TRUE(raw["requestBody"]["content"].contains("application/octet-stream"));
  EXPECT_EQ(raw["responses"]["200"]["content"]["application/json"]["schema"]["type"], "array");
  EXPECT_TRUE(Operation("/v1/raw/{id}", "get")["responses"]["200"]["content"].contains(
      "application/octet-stream"));
  EXPECT_EQ(put["responses"]["200"]["description"], "A thing");
  EXPECT_EQ(put["responses"]["default"]["$ref"], "#/components/responses/Error");
}

TEST_F(OpenApiTest, DescribesStreamsFromTheClient) {
  const json& content = Operation("/v1/things:gather", "post")["requestBody"]["content"];
  EXPECT_EQ(content["application/x-ndjson"]["schema"]["$ref"],
            "#/components/schemas/test.Thing.Input");
  EXPECT_EQ(content["application/json"]["schema"]["items"]["$ref"],
            "#/components/schemas/test.Thing.Input");
}

TEST_F(OpenApiTest, DescribesStreams) {
  const json& watch = Operation("/v1/things:watch", "get");
  EXPECT_EQ(watch["parameters"][watch["parameters"].size() - 2]["name"], "Last-Event-ID");
  const json& content = watch["responses"]["200"]["content"];
  EXPECT_EQ(content["application/x-ndjson"]["schema"]["properties"]["result"]["$ref"],
            "#/components/schemas/test.Thing");
  EXPECT_EQ(content["text/event-stream"]["schema"]["$ref"], "#/components/schemas/test.Thing");
  EXPECT_THAT(content["text/event-stream"]["schema"]["description"].get<std::string>(),
              AllOf(HasSubstr("Last-Event-ID"), HasSubstr("it is a line whose `texts` is empty"),
                    HasSubstr("`retry:`")));
}

TEST_F(OpenApiTest, AsksForATokenWhereSomethingChanges) {
  EXPECT_EQ(Operation("/v1/rooms/{room}/things/{thing}", "get")["security"], json::array());
  EXPECT_EQ(Operation("/v1/rooms/{room}/things/{thing}", "put")["security"],
            json::parse(R"([{"bearer": []}])"));
  EXPECT_EQ(document_["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
}

TEST_F(OpenApiTest, TypesAreThoseOfProto3Json) {
  const json& properties = Schema("test.Thing")["properties"];
  const std::pair<const char*, const char*> cases[] = {
      {"big", R"({"type":"string","format":"int64"})"},
      {"huge", R"({"type":"string","format":"uint64"})"},
      {"small", R"({"type":"integer","minimum":0,"maximum":4294967295})"},
      {"real", R"({"type":"number","format":"double"})"},
      {"single", R"({"type":"number","format":"float"})"},
      {"flag", R"({"type":"boolean"})"},
      {"data", R"({"type":"string","format":"byte","contentEncoding":"base64"})"},
      {"kind", R"({"$ref":"#/components/schemas/test.Kind"})"},
      {"texts", R"({"type":"array","items":{"type":"string"}})"},
      {"parts",
       R"({"type":"object","additionalProperties":{"$ref":"#/components/schemas/test.Thing"}})"},
      {"time", R"({"type":"string","format":"date-time"})"},
      {"wrapped", R"({"type":["string","null"],"format":"int64"})"},
      {"struct", R"({"type":"object"})"},
      {"value", R"({"description":"Any JSON value."})"},
      {"list", R"({"type":"array","items":{}})"},
      {"empty", R"({"type":"object"})"},
      {"null", R"({"type":"null"})"},
      {"ODD", R"({"type":"string"})"},
      {"name", R"({"type":"string","description":"Trailing."})"},
      {"whole", R"({"type":"integer","format":"int32"})"},
  };
  for (const auto& [name, schema] : cases)
    EXPECT_EQ(properties.at(name), json::parse(schema)) << name;
  EXPECT_EQ(properties["any"]["required"][0], "@type");
  EXPECT_EQ(Schema("test.Kind")["enum"], json::parse(R"(["KIND_UNSPECIFIED","KIND_GOOD"])"));
  EXPECT_EQ(Schema("test.Kind")["description"],
            "A kind.\n\n- `KIND_UNSPECIFIED`: None.\n- `KIND_GOOD`: Good.");
  EXPECT_EQ(Schema("test.Thing")["description"],
            "A thing. Has parts.\n\nAt most one of `one`, `two` is set. Which it is.");
}

TEST_F(OpenApiTest, AnswersHoldWhatRequestsMayLeaveOut) {
  auto required = [](const json& schema) {
    return schema.value("required", std::vector<std::string>());
  };
  EXPECT_THAT(required(Schema("test.Thing")),
              ::testing::ElementsAre("name", "big", "huge", "small", "real", "single", "flag",
                                     "data", "kind", "texts", "parts", "ODD", "whole", "null"));
  EXPECT_THAT(required(Schema("test.Thing.Input")), ::testing::IsEmpty());
  json omitted = json::parse(Text(false));
  EXPECT_THAT(required(omitted["components"]["schemas"]["test.Thing"]), ::testing::IsEmpty());
}

TEST_F(OpenApiTest, SaysWhatAMethodHasOfItsOwn) {
  const json& change = Operation("/v1/change/{id}", "patch");
  EXPECT_EQ(change["description"], "Changes a thing.\n\nTakes at most 1m30s; then it is 504.");
  EXPECT_EQ(change["requestBody"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/test.Thing.Input");
  EXPECT_EQ(change["parameters"][1]["name"], "of.why");
  EXPECT_EQ(change["parameters"][2]["description"],
            "What to change. Without it: the fields that the body has.");
  const json& answer = change["responses"]["200"]["content"]["application/json"]["schema"];
  EXPECT_EQ(answer["additionalProperties"]["$ref"],
            "#/components/schemas/test.Thing.enum_values_number");
  EXPECT_EQ(Schema("test.Thing.enum_values_number")["properties"]["kind"]["$ref"],
            "#/components/schemas/test.Kind.enum_values_number");
  EXPECT_EQ(Schema("test.Kind.enum_values_number")["enum"], json::parse("[0,1]"));
}

TEST_F(OpenApiTest, SaysHowAnswersAreWritten) {
  JsonStyle style;
  style.proto_names = style.enum_numbers = style.int64_numbers = true;
  json document = json::parse(Text(style));
  const json& thing = document["components"]["schemas"]["test.Thing"];
  EXPECT_EQ(thing["properties"]["big"]["type"], "integer");
  EXPECT_EQ(thing["properties"]["wrapped"]["type"], json::parse(R"(["integer","null"])"));
  EXPECT_TRUE(thing["properties"].contains("odd"));
  EXPECT_FALSE(thing["properties"].contains("ODD"));
  EXPECT_EQ(document["components"]["schemas"]["test.Kind"]["type"], "integer");
  EXPECT_THAT(document["info"]["description"].get<std::string>(),
              HasSubstr("`field_names`: `json` or `proto`; without it `proto`"));
}

TEST_F(OpenApiTest, DocumentsItsOwnEndpoints) {
  EXPECT_TRUE(Operation("/api/health", "get")["responses"].contains("503"));
  EXPECT_EQ(Operation("/openapi.json", "get")["operationId"], "Gateway_OpenApi");
  EXPECT_EQ(Operation("/api/version", "get")["operationId"], "Gateway_Version");
}

TEST_F(OpenApiTest, EveryReferenceLeadsSomewhere) {
  json flat = document_.flatten();
  int references = 0;
  for (const auto& [path, value] : flat.items()) {
    if (path.size() < 4 || path.compare(path.size() - 4, 4, "$ref") != 0) continue;
    ++references;
    EXPECT_TRUE(document_.contains(json::json_pointer(value.get<std::string>().substr(1))))
        << value;
  }
  EXPECT_GT(references, 10);
}

TEST(CommentsTest, AreCleaned) {
  EXPECT_EQ(CleanComment(" One.\n Two.\n\n   Indented.\n buf:lint:ignore X\n"),
            "One.\nTwo.\n\n  Indented.");
  EXPECT_EQ(CleanComment(""), "");
  EXPECT_EQ(FirstSentence("One thing\nof many. Two."), "One thing of many");
  EXPECT_EQ(FirstSentence("One.\n\nTwo."), "One");
  EXPECT_EQ(FirstSentence("Version 1.5 of it."), "Version 1.5 of it");
  EXPECT_EQ(FirstSentence(""), "");
}

constexpr char kRules[] = R"(
    import "buf/validate/validate.proto";
    enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; KIND_B = 2; }
    message Rules {
      string id = 1 [(buf.validate.field).required = true];
      string text = 2 [(buf.validate.field).string = {min_len: 1, max_len: 9, pattern: "^a"},
                       (buf.validate.field).required = true];
      string mail = 3 [(buf.validate.field).string.email = true];
      int32 number = 4 [(buf.validate.field).int32 = {gte: 1, lt: 9}];
      int32 outside = 5 [(buf.validate.field).int32 = {gt: 9, lt: 1}];
      int64 large = 6 [(buf.validate.field).int64.gte = 1];
      Kind kind = 7 [(buf.validate.field).enum = {in: [1, 2]}];
      repeated string list = 8 [(buf.validate.field).repeated = {
        min_items: 1, max_items: 2, unique: true, items: {string: {min_len: 3}}}];
      map<string, int32> map = 9 [(buf.validate.field).map = {
        max_pairs: 2, keys: {string: {max_len: 4}}, values: {int32: {const: 7}}}];
      bytes data = 10 [(buf.validate.field).bytes.min_len = 1];
      string free = 11 [(buf.validate.field).string.min_len = 1,
                        (buf.validate.field).ignore = IGNORE_ALWAYS];
      google.protobuf.Int32Value wrapped = 12 [(buf.validate.field).int32.lte = 5];
      google.protobuf.Any any = 13 [(buf.validate.field).any.in = "a"];
    }
    service S {
      rpc Put(Rules) returns (Rules) { option (google.api.http) = {put: "/{id}" body: "*"}; }
      rpc Get(Rules) returns (Rules) { option (google.api.http) = {get: "/{id}"}; }
    })";

TEST(OpenApiRulesTest, WhatClientsSendHasItsRules) {
  google::protobuf::LinkExtensionReflection(buf::validate::field);
  auto set = CompileDescriptors({{"test.proto", TestProto(kRules)}});
  json document = json::parse(*OpenApiDocument(set->pool(), set->service_files(), {}));
  json schemas = document["components"]["schemas"];
  json input = schemas["test.Rules.Input"];
  // The path has the other one that is.
  EXPECT_EQ(input["required"], json({"text"}));
  const std::pair<const char*, const char*> kFields[] = {
      {"text", R"({"type":"string","minLength":1,"maxLength":9,"pattern":"^a"})"},
      {"mail", R"({"type":"string","format":"email"})"},
      {"number", R"({"type":"integer","format":"int32","minimum":1,"exclusiveMaximum":9})"},
      {"outside", R"({"type":"integer","format":"int32"})"},
      {"large", R"({"type":"string","format":"int64"})"},
      {"kind", R"({"$ref":"#/components/schemas/test.Kind","enum":["KIND_A","KIND_B"]})"},
      {"list", R"({"type":"array","items":{"type":"string","minLength":3},"minItems":1,
                   "maxItems":2,"uniqueItems":true})"},
      {"map", R"({"type":"object","maxProperties":2,"propertyNames":{"maxLength":4},
                  "additionalProperties":{"type":"integer","format":"int32","const":7}})"},
      {"data", R"({"type":"string","format":"byte","contentEncoding":"base64"})"},
      {"free", R"({"type":"string"})"},
      {"wrapped", R"({"type":["integer","null"],"format":"int32","maximum":5})"},
  };
  for (const auto& [name, schema] : kFields) {
    EXPECT_EQ(input["properties"][name], json::parse(schema)) << name;
  }
  EXPECT_FALSE(input["properties"]["any"].contains("enum"));
  EXPECT_EQ(schemas["test.Rules"]["properties"]["mail"], json::parse(R"({"type":"string"})"));
  for (const json& parameter : document["paths"]["/{id}"]["get"]["parameters"]) {
    std::string name = parameter.value("name", "");
    bool is_asked_for = name == "id" || name == "text";
    EXPECT_EQ(parameter.value("required", false), is_asked_for) << parameter;
  }
}

}  // namespace
}  // namespace triad::gateway

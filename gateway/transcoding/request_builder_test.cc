#include "gateway/transcoding/request_builder.h"

#include <gmock/gmock.h>
#include <google/api/httpbody.pb.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/field_mask.pb.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/protos/testing/test_descriptors.h"
#include "gateway/transcoding/oneof_check.h"
#include "gateway/transcoding/response_builder.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

constexpr char kProto[] = R"(
    enum Color { COLOR_UNSPECIFIED = 0; RED = 1; BLUE = 2; }
    message Inner { string name = 1; Value value = 2; Inner inner = 3; int32 page_size = 4;
      map<string, int32> labels = 5; }
    message Value { oneof kind { string string_value = 1; int64 int_value = 2; } }
    message M {
      string text = 1; int32 i32 = 2; sint32 s32 = 3; sfixed32 sf32 = 4; int64 i64 = 5;
      sint64 s64 = 6; sfixed64 sf64 = 7; uint32 u32 = 8; fixed32 f32 = 9; uint64 u64 = 10;
      fixed64 f64 = 11; double real = 12; float single = 13; bool flag = 14; Color color = 15;
      bytes data = 16; repeated int32 list = 17; repeated string texts = 18;
      optional string word = 19; Inner entry = 20; google.protobuf.Timestamp time = 21;
      google.protobuf.Duration span = 22; google.protobuf.FieldMask mask = 23;
      google.protobuf.Int64Value wrapped = 24; google.protobuf.BytesValue wrapped_data = 25;
      map<string, string> map = 26; repeated Inner inners = 27; google.protobuf.Struct struct = 28;
      string page_token = 29; string odd = 30 [json_name = "ODD"]; int64 after = 31;
      oneof kind { string one = 32; int32 two = 33; } google.api.HttpBody content = 34;
      google.protobuf.StringValue wrapped_text = 35; int32 number = 36;
      map<int32, string> by_number = 37; map<bool, google.protobuf.Timestamp> by_flag = 38;
      map<string, Inner> by_name = 39;
      oneof side { Inner left = 40; Inner right = 41; }
    }
    message Patch { string id = 1; Author author = 2; google.protobuf.FieldMask update_mask = 3;
      google.protobuf.FieldMask read_mask = 4; Holder holder = 5; }
    message Holder { Author author = 1; google.api.HttpBody content = 2; }
    message Author { string display_name = 1; int32 birth_year = 2; Author editor = 3;
      repeated Author friends = 4; map<string, Author> by_name = 5; google.protobuf.Any any = 6;
      google.protobuf.Timestamp time = 7; google.protobuf.Struct struct = 8;
      oneof kind { string pen_name = 9; Author alias = 10; } string odd = 11 [json_name = "ODD"]; }
    message Masks { Author author = 1; google.protobuf.FieldMask only = 2; }
    message Two { Author author = 1; google.protobuf.FieldMask a = 2; google.protobuf.FieldMask b = 3; }
    message Reply { int64 at = 1; string text = 2; Inner entry = 3; repeated string list = 4;
      google.api.HttpBody content = 5; map<string, string> map = 6; Color color = 7; }
    service S {
      rpc Get(M) returns (Reply) { option (google.api.http) = {get: "/get"}; }
      rpc Path(M) returns (Reply) { option (google.api.http) = {get: "/path/{i32}/{entry.name=**}"}; }
      rpc Whole(M) returns (Reply) { option (google.api.http) = {post: "/whole/{text}" body: "*"}; }
      rpc Field(M) returns (Reply) {
        option (google.api.http) = {post: "/field/{entry.name}" body: "entry" response_body: "entry"}; }
      rpc List(M) returns (Reply) {
        option (google.api.http) = {post: "/list" body: "list" response_body: "list"}; }
      rpc Number(M) returns (Reply) {
        option (google.api.http) = {post: "/number" body: "number" response_body: "color"}; }
      rpc Up(stream M) returns (Reply) { option (google.api.http) = {put: "/up/{text}" body: "content"}; }
      rpc UpAll(google.api.HttpBody) returns (Reply) { option (google.api.http) = {put: "/upall" body: "*"}; }
      rpc Down(M) returns (stream google.api.HttpBody) { option (google.api.http) = {get: "/down"}; }
      rpc DownField(M) returns (Reply) {
        option (google.api.http) = {get: "/downfield" response_body: "content"}; }
      rpc Watch(M) returns (stream Reply) {
        option (google.api.http) = {get: "/watch"};
        option (triad.gateway.v1.resume) = {request_field: "after" response_field: "at"}; }
      rpc Update(Patch) returns (Patch) { option (google.api.http) = {
        patch: "/update/{id}" body: "author" response_body: "holder.author.editor"
        additional_bindings { put: "/update/{id}" body: "author" response_body: "holder.content" }
        additional_bindings { patch: "/deep/{id}" body: "holder.author" }
        additional_bindings { patch: "/all" body: "*" }
        additional_bindings { put: "/deep/{id}" body: "holder.content" } }; }
      rpc Only(Masks) returns (Patch) { option (google.api.http) = {patch: "/only" body: "author"}; }
      rpc Either(Two) returns (Patch) { option (google.api.http) = {patch: "/two" body: "author"}; }
      rpc WatchText(M) returns (stream Reply) {
        option (google.api.http) = {get: "/watchtext" response_body: "map"};
        option (triad.gateway.v1.resume) = {request_field: "text" response_field: "text"}; }
    })";

class RequestBuilderTest : public ::testing::Test {
 protected:
  const Route& Rpc(absl::string_view name) {
    for (const auto& route : router_->routes()) {
      if (route->method->name() == name) return *route;
    }
    ADD_FAILURE() << "no RPC " << name;
    return *router_->routes().front();
  }
  const Route* Rule(absl::string_view method, absl::string_view path) {
    for (const auto& route : router_->routes()) {
      if (route->http_method == method && route->path_template == path) return route.get();
    }
    ADD_FAILURE() << "no rule " << method << " " << path;
    return nullptr;
  }
  // Paths of the only mask in `wire`, or the error.
  std::string Mask(const absl::StatusOr<std::string>& wire) {
    if (!wire.ok()) return std::string(wire.status().message());
    if (wire->empty()) return "";
    google::protobuf::FieldMask mask;
    EXPECT_TRUE(mask.ParseFromString(wire->substr(wire->size() < 130 ? 2 : 3)));
    return absl::StrJoin(mask.paths(), ",");
  }
  // Short debug string of the request, or the error.
  std::string Show(const absl::StatusOr<std::string>& wire, const std::string& type = "test.M") {
    if (!wire.ok()) return std::string(wire.status().message());
    std::unique_ptr<google::protobuf::Message> message(
        messages_.GetPrototype(set_->pool().FindMessageTypeByName(type))->New());
    if (!message->ParseFromString(*wire)) return "not a message";
    return message->ShortDebugString();
  }
  std::string Query(absl::string_view query) { return Show(BindFields(Rpc("Get"), {}, query)); }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors({{"test.proto", TestProto(kProto)}});
  std::unique_ptr<Router> router_ = *Router::Create(set_->pool(), set_->service_files());
  std::unique_ptr<Codec> codec_ = MakeCodec(set_->pool(), {});
  google::protobuf::DynamicMessageFactory messages_;
};

struct Case {
  const char* input;
  const char* expected;
};

TEST_F(RequestBuilderTest, BindsQueryParametersOfEveryType) {
  const Case cases[] = {
      {"", ""},
      {"&&", ""},
      {"text=hello", "text: \"hello\""},
      {"text=a+b%2Bc%20d%26e=f", "text: \"a b+c d&e=f\""},
      {"text=%C3%A9", "text: \"\\303\\251\""},
      {"text", ""},
      {"word=", "word: \"\""},
      {"word", "word: \"\""},
      {"i32=-2147483648", "i32: -2147483648"},
      {"i32=007", "i32: 7"},
      {"s32=-5&sf32=-6", "s32: -5 sf32: -6"},
      {"i64=9223372036854775807&s64=-1&sf64=-2", "i64: 9223372036854775807 s64: -1 sf64: -2"},
      {"u32=4294967295&f32=1", "u32: 4294967295 f32: 1"},
      {"u64=18446744073709551615&f64=2", "u64: 18446744073709551615 f64: 2"},
      {"real=-1.5e3", "real: -1500"},
      {"real=NaN&single=-Infinity", "real: nan single: -inf"},
      {"flag=true", "flag: true"},
      {"color=RED", "color: RED"},
      {"color=2", "color: BLUE"},
      {"color=77", "color: 77"},
      {"data=AAH_", "data: \"\\000\\001\\377\""},
      {"data=AAH/", "data: \"\\000\\001\\377\""},
      {"data=AAE=", "data: \"\\000\\001\""},
      {"data=AAE", "data: \"\\000\\001\""},
      {"data=%2B-8=", "data: \"\\373\\357\""},
      {"list=1&list=2&list=1", "list: 1 list: 2 list: 1"},
      {"texts=a&texts=", "texts: \"a\" texts: \"\""},
      {"entry.name=x", "entry { name: \"x\" }"},
      {"entry.value.string_value=x", "entry { value { string_value: \"x\" } }"},
      {"entry.value.intValue=5&entry.name=x", "entry { name: \"x\" value { int_value: 5 } }"},
      {"entry.pageSize=5", "entry { page_size: 5 }"},
      {"pageToken=a", "page_token: \"a\""},
      {"page_token=a", "page_token: \"a\""},
      {"ODD=a", "odd: \"a\""},
      {"odd=a", "odd: \"a\""},
      {"time=1970-01-01T00:00:01.5Z", "time { seconds: 1 nanos: 500000000 }"},
      {"time=1970-01-01T01:00:01%2B01:00", "time { seconds: 1 }"},
      {"span=1.5s", "span { seconds: 1 nanos: 500000000 }"},
      {"mask=pageSize,entry.name,a_b",
       "mask { paths: \"page_size\" paths: \"entry.name\" paths: \"a_b\" }"},
      {"wrapped=0", "wrapped { }"},
      {"wrapped=7&wrapped_data=AA", "wrapped { value: 7 } wrapped_data { value: \"\\000\" }"},
      {"wrapped_text=", "wrapped_text { }"},
      {"map[a]=1&map[b%5Bc%5D]=2&map%5B%5D=3",
       "map { key: \"\" value: \"3\" } map { key: \"a\" value: \"1\" } "
       "map { key: \"b[c]\" value: \"2\" }"},
      {"by_number[-7]=x", "by_number { key: -7 value: \"x\" }"},
      {"by_flag[true]=1970-01-01T00:00:01Z", "by_flag { key: true value { seconds: 1 } }"},
      {"entry.labels[a.b%3Dc]=1", "entry { labels { key: \"a.b=c\" value: 1 } }"},
      {"left.name=1&left.inner.name=2", "left { name: \"1\" inner { name: \"2\" } }"},
      {"single=3.4028235e38", "single: 3.40282347e+38"},
      {"single=3.40282356e38&real=1.7976931348623157e308",
       "real: 1.7976931348623157e+308 single: 3.40282347e+38"},
  };
  for (const Case& c : cases) EXPECT_EQ(Query(c.input), c.expected) << c.input;
}

TEST_F(RequestBuilderTest, NamesTheParameterThatDoesNotFit) {
  const Case cases[] = {
      {"nope=1", "nope: is not a parameter"},
      {"entry.nope=1", "entry.nope: is not a parameter"},
      {"text.x=1", "text.x: is not a parameter"},
      {"entry..name=1", "entry..name: is not a parameter"},
      {".=1", ".: is not a parameter"},
      {"=1", ": is not a parameter"},
      {"entry=1", "entry: is a message"},
      {"struct=1", "struct: is a message"},
      {"struct.fields=1", "struct.fields: is a map of messages"},
      {"map=1", "map: is a map: give its entries as map[key]"},
      {"map[a]=1&map[a]=2", "map[a]: is given twice"},
      {"by_number[7]=a&by_number[007]=b", "by_number[007]: is given twice"},
      {"by_number[x]=a", "by_number[x]: has a key that must be a whole number in 32 bits"},
      {"by_number[]=a", "by_number[]: has a key that must be"},
      {"by_flag[yes]=1970-01-01T00:00:01Z", "by_flag[yes]: has a key that must be true or false"},
      {"by_flag[true]=now", "by_flag[true]: must be a time"},
      {"by_name[a]=1", "by_name[a]: is a map of messages: give that in the body"},
      {"by_name[a].name=1", "by_name[a].name: is not a parameter"},
      {"text[a]=1", "text[a]: is not a parameter of this method: the field is no map"},
      {"list[0]=1", "list[0]: is not a parameter of this method: the field is no map"},
      {"map[a=1", "map[a: is not a parameter"},
      {"[a]=1", "[a]: is not a parameter"},
      {"inners.name=1", "inners.name: lies in a repeated field"},
      {"map.key=1", "map.key: lies in a repeated field"},
      {"time.seconds=1", "time.seconds: is not a parameter"},
      {"i32=", "i32: must be a whole number"},
      {"i32=+1", "i32: must be"},
      {"i32=%2B1", "i32: must be"},
      {"i32=1+", "i32: must be"},
      {"i32=0x10", "i32: must be"},
      {"i32=1e3", "i32: must be"},
      {"i32=1.0", "i32: must be"},
      {"i32=2147483648", "i32: must be"},
      {"u32=-1", "u32: must be"},
      {"i64=9223372036854775808", "i64: must be"},
      {"real=inf", "real: must be a number"},
      {"real=nan", "real: must be"},
      {"real=0x1p3", "real: must be"},
      {"real=.5", "real: must be"},
      {"real=5.", "real: must be"},
      {"real=1e999", "real: must be"},
      {"single=1e39", "single: must be"},
      {"flag=1", "flag: must be true or false"},
      {"flag=True", "flag: must be"},
      {"color=GREEN", "color: must be a name or number"},
      {"color=red", "color: must be"},
      {"data=A", "data: must be base64"},
      {"data=AA+A", "data: must be base64"},
      {"data=AAE=AAE=", "data: must be base64"},
      {"data=*", "data: must be base64"},
      {"list=1&list=x", "list: must be"},
      {"time=now", "time: must be a time"},
      {"span=5", "span: must be seconds"},
      {"wrapped=x", "wrapped: must be a whole number"},
      {"text=a&text=b", "text: is given twice"},
      {"page_token=a&pageToken=b", "pageToken: is given twice"},
      {"entry.name=a&entry.name=b", "entry.name: is given twice"},
      {"one=a&two=1", "two: excludes another field of kind"},
      {"entry.value.int_value=1&entry.value.string_value=2", "excludes another field of kind"},
      {"left.name=1&right.name=2", "right.name: excludes another field of side"},
      {"entry.inner.name=1&left.name=2&right.inner.name=3", "right.inner.name: excludes"},
      {"single=3.4028235677973367e38", "single: must be a number of single precision"},
      {"text=%", "text: \"%\" is not a percent-escape"},
      {"text=%4", "text: "},
      {"text=%FF", "text: must be UTF-8"},
      {"text=\xFF", "text: must be UTF-8"},
      {"%FF=1", "%FF: must be percent-encoded UTF-8"},
      {"\xFF=1", "\\xff: must be percent-encoded UTF-8"},
  };
  for (const Case& c : cases) {
    auto wire = BindFields(Rpc("Get"), {}, c.input);
    ASSERT_FALSE(wire.ok()) << c.input;
    EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(wire.status().message()), HasSubstr(c.expected)) << c.input;
    google::rpc::BadRequest bad;
    auto payload = wire.status().GetPayload("type.googleapis.com/google.rpc.BadRequest");
    ASSERT_TRUE(payload && bad.ParseFromString(std::string(*payload))) << c.input;
    EXPECT_EQ(bad.field_violations_size(), 1) << c.input;
  }
}

TEST_F(RequestBuilderTest, LeavesOutIgnoredParameters) {
  auto ignored = ParameterNames::Create({"_", "utm_*", "i32"});
  ASSERT_TRUE(ignored.ok()) << ignored.status();
  auto query = [&](absl::string_view text) {
    return Show(BindFields(Rpc("Get"), {}, text, *ignored));
  };
  EXPECT_EQ(query("_=1&utm_source=a&utm_=b&text=x&i32=no"), "text: \"x\"");
  EXPECT_THAT(query("utm=1"), HasSubstr("utm: is not a parameter"));
  EXPECT_THAT(query("__=1"), HasSubstr("__: is not a parameter"));
  EXPECT_TRUE(ParameterNames::Create({"*"})->Contains("any"));
  for (const char* bad : {"", "a*b", "**"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParameterNames::Create({bad}).status())) << bad;
  }
}

TEST_F(RequestBuilderTest, RecursionHasAnEnd) {
  std::string deep = "entry";
  for (int i = 0; i < 40; ++i) deep += ".inner";
  EXPECT_THAT(Query(deep + ".name=x"), HasSubstr("is not a parameter"));
  EXPECT_EQ(Query("entry.inner.inner.name=x"), "entry { inner { inner { name: \"x\" } } }");
}

TEST_F(RequestBuilderTest, BindsThePath) {
  const Route& route = Rpc("Path");
  EXPECT_EQ(
      Show(BindFields(route, {{"i32", "5"}, {"entry.name", "a/b"}}, "text=x&entry.pageSize=2")),
      "text: \"x\" i32: 5 entry { name: \"a/b\" page_size: 2 }");
  EXPECT_THAT(Show(BindFields(route, {{"i32", "x"}, {"entry.name", "a"}}, "")),
              HasSubstr("i32: must be a whole number"));
  EXPECT_THAT(Show(BindFields(route, {{"i32", "5"}, {"entry.name", "a"}}, "i32=6")),
              HasSubstr("i32: is already given by the path"));
  EXPECT_THAT(Show(BindFields(route, {{"i32", "5"}, {"entry.name", "a"}}, "entry.name=b")),
              HasSubstr("entry.name: is already given by the path"));
}

TEST_F(RequestBuilderTest, LastEventIdBeatsTheQuery) {
  const Route& route = Rpc("Watch");
  EXPECT_EQ(Show(BindFields(route, {{"after", "9"}}, "after=5&text=x")), "text: \"x\" after: 9");
  EXPECT_EQ(Show(BindFields(route, {}, "after=5")), "after: 5");
}

TEST_F(RequestBuilderTest, LeavesTheBodysFieldsToTheBody) {
  EXPECT_THAT(Show(BindFields(Rpc("Whole"), {{"text", "x"}}, "i32=1")),
              HasSubstr("i32: is not a parameter"));
  EXPECT_THAT(Show(BindFields(Rpc("Field"), {{"entry.name", "x"}}, "entry.page_size=1")),
              HasSubstr("entry.page_size: belongs in the body"));
  EXPECT_EQ(Show(BindFields(Rpc("Field"), {{"entry.name", "x"}}, "i32=1")),
            "i32: 1 entry { name: \"x\" }");
}

TEST_F(RequestBuilderTest, PutsTheBodyAtItsPlace) {
  auto body = [&](const char* rpc, absl::string_view json) {
    return Show(BindBody(Rpc(rpc), *codec_, json));
  };
  EXPECT_EQ(body("Whole", R"({"text":"x","entry":{"name":"y"}})"),
            "text: \"x\" entry { name: \"y\" }");
  EXPECT_EQ(body("Field", R"({"name":"y"})"), "entry { name: \"y\" }");
  EXPECT_EQ(body("List", "[1,2]"), "list: 1 list: 2");
  EXPECT_EQ(body("Number", "7"), "number: 7");
  EXPECT_EQ(body("Field", ""), "");
  EXPECT_EQ(body("Get", ""), "");
  EXPECT_THAT(body("Get", "{}"), HasSubstr("takes none"));
  EXPECT_THAT(body("Field", R"({"value":{"nope":1}})"), HasSubstr("entry.value.nope: "));
  EXPECT_THAT(body("Field", "{"), HasSubstr("entry: "));
  EXPECT_THAT(body("List", R"([1],"text":"x")"), HasSubstr("not valid JSON"));
  EXPECT_THAT(body("Number", R"(1,"text":"x")"), HasSubstr("not valid JSON"));
  EXPECT_THAT(body("Number", R"("x")"), HasSubstr("number: "));
}

TEST_F(RequestBuilderTest, ThePathWinsOverTheBody) {
  auto body = BindBody(Rpc("Field"), *codec_, R"({"name":"body","pageSize":3})");
  auto fields = BindFields(Rpc("Field"), {{"entry.name", "path"}}, "");
  EXPECT_EQ(Show(*body + *fields), "entry { name: \"path\" page_size: 3 }");
}

TEST_F(RequestBuilderTest, AFieldThatExcludesOneOfTheBodyIsRefused) {
  const struct {
    const char* rpc;
    Binding path;
    const char* body;
    const char* says;
  } cases[] = {
      {"Whole", {"one", "x"}, R"({"two":5})", "two: excludes one, which the path"},
      {"Whole", {"two", "5"}, R"({"text":"t","one":""})", "one: excludes two, which the path"},
      {"Whole", {"one", "x"}, R"({"one":"y","text":"t"})", ""},
      {"Whole", {"text", "x"}, R"({"two":5})", ""},
      {"Field",
       {"entry.value.int_value", "5"},
       R"({"value":{"stringValue":"x"}})",
       "entry.value.string_value: excludes entry.value.int_value"},
      {"Field", {"entry.value.int_value", "5"}, R"({"name":"x"})", ""},
  };
  for (const auto& test : cases) {
    const Route& route = Rpc(test.rpc);
    auto body = BindBody(route, *codec_, test.body);
    auto fields = BindFields(route, {test.path}, "");
    ASSERT_TRUE(body.ok() && fields.ok()) << test.body;
    absl::Status status = CheckOneofs(*route.method->input_type(), *fields, *body);
    EXPECT_EQ(status.ok(), *test.says == '\0') << test.body << status;
    EXPECT_THAT(status.message(), HasSubstr(test.says));
  }
}

TEST_F(RequestBuilderTest, FramesRawBodies) {
  EXPECT_TRUE(TakesRawBody(Rpc("Up")));
  EXPECT_TRUE(TakesRawBody(Rpc("UpAll")));
  EXPECT_FALSE(TakesRawBody(Rpc("Field")));
  EXPECT_FALSE(TakesRawBody(Rpc("Get")));
  EXPECT_FALSE(TakesRawBody(Rpc("List")));
  auto fields = BindFields(Rpc("Up"), {{"text", "n"}}, "");
  EXPECT_EQ(Show(RawBodyMessage(Rpc("Up"), *fields, "text/plain", "hi")),
            "text: \"n\" content { content_type: \"text/plain\" data: \"hi\" }");
  EXPECT_EQ(Show(RawBodyMessage(Rpc("Up"), "", "", "hi")), "content { data: \"hi\" }");
  EXPECT_EQ(RawBodyHead(Rpc("Up"), 2) + "hi", RawBodyMessage(Rpc("Up"), "", "", "hi"));
  EXPECT_EQ(Show(RawBodyMessage(Rpc("Up"), "", "", "")), "content { }");
  EXPECT_EQ(Show(RawBodyMessage(Rpc("UpAll"), "", "a/b", "hi"), "google.api.HttpBody"),
            "content_type: \"a/b\" data: \"hi\"");
}

TEST_F(RequestBuilderTest, ReadsRawBodies) {
  EXPECT_TRUE(GivesRawBody(Rpc("Down")));
  EXPECT_TRUE(GivesRawBody(Rpc("DownField")));
  EXPECT_FALSE(GivesRawBody(Rpc("Get")));
  google::api::HttpBody body;
  body.set_content_type("text/plain");
  body.set_data(std::string("\0x", 2));
  auto parsed = ParseRawBody(Rpc("Down"), body.SerializeAsString());
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->content_type, "text/plain");
  EXPECT_EQ(parsed->data(), absl::string_view("\0x", 2));
  std::string nested =
      "\x2a" + std::string(1, static_cast<char>(body.ByteSizeLong())) + body.SerializeAsString();
  parsed = ParseRawBody(Rpc("DownField"), nested);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->content_type, "text/plain");
  EXPECT_EQ(ParseRawBody(Rpc("DownField"), "")->data(), "");
  std::string whole = body.SerializeAsString();
  EXPECT_EQ(ParseRawBody(Rpc("Down"), whole.substr(0, whole.size() - 1)).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(RequestBuilderTest, ABodyMayBeANestedField) {
  const Route& route = *Rule("PATCH", "/deep/{id}");
  EXPECT_EQ(Show(BindBody(route, *codec_, R"({"displayName":"x"})"), "test.Patch"),
            "holder { author { display_name: \"x\" } }");
  EXPECT_THAT(Show(BindBody(route, *codec_, R"({"birthYear":"x"})"), "test.Patch"),
              HasSubstr("holder.author.birthYear: "));
  EXPECT_THAT(Show(BindFields(route, {{"id", "7"}}, "holder.author.birth_year=1"), "test.Patch"),
              HasSubstr("holder.author.birth_year: belongs in the body"));
  EXPECT_EQ(Show(BindFields(route, {{"id", "7"}}, "author.birth_year=1"), "test.Patch"),
            "id: \"7\" author { birth_year: 1 }");
  const Route& raw = *Rule("PUT", "/deep/{id}");
  EXPECT_TRUE(TakesRawBody(raw));
  EXPECT_EQ(Show(RawBodyMessage(raw, "", "a/b", "hi"), "test.Patch"),
            "holder { content { content_type: \"a/b\" data: \"hi\" } }");
  std::string large(1000, 'x');
  EXPECT_EQ(RawBodyHead(raw, large.size()) + large, RawBodyMessage(raw, "", "", large));
}

TEST_F(RequestBuilderTest, AnAnswerMayBeANestedField) {
  auto wire = codec_->JsonToWire(*set_->pool().FindMessageTypeByName("test.Patch"),
                                 R"({"holder":{"author":{"editor":{"birthYear":5}},
                                     "content":{"contentType":"a/b","data":"eA=="}}})");
  ASSERT_TRUE(wire.ok()) << wire.status();
  JsonStyle sparse;
  sparse.print_defaults = false;
  const Route& route = *Rule("PATCH", "/update/{id}");
  EXPECT_EQ(*ResponseJson(route, *codec_, *wire, sparse), R"({"birthYear":5})");
  // In pieces, and not there.
  std::string more = *codec_->JsonToWire(route.response_path, R"({"ODD":"o"})");
  EXPECT_EQ(*ResponseJson(route, *codec_, *wire + more, sparse), R"({"birthYear":5,"ODD":"o"})");
  EXPECT_EQ(*ResponseJson(route, *codec_, "", sparse), "{}");
  EXPECT_EQ(ResponseJson(route, *codec_, "\x2a\x05", sparse).status().code(),
            absl::StatusCode::kInternal);
  const Route& raw = *Rule("PUT", "/update/{id}");
  EXPECT_TRUE(GivesRawBody(raw));
  EXPECT_EQ(ParseRawBody(raw, *wire)->data(), "x");
  std::string again = *codec_->JsonToWire(*set_->pool().FindMessageTypeByName("test.Patch"),
                                          R"({"holder":{"content":{"data":"eXo="}}})");
  auto merged = ParseRawBody(raw, *wire + again);
  ASSERT_TRUE(merged.ok()) << merged.status();
  EXPECT_EQ(merged->content_type, "a/b");
  EXPECT_EQ(merged->data(), "yz");
}

TEST_F(RequestBuilderTest, APatchWithoutAMaskGetsTheFieldsOfItsBody) {
  const Case cases[] = {
      {R"({"displayName":"x","editor":{"birthYear":1}})", "display_name,editor.birth_year"},
      {R"({"display_name":"x","editor":{"birth_year":1}})", "display_name,editor.birth_year"},
      {R"({"birthYear":null,"editor":null})", "birth_year,editor"},
      {R"({"editor":{}})", "editor"},
      {R"({"editor":{"editor":{"ODD":""},"odd":"a"}})", "editor.editor.odd,editor.odd"},
      {R"({"friends":[{"birthYear":1}],"byName":{"a":{"birthYear":1}}})", "friends,by_name"},
      {R"({"any":{"@type":"x/test.Author","birthYear":1},"time":"1970-01-01T00:00:00Z"})",
       "any,time"},
      {R"({"struct":{"a":{"b":1}},"alias":{"penName":"x"}})", "struct,alias.pen_name"},
      {R"({"birth\u0059ear":1})", "birth_year"},
      {"{}", ""},
      {"", ""},
  };
  const Route& route = *Rule("PATCH", "/update/{id}");
  for (const Case& c : cases) {
    std::string body(c.input);
    EXPECT_TRUE(BindBody(route, *codec_, body).ok()) << body;
    EXPECT_EQ(Mask(BindMask(route, *codec_, body, "")), c.expected) << body;
  }
  EXPECT_EQ(Mask(BindMask(*Rule("PATCH", "/deep/{id}"), *codec_, R"({"birthYear":1})", "")),
            "birth_year");
  EXPECT_EQ(Mask(BindMask(Rpc("Only"), *codec_, R"({"birthYear":1})", "")), "birth_year");
}

TEST_F(RequestBuilderTest, AMaskThatIsGivenIsKept) {
  const Route& route = *Rule("PATCH", "/update/{id}");
  const char* body = R"({"birthYear":1})";
  for (const char* query : {"update_mask=displayName", "updateMask="}) {
    auto fields = BindFields(route, {{"id", "7"}}, query);
    ASSERT_TRUE(fields.ok()) << fields.status();
    EXPECT_EQ(*BindMask(route, *codec_, body, *fields), "") << query;
  }
  auto other = BindFields(route, {{"id", "7"}}, "read_mask=id");
  EXPECT_EQ(Mask(BindMask(route, *codec_, body, *other)), "birth_year");
  EXPECT_EQ(*BindMask(*Rule("PUT", "/update/{id}"), *codec_, body, ""), "") << "no PATCH";
  EXPECT_EQ(*BindMask(*Rule("PATCH", "/all"), *codec_, body, ""), "") << "the body has it";
  EXPECT_EQ(*BindMask(Rpc("Either"), *codec_, body, ""), "") << "which of them?";
}

// A deep body has paths that are much longer than it.
TEST_F(RequestBuilderTest, AMaskHasABound) {
  std::string body;
  for (int i = 0; i < 90; ++i) body += R"({"alias":{},"ODD":"","time":null,"editor":)";
  body += "{}" + std::string(90, '}');
  const Route& route = *Rule("PATCH", "/update/{id}");
  ASSERT_TRUE(BindBody(route, *codec_, body).ok());
  EXPECT_THAT(std::string(BindMask(route, *codec_, body, "").status().message()),
              HasSubstr("too many fields for a mask"));
}

TEST_F(RequestBuilderTest, WritesResponses) {
  auto reply = codec_->JsonToWire(*set_->pool().FindMessageTypeByName("test.Reply"),
                                  R"({"at":"-3","entry":{"name":"x"},"list":["a"],"color":"RED"})");
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_THAT(*ResponseJson(Rpc("Get"), *codec_, *reply, {}), HasSubstr(R"("at":"-3")"));
  EXPECT_EQ(*ResponseJson(Rpc("Field"), *codec_, *reply, {}),
            R"({"name":"x","pageSize":0,"labels":{}})");
  EXPECT_EQ(*ResponseJson(Rpc("Field"), *codec_, "", {}),
            R"({"name":"","pageSize":0,"labels":{}})");
  EXPECT_EQ(*ResponseJson(Rpc("List"), *codec_, *reply, {}), R"(["a"])");
  EXPECT_EQ(*ResponseJson(Rpc("List"), *codec_, "", {}), "[]");
  EXPECT_EQ(*ResponseJson(Rpc("Number"), *codec_, *reply, {}), R"("RED")");
  EXPECT_EQ(*ResponseJson(Rpc("WatchText"), *codec_, "", {}), "{}");
  // Whatever is left out of objects: a field that is the whole answer has a value.
  JsonStyle sparse;
  sparse.print_defaults = false;
  EXPECT_EQ(*ResponseJson(Rpc("Number"), *codec_, "", sparse), R"("COLOR_UNSPECIFIED")");
  EXPECT_EQ(*ResponseJson(Rpc("List"), *codec_, "", sparse), "[]");
  EXPECT_EQ(*ResponseJson(Rpc("Field"), *codec_, "", sparse), "{}");
  EXPECT_EQ(ResponseJson(Rpc("Field"), *codec_, "\xFF", {}).status().code(),
            absl::StatusCode::kInternal);
}

TEST_F(RequestBuilderTest, GivesEventIds) {
  EXPECT_EQ(*ResumeId(Rpc("Watch"), std::string("\x08\x05", 2)), "5");
  EXPECT_EQ(*ResumeId(Rpc("Watch"), ""), "");
  EXPECT_EQ(*ResumeId(Rpc("WatchText"),
                      "\x12\x03"
                      "a/b"),
            "a/b");
  EXPECT_EQ(*ResumeId(Rpc("Get"), "\x08\x05"), "");
  EXPECT_EQ(ResumeId(Rpc("Watch"), "\x08").status().code(), absl::StatusCode::kInternal);
}

// Whatever the query, the answer is a message or INVALID_ARGUMENT.
TEST_F(RequestBuilderTest, SurvivesAnyQuery) {
  const absl::string_view pieces[] = {"text", "entry", ".",    "name", "=",   "&",
                                      "%",    "%41",   "+",    "list", "i32", "7",
                                      "data", "A",     "\xFF", "time", "one", "two"};
  std::uint32_t state = 7;
  for (int i = 0; i < 20000; ++i) {
    std::string query;
    for (int length = 0; length < 10; ++length) {
      state = state * 1664525 + 1013904223;
      absl::StrAppend(&query, pieces[(state >> 16) % 18]);
    }
    auto wire = BindFields(Rpc("Get"), {}, query);
    if (wire.ok()) {
      EXPECT_NE(Show(wire), "not a message") << query;
    } else {
      EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument);
    }
  }
}

}  // namespace
}  // namespace triad::gateway

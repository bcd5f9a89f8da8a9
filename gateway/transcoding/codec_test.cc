#include "gateway/transcoding/codec.h"

#include <gmock/gmock.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "gateway/protos/testing/test_descriptors.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

constexpr char kProto[] = R"(
    enum Color { COLOR_UNSPECIFIED = 0; RED = 1; }
    message Inner { string name = 1; int64 big = 2; Inner inner = 3; }
    message M {
      string text = 1; int64 big = 2; uint64 huge = 3; double real = 4; bool flag = 5;
      bytes data = 6; Color color = 7; Inner inner = 8; repeated int32 list = 9;
      map<string, Inner> map = 10; optional string maybe = 11;
      oneof kind { string one = 12; int32 two = 13; }
      google.protobuf.Timestamp time = 14; google.protobuf.Duration span = 15;
      google.protobuf.FieldMask mask = 16; google.protobuf.StringValue wrapped = 17;
      google.protobuf.Struct struct = 18; google.protobuf.Any any = 19;
      string shouting = 20 [json_name = "SHOUTING"]; repeated Inner inners = 21;
      google.protobuf.Value value = 22;
    })";

class CodecTest : public ::testing::Test {
 protected:
  const google::protobuf::Descriptor& Type(const std::string& name) {
    return *set_->pool().FindMessageTypeByName(name);
  }
  std::unique_ptr<Codec> Make(CodecOptions options) { return MakeCodec(set_->pool(), options); }
  // JSON → wire → JSON without defaults.
  std::string Round(absl::string_view json, const std::string& type = "test.M") {
    auto codec = Make({});
    auto wire = codec->JsonToWire(Type(type), json);
    if (!wire.ok()) return std::string(wire.status().message());
    auto back = codec->WireToJson(Type(type), *wire, kTerse);
    return back.ok() ? *back : back.status().ToString();
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors({{"test.proto", TestProto(kProto)}});
};

TEST_F(CodecTest, KeepsEveryKindOfValue) {
  const char* cases[] = {
      R"({})",
      R"({"text":"h\u00e9 \"x\"\n"})",
      R"({"big":"9223372036854775807"})",
      R"({"huge":"18446744073709551615"})",
      R"({"real":1.5})",
      R"({"real":"NaN"})",
      R"({"flag":true})",
      R"({"data":"AAH/"})",
      R"({"color":"RED"})",
      R"({"inner":{"name":"x","big":"-1"}})",
      R"({"list":[1,2,3]})",
      R"({"map":{"a":{"name":"x"}}})",
      R"({"maybe":""})",
      R"({"one":""})",
      R"({"time":"2026-01-02T03:04:05.678Z"})",
      R"({"span":"1.500s"})",
      R"({"mask":"aB,c"})",
      R"({"wrapped":""})",
      R"({"struct":{"a":[1,null,{"b":"c"}]}})",
      R"({"any":{"@type":"type.googleapis.com/test.Inner","name":"x"}})",
      R"({"SHOUTING":"x"})",
      R"({"value":null})",
  };
  for (const char* json : cases) {
    std::string expected = json;
    if (expected.find("\\u00e9") != std::string::npos) expected.replace(10, 6, "\xC3\xA9");
    EXPECT_EQ(Round(json), expected);
  }
}

TEST_F(CodecTest, WellKnownTypesStandAlone) {
  EXPECT_EQ(Round(R"({"a":1})", "google.protobuf.Struct"), R"({"a":1})");
  EXPECT_EQ(Round(R"([1])", "google.protobuf.Value"), R"([1])");
  EXPECT_EQ(Round(R"("1s")", "google.protobuf.Duration"), R"("1s")");
  EXPECT_EQ(Round(R"("x")", "google.protobuf.StringValue"), R"("x")");
  EXPECT_EQ(Round(R"({})", "google.protobuf.Empty"), R"({})");
}

TEST_F(CodecTest, TakesWhatOtherWritersWrite) {
  EXPECT_EQ(Round(R"({"big":7,"color":1,"real":"2"})"), R"({"big":"7","real":2,"color":"RED"})");
  EXPECT_EQ(Round(R"({"data":"__8"})"), R"({"data":"//8="})");
  EXPECT_EQ(Round(R"({"shouting":"x","text":null})"), R"({"SHOUTING":"x"})");
}

TEST_F(CodecTest, PrintsDefaultsOnRequest) {
  auto codec = Make({});
  EXPECT_EQ(*codec->WireToJson(Type("test.Inner"), "", kTerse), "{}");
  EXPECT_EQ(*codec->WireToJson(Type("test.Inner"), "", {}), R"({"name":"","big":"0"})");
}

TEST_F(CodecTest, NamesTheField) {
  struct Case {
    const char* json;
    const char* field;
  };
  const Case cases[] = {
      {R"({"nope":1})", "nope"},
      {R"({"inner":{"nope":1}})", "inner.nope"},
      {R"({"big":"x"})", "big"},
      {R"({"inner":{"big":true}})", "inner.big"},
      {R"({"list":[1,"x"]})", "list[1]"},
      {R"({"color":"BLUE"})", "color"},
      {R"({"time":"yesterday"})", "time"},
      {R"({"data":"*"})", "data"},
      {R"({"text":5})", "text"},
      {R"({"inner":[]})", "inner"},
      {R"({"text":"a","text":"b"})", "text"},
      {R"({"inners":[{"name":"a"},{"nope":"b"}]})", "inners[1].nope"},
  };
  auto codec = Make({});
  for (const Case& c : cases) {
    auto wire = codec->JsonToWire(Type("test.M"), c.json);
    ASSERT_FALSE(wire.ok()) << c.json;
    EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument) << wire.status();
    google::rpc::BadRequest bad;
    auto payload = wire.status().GetPayload("type.googleapis.com/google.rpc.BadRequest");
    ASSERT_TRUE(payload && bad.ParseFromString(std::string(*payload))) << c.json << wire.status();
    EXPECT_EQ(bad.field_violations(0).field(), c.field) << wire.status();
  }
}

TEST_F(CodecTest, RefusesWhatIsNotJson) {
  const char* cases[] = {
      "",
      "{",
      "{}x",
      "[]",
      "1",
      "\"x\"",
      "{\"text\":\"a\",}",
      "{'text':'a'}",
      "{text:\"a\"}",
      "{\"list\":[1,]}",
      "{/**/}",
      "{\"text\":\"\xFF\"}",
      "{\"text\":\"\x01\"}",
      "{\"real\":NaN}",
      "{\"big\":01}",
      "{\"text\":\"\\ud800\"}",
      "\xEF\xBB\xBF{",
  };
  for (const char* json : cases) {
    auto wire = Make({})->JsonToWire(Type("test.M"), json);
    EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument) << json;
  }
}

TEST_F(CodecTest, LimitsDepth) {
  auto nested = [](int depth) {
    std::string json;
    for (int i = 0; i < depth; ++i) json += R"({"inner":)";
    return absl::StrCat(json, "{}", std::string(depth, '}'));
  };
  EXPECT_TRUE(Make({})->JsonToWire(Type("test.Inner"), nested(50)).ok());
  auto deep = Make({})->JsonToWire(Type("test.Inner"), nested(100000));
  EXPECT_EQ(deep.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(deep.status().message()), HasSubstr("deeper than 100"));
}

TEST_F(CodecTest, IgnoresUnknownFieldsIfTold) {
  auto codec = Make({.ignore_unknown = true});
  EXPECT_TRUE(codec->JsonToWire(Type("test.M"), R"({"nope":{"a":[1]},"text":"x"})").ok());
}

TEST_F(CodecTest, ForeignWireIsAnInternalError) {
  EXPECT_EQ(Make({})->WireToJson(Type("test.M"), "\x0a\x05x", kTerse).status().code(),
            absl::StatusCode::kInternal);
}

// Every prefix of a message is refused or read, and nothing crashes.
TEST_F(CodecTest, SurvivesCutInput) {
  std::string json =
      R"({"text":"h\u00e9","list":[1,2],"map":{"a":{"big":"7"}},"time":"2026-01-02T03:04:05Z","real":1.5e3})";
  auto codec = Make({});
  auto whole = codec->JsonToWire(Type("test.M"), json);
  ASSERT_TRUE(whole.ok()) << whole.status();
  for (std::size_t i = 0; i < json.size(); ++i) {
    EXPECT_FALSE(codec->JsonToWire(Type("test.M"), json.substr(0, i)).ok());
  }
  for (std::size_t i = 0; i < whole->size(); ++i) {
    auto result = codec->WireToJson(Type("test.M"), whole->substr(0, i), kTerse);
    EXPECT_TRUE(result.ok() || result.status().code() == absl::StatusCode::kInternal);
  }
}

}  // namespace
}  // namespace triad::gateway

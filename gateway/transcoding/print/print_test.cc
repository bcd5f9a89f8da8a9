// What JSON becomes of wire bytes, in whatever order and pieces they come.
#include <gmock/gmock.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/rules_proto.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

class PrintTest : public ::testing::Test {
 protected:
  const google::protobuf::Descriptor& Type(const std::string& name) {
    return *set_->pool().FindMessageTypeByName(name);
  }
  std::string Json(absl::string_view wire, const std::string& type = "test.All",
                   const JsonStyle& style = kTerse) {
    auto json = MakeCodec(set_->pool(), {})->WireToJson(Type(type), wire, style);
    if (json.ok()) return *json;
    EXPECT_EQ(json.status().code(), absl::StatusCode::kInternal);
    return std::string(json.status().message());
  }
  // Of a message in protobuf's text format.
  std::string OfText(const std::string& text, const std::string& type = "test.All") {
    return Json(Serialized(text, type), type);
  }
  std::string Serialized(const std::string& text, const std::string& type = "test.All") {
    std::unique_ptr<google::protobuf::Message> message(messages_.GetPrototype(&Type(type))->New());
    google::protobuf::TextFormat::Parser parser;
    parser.AllowPartialMessage(true);
    EXPECT_TRUE(parser.ParseFromString(text, message.get())) << text;
    return message->SerializePartialAsString();
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors(RulesProtos());
  google::protobuf::DynamicMessageFactory messages_;
};

struct Case {
  const char* message;
  const char* json;
};

TEST_F(PrintTest, WritesEveryKindOfValue) {
  const Case cases[] = {
      {"", "{}"},
      {"i32: -1 i64: -1 u32: 4294967295 u64: 18446744073709551615",
       R"({"i32":-1,"i64":"-1","u32":4294967295,"u64":"18446744073709551615"})"},
      {"s32: -2147483648 s64: -9223372036854775808",
       R"({"s32":-2147483648,"s64":"-9223372036854775808"})"},
      {"f32: 4294967295 f64: 1 sf32: -1 sf64: -1",
       R"({"f32":4294967295,"f64":"1","sf32":-1,"sf64":"-1"})"},
      {"real32: 1.5 real64: -2.25", R"({"real32":1.5,"real64":-2.25})"},
      {"real32: 0.1 real64: 0.1", R"({"real32":0.1,"real64":0.1})"},
      {"real64: nan real32: -inf", R"({"real32":"-Infinity","real64":"NaN"})"},
      {"real64: inf", R"({"real64":"Infinity"})"},
      {"real64: -0.0", R"({"real64":-0.0})"},
      {"reals: [1e22, 1e-7, 123456.789, 5e-324, 1.7976931348623157e308]",
       R"({"reals":[1e22,1e-7,123456.789,5e-324,1.7976931348623157e308]})"},
      {"flag: true", R"({"flag":true})"},
      {R"(text: "\"\\\b\f\n\r\t\001\177/<\303\251")",
       "{\"text\":\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7F/<\xC3\xA9\"}"},
      {R"(data: "\000\373\377")", R"({"data":"APv/"})"},
      {R"(datas: ["", "a", "ab", "abc"])", R"({"datas":["","YQ==","YWI=","YWJj"]})"},
      {"color: RED colors: [BLUE, NEGATIVE]", R"({"color":"RED","colors":["BLUE","NEGATIVE"]})"},
      {"color: 77", R"({"color":77})"},
      {"alias: SECOND", R"({"alias":"FIRST"})"},
      {"alias: FAR", R"({"alias":"FAR"})"},
      {"child { i32: 1 } children { } children { i32: 2 }",
       R"({"child":{"i32":1},"children":[{},{"i32":2}]})"},
      {"counts { key: \"a\" value: 0 }", R"({"counts":{"a":0}})"},
      {"by_number { key: -1 value { i32: 1 } }", R"({"byNumber":{"-1":{"i32":1}}})"},
      {"by_flag { key: true value: \"x\" }", R"({"byFlag":{"true":"x"}})"},
      {"by_big { key: 18446744073709551615 value: RED }",
       R"({"byBig":{"18446744073709551615":"RED"}})"},
      {"by_zigzag { key: -1 value: \"a\" }", R"({"byZigzag":{"-1":"YQ=="}})"},
      {"one: \"\"", R"({"one":""})"},
      {"none: NULL_VALUE", R"({"none":null})"},
      {"nulls: [NULL_VALUE]", R"({"nulls":[null]})"},
      {"maybe: 0", R"({"maybe":0})"},
      {"odd_name: \"x\" farther: \"y\" far: \"z\"", R"({"ODD":"x","far":"z","farther":"y"})"},
  };
  for (const Case& c : cases) EXPECT_EQ(OfText(c.message), c.json) << c.message;
}

TEST_F(PrintTest, WritesWellKnownTypes) {
  const Case cases[] = {
      {"time { }", R"({"time":"1970-01-01T00:00:00Z"})"},
      {"time { seconds: -1 nanos: 1000000 }", R"({"time":"1969-12-31T23:59:59.001Z"})"},
      {"time { nanos: 1000 }", R"({"time":"1970-01-01T00:00:00.000001Z"})"},
      {"time { nanos: 1 }", R"({"time":"1970-01-01T00:00:00.000000001Z"})"},
      {"time { seconds: 253402300799 }", R"({"time":"9999-12-31T23:59:59Z"})"},
      {"time { seconds: -62135596800 }", R"({"time":"0001-01-01T00:00:00Z"})"},
      {"span { seconds: -1 nanos: -500000000 }", R"({"span":"-1.500s"})"},
      {"span { nanos: -1 }", R"({"span":"-0.000000001s"})"},
      {"spans { } spans { seconds: 3 }", R"({"spans":["0s","3s"]})"},
      {"mask { paths: \"foo_bar.b_c\" paths: \"d\" }", R"({"mask":"fooBar.bC,d"})"},
      {"wrapped { } wrapped_big { value: -5 } wrapped_data { value: \"a\" }",
       R"({"wrapped":"","wrappedBig":"-5","wrappedData":"YQ=="})"},
      {R"(struct { fields { key: "a" value { list_value { values { null_value: 0 } } } } })",
       R"({"struct":{"a":[null]}})"},
      {"struct { }", R"({"struct":{}})"},
      {"value { string_value: \"x\" }", R"({"value":"x"})"},
      {"value { bool_value: false }", R"({"value":false})"},
      {"value { struct_value { } }", R"({"value":{}})"},
      {"values { } values { number_value: 1 }", R"({"values":[null,1]})"},
      {"list { values { number_value: 1.5 } }", R"({"list":[1.5]})"},
      {"empty { }", R"({"empty":{}})"},
      {"any { }", R"({"any":{}})"},
      {R"(any { type_url: "a/test.All" value: "\010\005" })",
       R"({"any":{"@type":"a/test.All","i32":5}})"},
      {R"(any { type_url: "a/google.protobuf.Duration" value: "\010\005" })",
       R"({"any":{"@type":"a/google.protobuf.Duration","value":"5s"}})"},
      {R"(any { type_url: "a/google.protobuf.Empty" })",
       R"({"any":{"@type":"a/google.protobuf.Empty"}})"},
      {R"(any { type_url: "a/google.protobuf.Any" value: "\n\nb/test.All\022\002\010\005" })",
       R"({"any":{"@type":"a/google.protobuf.Any","value":{"@type":"b/test.All","i32":5}}})"},
  };
  for (const Case& c : cases) EXPECT_EQ(OfText(c.message), c.json) << c.message;
}

TEST_F(PrintTest, RefusesWhatJsonCannotSay) {
  const Case cases[] = {
      {"time { seconds: 253402300800 }", "time is out of the range"},
      {"time { seconds: -62135596801 }", "time is out of the range"},
      {"time { nanos: -1 }", "time is out of the range"},
      {"time { nanos: 1000000000 }", "time is out of the range"},
      {"span { seconds: 1 nanos: -1 }", "span is out of the range"},
      {"span { seconds: 315576000001 }", "span is out of the range"},
      {"spans { } spans { nanos: 1000000000 }", "spans[1] is out of the range"},
      {"mask { paths: \"fooBar\" }", "mask has a path"},
      {"mask { paths: \"foo_3_bar\" }", "mask has a path"},
      {"mask { paths: \"foo__bar\" }", "mask has a path"},
      {"mask { paths: \"foo_\" }", "mask has a path"},
      {"mask { paths: \"a,b\" }", "mask has a path"},
      {"mask { paths: \"a\" paths: \"\" }", "mask has a path"},
      {"value { number_value: nan }", "value is a number"},
      {"value { number_value: -inf }", "value is a number"},
      {"any { type_url: \"a/test.Nope\" }", "any holds a message of a type"},
      {"any { value: \"a\" }", "any holds a message of a type"},
  };
  for (const Case& c : cases) EXPECT_THAT(OfText(c.message), HasSubstr(c.json)) << c.message;
  EXPECT_THAT(Json(Serialized("children { } children { data: \"\\377\" }") + "\x72\x01\xFF"),
              HasSubstr("text is not UTF-8"));
}

TEST_F(PrintTest, WritesProto2) {
  const Case cases[] = {
      {"number: 0 name: \"\"", R"({"number":0,"name":""})"},
      {"loose: [1, 2] tight: [3]", R"({"loose":[1,2],"tight":[3]})"},
      {"Part { inner: 1 deep { name: \"x\" } }", R"({"part":{"inner":1,"deep":{"name":"x"}}})"},
      {"Piece { } Piece { inner: 1 }", R"({"piece":[{},{"inner":1}]})"},
      {R"([old.note]: "n" [old.olds] { name: "a" } [old.Scope.inside] { n: 1 })",
       R"({"[old.note]":"n","[old.olds]":[{"name":"a"}],"[old.Scope.inside]":{"n":1}})"},
  };
  for (const Case& c : cases) EXPECT_EQ(OfText(c.message, "old.Old"), c.json) << c.message;
  // A closed enum's number without a name is as if it was not there.
  EXPECT_EQ(Json("\x18\x02\x18\x09", "old.Old"), R"({"closed":"TWO"})");
  EXPECT_EQ(Json("\x18\x09", "old.Old"), "{}");
  EXPECT_EQ(Json("\x20\x09\x20\x01", "old.Old"), R"({"many":["ONE"]})");
  EXPECT_EQ(Json("\x4a\x05\x0a\x01\x61\x10\x09\x4a\x05\x0a\x01\x62\x10\x01", "old.Old"),
            R"({"byName":{"b":"ONE"}})");
  EXPECT_EQ(Json("\x50\x01\x5a\x01\x61\x50\x09", "old.Old"), R"({"word":"a"})");
}

// Each as hexadecimal digits.
TEST_F(PrintTest, TakesFieldsInAnyOrder) {
  const Case cases[] = {
      {"0801 0802", R"({"i32":2})"},                                    // the last holds
      {"1005 0801", R"({"i32":1,"i64":"5"})"},                          // by number
      {"900101 0801 900102", R"({"i32":1,"ints":[1,2]})"},              // scattered
      {"92010401020304 900105 92010106", R"({"ints":[1,2,3,4,5,6]})"},  // packed or not
      {"da020201 02d80203", R"({"loose":[1,2,3]})"},
      {"9201 00", "{}"},                                             // packed, and empty
      {"8a010208018a01021005", R"({"child":{"i32":1,"i64":"5"}})"},  // merged
      {"8a010208018a01020802", R"({"child":{"i32":2}})"},
      {"8a01068a01039001018a01068a0103900102", R"({"child":{"child":{"ints":[1,2]}}})"},
      {"b201050a016110 01b201050a01611002", R"({"counts":{"a":2}})"},  // the last of a key
      {"b20105100 10a0161", R"({"counts":{"a":1}})"},                  // value first
      {"b2010210 05", R"({"counts":{"":5}})"},                         // no key
      {"b201030a0161", R"({"counts":{"a":0}})"},                       // no value
      {"b20100", R"({"counts":{"":0}})"},                              // neither
      {"b201080a01610a01621001", R"({"counts":{"b":1}})"},             // two keys
      {"b201070a016110011002", R"({"counts":{"a":2}})"},               // two values
      {"ba010a0801120208011202 1005", R"({"byNumber":{"1":{"i32":1,"i64":"5"}}})"},
      {"ba010208 01", R"({"byNumber":{"1":{}}})"},
      {"d201016 1d80105", R"({"two":5})"},  // of a oneof, the last
      {"d80105d2010161", R"({"one":"a"})"},
      {"e201020801d80105e201021005", R"({"three":{"i64":"5"}})"},
      {"a00600 0801", R"({"i32":1})"},         // unknown fields
      {"a30608 01a406 0801", R"({"i32":1})"},  // an unknown group
      {"0a0161 0801", R"({"i32":1})"},         // of another type
      {"0880808080808080808001", R"({})"},     // more than 32 bits
      {"08ffffffff0f", R"({"i32":-1})"},
      {"68 02", R"({"flag":true})"},
      {"28 8180808010", R"({"s32":-1})"},
      {"fa0100", R"({"time":"1970-01-01T00:00:00Z"})"},
      {"fa01020801fa01021005", R"({"time":"1970-01-01T00:00:01.000000005Z"})"},
      {"9a02051a01612001", R"({"value":true})"},  // the last kind
  };
  for (const Case& c : cases) {
    std::string hex;
    for (const char* digit = c.message; *digit != '\0'; ++digit) {
      if (*digit != ' ') hex.push_back(*digit);
    }
    EXPECT_EQ(Json(absl::HexStringToBytes(hex)), c.json) << c.message;
  }
}

// However a message is cut in two, the pieces merge into it.
TEST_F(PrintTest, PiecesOfAMessageAreMerged) {
  const char* halves[][2] = {
      {"i32: 1 ints: [1, 2]", "ints: 3 text: \"x\""},
      {"child { i32: 1 child { text: \"a\" } }", "child { child { i32: 5 } i64: 2 }"},
      {"counts { key: \"a\" value: 1 } counts { key: \"b\" value: 2 }",
       "counts { key: \"a\" value: 3 }"},
      {"one: \"x\"", "three { i32: 1 }"},
      {"three { i32: 1 }", "three { i64: 2 }"},
      {"value { struct_value { fields { key: \"a\" value { number_value: 1 } } } }",
       "value { struct_value { fields { key: \"b\" value { number_value: 2 } } } }"},
      {"list { values { number_value: 1 } }", "list { values { number_value: 2 } }"},
      {"struct { fields { key: \"a\" value { bool_value: true } } }",
       "struct { fields { key: \"a\" value { bool_value: false } } }"},
      {"wrapped { value: \"a\" }", "wrapped { }"},
      {"mask { paths: \"a\" }", "mask { paths: \"b\" }"},
      {"by_number { key: 1 value { i32: 1 } }", "by_number { key: 1 value { i64: 2 } }"},
  };
  for (const auto& half : halves) {
    std::string first = Serialized(half[0]);
    std::string second = Serialized(half[1]);
    std::unique_ptr<google::protobuf::Message> whole(
        messages_.GetPrototype(&Type("test.All"))->New());
    ASSERT_TRUE(whole->ParseFromString(first + second));
    EXPECT_EQ(Json(first + second), Json(whole->SerializeAsString())) << half[0];
    // The same one level down, where lengths are in front.
    auto nested = [](const std::string& bytes) {
      return absl::StrCat("\x8a\x01", std::string(1, static_cast<char>(bytes.size())), bytes);
    };
    EXPECT_EQ(Json(nested(first) + nested(second)), Json(nested(whole->SerializeAsString())));
  }
}

TEST_F(PrintTest, PrintsDefaultsOfWhatHasNoPresence) {
  std::string json = Json("", "test.All", {.print_defaults = true});
  for (const char* part :
       {R"("i32":0)", R"("i64":"0")", R"("real64":0)", R"("flag":false)", R"("text":"")",
        R"("data":"")", R"("color":"COLOR_UNSPECIFIED")", R"("ints":[])", R"("counts":{})"}) {
    EXPECT_THAT(json, HasSubstr(part));
  }
  for (const char* name : {"child", "one", "maybe", "time", "value", "wrapped"}) {
    EXPECT_THAT(json, ::testing::Not(HasSubstr(absl::StrCat("\"", name, "\"")))) << name;
  }
  EXPECT_EQ(Json("", "old.Old", {.print_defaults = true}),
            R"({"many":[],"loose":[],"tight":[],"piece":[],"byName":{},"[old.olds]":[]})");
  // In their places, and also where fields come in any order.
  EXPECT_EQ(Json("\x20\x07\x10\x05", "test.All", {.print_defaults = true}).substr(0, 40),
            R"({"i32":0,"i64":"5","u32":0,"u64":"7","s3)");
}

TEST_F(PrintTest, RefusesWhatIsNoWireFormat) {
  const char* cases[] = {
      "08",   "0a05", "ff",     "00",     "8a0105",     "0d0000",     "9201 01 80",
      "0f01", "a306", "a40608", "a3060c", "8a0102a306", "b201020a05", "08ffffffffffffffffffff01",
      "8aff"};
  for (const char* c : cases) {
    std::string hex(c);
    hex.erase(std::remove(hex.begin(), hex.end(), ' '), hex.end());
    EXPECT_THAT(Json(absl::HexStringToBytes(hex)), HasSubstr("is no protobuf wire format")) << c;
  }
}

TEST_F(PrintTest, LimitsDepth) {
  std::string wire;
  for (int i = 0; i < 99; ++i) {
    std::string length;
    std::size_t size = wire.size();
    for (; size >= 0x80; size >>= 7) length.push_back(static_cast<char>(size | 0x80));
    length.push_back(static_cast<char>(size));
    wire = "\x8a\x01" + length + wire;
  }
  EXPECT_THAT(Json(wire), HasSubstr("{}}"));
  std::string deeper = absl::StrCat("\x8a\x01", "\xae\x02", wire);
  EXPECT_THAT(Json(std::string(300, '\x3b'), "old.Old"), HasSubstr("no protobuf wire format"));
}

TEST_F(PrintTest, WritesAFieldAlone) {
  auto codec = MakeCodec(set_->pool(), {});
  auto field = [&](const char* name, const std::string& message) {
    auto json =
        codec->WireToJson({Type("test.All").FindFieldByName(name)}, Serialized(message), kTerse);
    return json.ok() ? *json : json.status().ToString();
  };
  EXPECT_EQ(field("i32", "i32: 5 text: \"x\""), "5");
  EXPECT_EQ(field("i32", ""), "0");
  EXPECT_EQ(field("text", ""), "\"\"");
  EXPECT_EQ(field("color", ""), "\"COLOR_UNSPECIFIED\"");
  EXPECT_EQ(field("maybe", ""), "null");
  EXPECT_EQ(field("one", "two: 1"), "null");
  EXPECT_EQ(field("ints", "i32: 1 ints: 2"), "[2]");
  EXPECT_EQ(field("ints", ""), "[]");
  EXPECT_EQ(field("counts", ""), "{}");
  EXPECT_EQ(field("child", ""), "{}");
  EXPECT_EQ(field("time", ""), "null");
  EXPECT_EQ(field("child", "child { i32: 1 }"), R"({"i32":1})");
}

TEST_F(PrintTest, WritesTheNamesOfTheProto) {
  JsonStyle style = kTerse;
  style.proto_names = true;
  EXPECT_EQ(Json(Serialized(R"(odd_name: "a" by_number { key: 1 value { real32: 1 odd_name: "b" } }
                               mask { paths: "odd_name" })"),
                 "test.All", style),
            R"({"by_number":{"1":{"real32":1,"odd_name":"b"}},"mask":"oddName","odd_name":"a"})");
  EXPECT_EQ(Json(Serialized(R"(name: "a" [old.note]: "b")", "old.Old"), "old.Old", style),
            R"({"name":"a","[old.note]":"b"})");
}

TEST_F(PrintTest, WritesEnumsAsNumbers) {
  JsonStyle style = kTerse;
  style.enum_numbers = true;
  EXPECT_EQ(Json(Serialized(R"(color: BLUE colors: [RED, NEGATIVE] by_big { key: 1 value: RED }
                               none: NULL_VALUE nulls: NULL_VALUE)"),
                 "test.All", style),
            R"({"color":2,"colors":[1,-1],"byBig":{"1":1},"none":null,"nulls":[null]})");
  style.print_defaults = true;
  EXPECT_THAT(Json("", "test.All", style), HasSubstr(R"("color":0,)"));
}

TEST_F(PrintTest, WritesWideIntegersAsNumbers) {
  JsonStyle style = kTerse;
  style.int64_numbers = true;
  EXPECT_EQ(Json(Serialized(R"(i64: -9223372036854775808 u64: 18446744073709551615 s64: -1
                               f64: 1 sf64: -2 wrapped_big { value: 5 } by_big { key: 7 value: RED }
                               by_zigzag { key: -3 value: "" })"),
                 "test.All", style),
            R"({"i64":-9223372036854775808,"u64":18446744073709551615,"s64":-1,"f64":1,"sf64":-2,)"
            R"("byBig":{"7":"RED"},"wrappedBig":5,"byZigzag":{"-3":""}})");
}

TEST_F(PrintTest, LaysOutForTheEyes) {
  JsonStyle style = kTerse;
  style.is_pretty = true;
  EXPECT_EQ(Json(Serialized(R"(text: "a,{\"[" ints: [1, 2] child { empty {} struct {} })"),
                 "test.All", style),
            R"({
  "text": "a,{\"[",
  "child": {
    "struct": {},
    "empty": {}
  },
  "ints": [
    1,
    2
  ]
})");
  EXPECT_EQ(Json("", "test.All", style), "{}");
  // Each number would take a line of its own, behind 140 spaces.
  std::string deep = "ints: [" + absl::StrJoin(std::vector<int>(1000, 1), ",") + "]";
  for (int i = 0; i < 70; ++i) deep = "child {" + deep + "}";
  EXPECT_THAT(Json(Serialized(deep), "test.All", style), HasSubstr(R"({"child":{"child":{)"));
}

}  // namespace
}  // namespace triad::gateway

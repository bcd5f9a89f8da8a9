// What is taken of JSON, and what is refused: a rule of ProtoJSON in each line.
#include <gmock/gmock.h>
#include <google/protobuf/dynamic_message.h>
#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "gateway/transcoding/codec.h"
#include "gateway/transcoding/testing/rules_proto.h"

namespace triad::gateway {
namespace {

using ::testing::HasSubstr;

class ParseTest : public ::testing::Test {
 protected:
  const google::protobuf::Descriptor& Type(const std::string& name) {
    return *set_->pool().FindMessageTypeByName(name);
  }
  absl::StatusOr<std::string> Wire(absl::string_view json, const std::string& type = "test.All",
                                   CodecOptions options = {}) {
    return MakeCodec(set_->pool(), options)->JsonToWire(Type(type), json);
  }
  // What libprotobuf reads from the wire, or the error.
  std::string Show(absl::string_view json, const std::string& type = "test.All",
                   CodecOptions options = {}) {
    auto wire = Wire(json, type, options);
    if (!wire.ok()) return std::string(wire.status().message());
    std::unique_ptr<google::protobuf::Message> message(messages_.GetPrototype(&Type(type))->New());
    if (!message->ParsePartialFromString(*wire)) return "not a message";
    return message->ShortDebugString();
  }

  std::unique_ptr<DescriptorSet> set_ = CompileDescriptors(RulesProtos());
  google::protobuf::DynamicMessageFactory messages_;
};

struct Case {
  const char* json;
  const char* expected;
};

TEST_F(ParseTest, TakesNumbersHoweverTheyAreWritten) {
  const Case cases[] = {
      {R"({"i32":-2147483648})", "i32: -2147483648"},
      {R"({"i32":"2147483647"})", "i32: 2147483647"},
      {R"({"i32":1e2})", "i32: 100"},
      {R"({"i32":"1.5E1"})", "i32: 15"},
      {R"({"i32":100.0})", "i32: 100"},
      {R"({"i32":1200e-2})", "i32: 12"},
      {R"({"i32":0e999999999999999999999})", ""},
      {R"({"maybe":-0})", "maybe: 0"},
      {R"({"i64":"-9223372036854775808"})", "i64: -9223372036854775808"},
      {R"({"i64":9223372036854775807})", "i64: 9223372036854775807"},
      {R"({"i64":9007199254740993})", "i64: 9007199254740993"},
      {R"({"i64":1.00000000000000000000000000000000000})", "i64: 1"},
      {R"({"u32":4294967295})", "u32: 4294967295"},
      {R"({"u64":18446744073709551615})", "u64: 18446744073709551615"},
      {R"({"u64":"1.8446744073709551615e19"})", "u64: 18446744073709551615"},
      {R"({"s32":-1,"s64":"-2"})", "s32: -1 s64: -2"},
      {R"({"f32":1,"f64":"2","sf32":-3,"sf64":"-4"})", "f32: 1 f64: 2 sf32: -3 sf64: -4"},
      {R"({"real64":"1.5"})", "real64: 1.5"},
      {R"({"reals":[1e-400]})", "reals: 0"},
      {R"({"real64":1.7976931348623157e308})", "real64: 1.7976931348623157e+308"},
      {R"({"real64":"NaN","real32":"-Infinity"})", "real32: -inf real64: nan"},
      {R"({"real32":3.4028234663852886e38})", "real32: 3.40282347e+38"},
      {R"({"real64":0.1})", "real64: 0.1"},
      {R"({"real64":123456789012345678901234567890})", "real64: 1.2345678901234568e+29"},
      {R"({"i32":"\u0031\u0032"})", "i32: 12"},
      {R"({"ints":[1,"2",3e0]})", "ints: 1 ints: 2 ints: 3"},
      {R"({"ints":[],"loose":[1,2]})", "loose: 1 loose: 2"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json), c.expected) << c.json;
}

TEST_F(ParseTest, TakesStringsBytesAndEnums) {
  const Case cases[] = {
      {R"({"text":"\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00"})",
       R"(text: "\"\\/\010\014\n\r\tA\303\251\360\237\230\200")"},
      {R"({"text":"\u0000"})", R"(text: "\000")"},
      {"{\"text\":\"\x7F\xF0\x9F\x98\x80\"}", R"(text: "\177\360\237\230\200")"},
      {R"({"data":"AAH/"})", R"(data: "\000\001\377")"},
      {R"({"data":"AAH_"})", R"(data: "\000\001\377")"},
      {R"({"data":"-_8"})", R"(data: "\373\377")"},
      {R"({"data":"AA\u003d\u003d"})", R"(data: "\000")"},
      {R"({"datas":[""]})", R"(datas: "")"},
      {R"({"color":"RED"})", "color: RED"},
      {R"({"color":2})", "color: BLUE"},
      {R"({"color":77})", "color: 77"},
      {R"({"color":-1})", "color: NEGATIVE"},
      {R"({"color":"\u0052ED"})", "color: RED"},
      {R"({"alias":"SECOND"})", "alias: FIRST"},
      {R"({"flag":true})", "flag: true"},
      {R"({"ODD":"x"})", R"(odd_name: "x")"},
      {R"({"odd_name":"x"})", R"(odd_name: "x")"},
      {R"({"\u0074ext":"x"})", R"(text: "x")"},
      {R"({"far":"x","farther":"y"})", R"(far: "x" farther: "y")"},
      {" \t\r\n{ \"ints\" : [ 1 , 2 ] } \n", "ints: 1 ints: 2"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json), c.expected) << c.json;
}

TEST_F(ParseTest, NullIsNoValueButWhereItIsOne) {
  const Case cases[] = {
      {R"({"i32":null,"text":null,"child":null,"ints":null,"counts":null,"wrapped":null})", ""},
      {R"({"one":null,"two":5})", "two: 5"},
      {R"({"value":null})", "value { null_value: NULL_VALUE }"},
      {R"({"values":[null,1]})", "values { null_value: NULL_VALUE } values { number_value: 1 }"},
      {R"({"values":null})", ""},
      {R"({"none":null})", "none: NULL_VALUE"},
      {R"({"none":"NULL_VALUE"})", "none: NULL_VALUE"},
      {R"({"nulls":[null,0]})", "nulls: NULL_VALUE nulls: NULL_VALUE"},
      {R"({"byValue":{"a":null}})", R"(by_value { key: "a" value { null_value: NULL_VALUE } })"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json), c.expected) << c.json;
}

TEST_F(ParseTest, TakesMaps) {
  const Case cases[] = {
      {R"({"counts":{"":1}})", R"(counts { key: "" value: 1 })"},
      {R"({"counts":{"a\n":1}})", R"(counts { key: "a\n" value: 1 })"},
      {R"({"byNumber":{"-5":{"i32":1}}})", "by_number { key: -5 value { i32: 1 } }"},
      {R"({"byNumber":{"\u0035":{}}})", "by_number { key: 5 value { } }"},
      {R"({"byFlag":{"true":"x"}})", R"(by_flag { key: true value: "x" })"},
      {R"({"byBig":{"18446744073709551615":"RED"}})",
       "by_big { key: 18446744073709551615 value: RED }"},
      {R"({"byZigzag":{"-1":"AA"}})", R"(by_zigzag { key: -1 value: "\000" })"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json), c.expected) << c.json;
}

TEST_F(ParseTest, TakesWellKnownTypes) {
  const Case cases[] = {
      {R"({"time":"1970-01-01T00:00:01.5Z"})", "time { seconds: 1 nanos: 500000000 }"},
      {R"({"time":"0001-01-01T00:00:00Z"})", "time { seconds: -62135596800 }"},
      {R"({"time":"9999-12-31T23:59:59.999999999Z"})",
       "time { seconds: 253402300799 nanos: 999999999 }"},
      {R"({"time":"1970-01-01T01:00:00+01:00"})", "time { }"},
      {R"({"time":"1969-12-31T19:30:00-04:30"})", "time { }"},
      {R"({"time":"2000-02-29T00:00:00Z"})", "time { seconds: 951782400 }"},
      {R"({"span":"1.5s"})", "span { seconds: 1 nanos: 500000000 }"},
      {R"({"span":"-0.000000001s"})", "span { nanos: -1 }"},
      {R"({"span":"315576000000.999999999s"})", "span { seconds: 315576000000 nanos: 999999999 }"},
      {R"({"mask":"fooBar,a.bC"})", R"(mask { paths: "foo_bar" paths: "a.b_c" })"},
      {R"({"mask":""})", "mask { }"},
      {R"({"wrapped":"x","wrappedBig":"5"})", R"(wrapped { value: "x" } wrapped_big { value: 5 })"},
      {R"({"struct":{"a":[1,{}]}})",
       R"(struct { fields { key: "a" value { list_value { values { number_value: 1 } )"
       R"(values { struct_value { } } } } } })"},
      {R"({"value":"NaN"})", R"(value { string_value: "NaN" })"},
      {R"({"value":true})", "value { bool_value: true }"},
      {R"({"list":[]})", "list { }"},
      {R"({"empty":{}})", "empty { }"},
      {R"({"any":{}})", "any { }"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json), c.expected) << c.json;
}

TEST_F(ParseTest, AnAnysTypeMayStandAnywhere) {
  std::string first = *Wire(R"({"any":{"@type":"a.b/test.All","i32":1,"text":"t",)"
                            R"("any":{"@type":"x.y/google.protobuf.Duration","value":"2s"}}})");
  const char* others[] = {
      R"({"any":{"i32":1,"text":"t",)"
      R"("any":{"value":"2s","@type":"x.y/google.protobuf.Duration"},"@type":"a.b/test.All"}})",
      R"({"any":{"i32":1,"@type":"a.b/test.All","text":"t",)"
      R"("any":{"@type":"x.y/google.protobuf.Duration","value":"2s"}}})",
      R"({"any":{"i32":1,"\u0040type":"a.b\/test.All","text":"t",)"
      R"("any":{"value":"2s","@type":"x.y/google.protobuf.Duration"}}})",
  };
  for (const char* json : others) {
    ASSERT_TRUE(Wire(json).ok()) << json << Wire(json).status();
    EXPECT_EQ(*Wire(json), first) << json;
  }
  EXPECT_THAT(Show(R"({"any":{"@type":"a.b/google.protobuf.Any","value":{"value":{"i32":1},)"
                   R"("@type":"a.b/test.Nope"}}})"),
              HasSubstr("any.value.@type: must be the URL of a message type"));
  EXPECT_THAT(Show(R"({"anys":{"k":{"value":"1s","@type":"/google.protobuf.Duration"}}})"),
              HasSubstr("must be the URL"));
}

TEST_F(ParseTest, TakesProto2) {
  const Case cases[] = {
      {R"({"number":0,"name":"x","closed":"TWO"})", R"(number: 0 name: "x" closed: TWO)"},
      {R"({"closed":1,"many":["ONE",2]})", "closed: ONE many: ONE many: TWO"},
      {R"({"loose":[1,2],"tight":[1,2]})", "loose: 1 loose: 2 tight: 1 tight: 2"},
      {R"({"part":{"inner":1,"deep":{"name":"y"}}})", R"(Part { inner: 1 deep { name: "y" } })"},
      {R"({"piece":[{"inner":1},{}]})", "Piece { inner: 1 } Piece { }"},
      {R"({"[old.note]":"n","[old.olds]":[{"name":"a"}],"[old.Scope.inside]":{"n":1}})",
       R"([old.note]: "n" [old.olds] { name: "a" } [old.Scope.inside] { n: 1 })"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(c.json, "old.Old"), c.expected) << c.json;
}

struct Refused {
  const char* json;
  const char* says;
};

TEST_F(ParseTest, RefusesWithFieldAndByte) {
  const Refused cases[] = {
      {R"({"i32":2147483648})", "i32: must be a whole number in the range of its type, at byte 8"},
      {R"({"i32":1.5})", "i32: must be a whole number"},
      {R"({"i32":1.00000000000000000000000000000000001})", "i32: must be"},
      {R"({"i32":1e-1})", "i32: must be"},
      {R"({"i64":9223372036854775808})", "i64: must be"},
      {R"({"u64":18446744073709551616})", "u64: must be"},
      {R"({"u64":1e20})", "u64: must be"},
      {R"({"u32":-1})", "u32: must be"},
      {R"({"i32":""})", "i32: must be"},
      {R"({"i32":" 1"})", "i32: must be"},
      {R"({"i32":"1 "})", "i32: must be"},
      {R"({"i32":"0x1"})", "i32: must be"},
      {R"({"i32":"01"})", "i32: must be"},
      {R"({"i32":01})", "i32: "},
      {R"({"i32":+1})", "i32: "},
      {R"({"i32":1.})", "i32: "},
      {R"({"i32":.5})", "i32: "},
      {R"({"i32":1e})", "i32: "},
      {R"({"i32":-})", "i32: "},
      {R"({"i32":true})", "i32: must be a number"},
      {R"({"i32":[1]})", "i32: must be a number"},
      {R"({"real64":NaN})", "real64: "},
      {R"({"real64":"nan"})", "real64: must be"},
      {R"({"real64":"inf"})", "real64: must be"},
      {R"({"real64":"+Infinity"})", "real64: must be"},
      {R"({"real64":1e309})", "real64: must be a number in the range"},
      {R"({"real32":3.502823e38})", "real32: must be a number in the range"},
      {R"({"real64":false})", "real64: must be"},
      {R"({"flag":1})", "flag: must be true or false"},
      {R"({"flag":"true"})", "flag: must be"},
      {R"({"flag":TRUE})", "flag: must be"},
      {R"({"text":1})", "text: must be a string"},
      {R"({"text":["a"]})", "text: must be a string"},
      {R"({"data":"A"})", "data: must be base64"},
      {R"({"data":"AA="})", "data: must be base64"},
      {R"({"data":"AA==="})", "data: must be base64"},
      {R"({"data":"A=A="})", "data: must be base64"},
      {R"({"data":"AA A"})", "data: must be base64"},
      {R"({"data":1})", "data: must be base64"},
      {R"({"color":"GREEN"})", "color: must be a name or number"},
      {R"({"color":"red"})", "color: must be"},
      {R"({"color":"1"})", "color: must be"},
      {R"({"color":1.5})", "color: must be"},
      {R"({"color":2147483648})", "color: must be"},
      {R"({"color":true})", "color: must be"},
      {R"({"child":[]})", "child: must be an object"},
      {R"({"child":"x"})", "child: must be an object"},
      {R"({"children":[{"i32":1},{"text":5}]})", "children[1].text: must be a string, at byte 32"},
      {R"({"children":{"i32":1}})", "children: must be a list"},
      {R"({"ints":1})", "ints: must be a list"},
      {R"({"ints":{}})", "ints: must be a list"},
      {R"({"ints":[1,null]})", "ints[1]: must not be null"},
      {R"({"texts":[null]})", "texts[0]: must not be null"},
      {R"({"children":[null]})", "children[0]: must not be null"},
      {R"({"ints":[[1]]})", "ints[0]: must be"},
      {R"({"counts":[]})", "counts: must be an object"},
      {R"({"counts":{"a":null}})", "counts[\"a\"]: must not be null"},
      {R"({"counts":{"a":1,"b":2,"a":3}})", "counts[\"a\"]: is given twice"},
      {R"({"counts":{"a":1,"\u0061":3}})", "counts[\"a\"]: is given twice"},
      {R"({"byNumber":{"1.0":{}}})", "byNumber[\"1.0\"]: has a key"},
      {R"({"byNumber":{"":{}}})", "has a key"},
      {R"({"byNumber":{"01":{}}})", "has a key"},
      {R"({"byNumber":{"2147483648":{}}})", "has a key"},
      {R"({"byFlag":{"True":"x"}})", "has a key"},
      {R"({"byNumber":{"1":{"nope":1}}})", "byNumber[\"1\"].nope: is not a known field"},
      {R"({"text":"a","text":"b"})", "text: is given twice"},
      {R"({"text":"a","text":null})", "text: is given twice"},
      {R"({"oddName":"a"})", "oddName: is not a known field"},
      {R"({"odd_name":"a","ODD":"b"})", "ODD: is given twice"},
      {R"({"by_number":{},"byNumber":{}})", "byNumber: is given twice"},
      {R"({"one":"a","two":1})", "two: excludes another field"},
      {R"({"none":null,"two":1})", "two: excludes"},
      {R"({"nope":1})", "nope: is not a known field, at byte 3"},
      {R"({"child":{"nope":1}})", "child.nope: is not"},
      {R"({"[old.note]":"x"})", "[old.note]: is not"},
      {R"({"time":"2026-01-02"})", "time: must be a time"},
      {R"({"time":"2026-01-02T03:04:05"})", "time: must be"},
      {R"({"time":"2026-01-02t03:04:05Z"})", "time: must be"},
      {R"({"time":"2026-01-02T03:04:05z"})", "time: must be"},
      {R"({"time":"2026-01-02 03:04:05Z"})", "time: must be"},
      {R"({"time":"2026-02-30T03:04:05Z"})", "time: must be"},
      {R"({"time":"2026-13-01T03:04:05Z"})", "time: must be"},
      {R"({"time":"2026-01-02T24:00:00Z"})", "time: must be"},
      {R"({"time":"2026-01-02T03:04:60Z"})", "time: must be"},
      {R"({"time":"2026-01-02T03:04:05.Z"})", "time: must be"},
      {R"({"time":"2026-01-02T03:04:05.1234567890Z"})", "time: must be"},
      {R"({"time":"0000-01-01T00:00:00Z"})", "time: must be"},
      {R"({"time":"0001-01-01T00:00:00+00:01"})", "time: must be"},
      {R"({"time":"9999-12-31T23:59:59-00:01"})", "time: must be"},
      {R"({"time":"10000-01-01T00:00:00Z"})", "time: must be"},
      {R"({"time":"2026-01-02T03:04:05+24:00"})", "time: must be"},
      {R"({"time":5})", "time: must be a string"},
      {R"({"span":"1"})", "span: must be seconds"},
      {R"({"span":"s"})", "span: must be"},
      {R"({"span":"+1s"})", "span: must be"},
      {R"({"span":"1.s"})", "span: must be"},
      {R"({"span":".5s"})", "span: must be"},
      {R"({"span":"1e3s"})", "span: must be"},
      {R"({"span":"315576000001s"})", "span: must be"},
      {R"({"span":"1.0000000001s"})", "span: must be"},
      {R"({"span":"0x1s"})", "span: must be"},
      {R"({"mask":"foo_bar"})", "mask: must be paths"},
      {R"({"mask":"a,,b"})", "mask: must be"},
      {R"({"mask":{"paths":["a"]}})", "mask: must be a string"},
      {R"({"wrapped":{"value":"x"}})", "wrapped: must be a string"},
      {R"({"struct":[]})", "struct: must be an object"},
      {R"({"struct":{"a":1,"a":2}})", "struct[\"a\"]: is given twice"},
      {R"({"value":1e309})", "value: must be a number"},
      {R"({"list":{}})", "list: must be a list"},
      {R"({"any":{"i32":1}})", "any.@type: is missing"},
      {R"({"any":{"@type":"test.All"}})", "any.@type: must be the URL"},
      {R"({"any":{"@type":5}})", "any.@type: must be a string"},
      {R"({"any":{"@type":"a/test.All","@type":"a/test.All"}})", "is given twice"},
      {R"({"any":{"@type":"a/google.protobuf.Duration"}})", "any.value: is missing"},
      {R"({"any":{"@type":"a/google.protobuf.Duration","value":"x"}})", "any.value: must be"},
      {R"({"any":{"@type":"a/google.protobuf.Duration","value":"1s","x":1}})", "any.x: is not"},
      {R"({"any":{"@type":"a/test.All","nope":1}})", "any.nope: is not"},
      {R"({"closed":3})", "closed: is not a known field"},
  };
  for (const Refused& c : cases) {
    auto wire = Wire(c.json);
    ASSERT_FALSE(wire.ok()) << c.json;
    EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument) << c.json;
    EXPECT_THAT(std::string(wire.status().message()), HasSubstr(c.says)) << c.json;
  }
  EXPECT_THAT(Show(R"({"closed":3})", "old.Old"), HasSubstr("closed: must be a name or number"));
}

TEST_F(ParseTest, RefusesWhatIsNotJson) {
  const absl::string_view cases[] = {
      "",
      " ",
      "{",
      "}",
      "{}x",
      "{}{}",
      "[]",
      "1",
      "null",
      "\"x\"",
      "{\"text\":\"a\",}",
      "{,}",
      "{'text':'a'}",
      "{text:\"a\"}",
      "{\"ints\":[1,]}",
      "{\"ints\":[,1]}",
      "{\"ints\":[1 2]}",
      "{\"ints\":[1}",
      "{\"text\" \"a\"}",
      "{\"text\":}",
      "{/**/}",
      "{}//",
      "{\"text\":\"\xFF\"}",
      "{\"text\":\"\xC0\x80\"}",
      "{\"text\":\"\xED\xA0\x80\"}",
      "{\"text\":\"\xF4\x90\x80\x80\"}",
      "{\"text\":\"\x01\"}",
      "{\"text\":\"a\nb\"}",
      "{\"text\":\"\\ud800\"}",
      "{\"text\":\"\\udc00\"}",
      "{\"text\":\"\\ud800\\u0041\"}",
      "{\"text\":\"\\x41\"}",
      "{\"text\":\"\\u12G4\"}",
      "{\"text\":\"\\U0041\"}",
      "{\"text\":\"a}",
      "{\"text\":\"\\",
      "{\"i32\":1",
      "\xEF\xBB\xBF{}",
      absl::string_view("{}\0", 3),
      absl::string_view("{\"i32\":1\0}", 10),
      absl::string_view("{\"text\":\"a\0\"}", 13),
      "{\"flag\":truex}",
      "{\"flag\":tru}",
  };
  for (absl::string_view json : cases) {
    auto wire = Wire(json);
    EXPECT_EQ(wire.status().code(), absl::StatusCode::kInvalidArgument) << json;
    EXPECT_THAT(std::string(wire.status().message()), HasSubstr("at byte ")) << json;
  }
}

// What is ignored is checked as strictly as what is known.
TEST_F(ParseTest, IgnoresTheUnknownAndNothingElse) {
  CodecOptions options;
  options.ignore_unknown = true;
  const Case good[] = {
      {R"({"nope":{"a":[1,{"b":null}],"c":"\n"},"i32":1})", "i32: 1"},
      {R"({"color":"GREEN","i32":1})", "i32: 1"},
      {R"({"colors":["RED","GREEN","BLUE"]})", "colors: RED colors: BLUE"},
      {R"({"colors":["GREEN"]})", ""},
      {R"({"byBig":{"1":"GREEN","2":"RED"}})", "by_big { key: 2 value: RED }"},
      {R"({"any":{"nope":1,"@type":"a/test.All"}})", R"(any { type_url: "a/test.All" })"},
  };
  for (const Case& c : good) EXPECT_EQ(Show(c.json, "test.All", options), c.expected) << c.json;
  const char* bad[] = {
      R"({"nope":1,"nope":2})",
      R"({"nope":{"a":1,"a":2}})",
      R"({"nope":[{"a":1,"\u0061":2}]})",
      R"({"nope":01})",
      R"({"nope":"\x"})",
      R"({"nope":[1,]})",
      R"({"nope":tru})",
      R"({"nope":{"a"}})",
      R"({"nope":"\ud800"})",
      R"({"color":true})",
      R"({"i32":"x"})",
      R"({"nope":NaN})",
  };
  for (const char* json : bad) EXPECT_FALSE(Wire(json, "test.All", options).ok()) << json;
}

TEST_F(ParseTest, DropsAnIgnoredNumberOfAClosedEnum) {
  CodecOptions options;
  options.ignore_unknown = true;
  EXPECT_EQ(Show(R"({"closed":3,"many":[1,3],"byName":{"a":9}})", "old.Old", options), "many: ONE");
}

TEST_F(ParseTest, HoldsLimits) {
  auto nested = [](int depth, const char* open, const char* middle, const char* close) {
    std::string json;
    for (int i = 0; i < depth; ++i) json += open;
    json += middle;
    for (int i = 0; i < depth; ++i) json += close;
    return json;
  };
  EXPECT_TRUE(Wire(nested(99, "{\"child\":", "{}", "}")).ok());
  EXPECT_THAT(Show(nested(100, "{\"child\":", "{}", "}")), HasSubstr("deeper than 100"));
  EXPECT_TRUE(Wire(nested(99, "{\"children\":[", "{}", "]}")).ok());
  EXPECT_THAT(Show(nested(100000, "{\"child\":", "{}", "}")), HasSubstr("deeper than 100"));
  EXPECT_TRUE(Wire("{\"value\":" + nested(99, "[", "", "]") + "}").ok());
  EXPECT_THAT(Show("{\"value\":" + nested(100, "[", "", "]") + "}"), HasSubstr("deeper than 100"));
  CodecOptions options;
  options.ignore_unknown = true;
  EXPECT_FALSE(Wire("{\"nope\":" + nested(100, "[", "", "]") + "}", "test.All", options).ok());
  options.max_values = 4;
  EXPECT_TRUE(Wire(R"({"ints":[1,2,3]})", "test.All", options).ok());
  EXPECT_THAT(Show(R"({"ints":[1,2,3,4]})", "test.All", options),
              HasSubstr("ints[3]: has too many values"));
}

// Whatever stands around a string, and however long it is, it is found as it is.
TEST_F(ParseTest, StringsOfEveryLength) {
  for (std::size_t length = 0; length < 100; ++length) {
    for (const char* piece : {"", "\\n", "\xC3\xA9", "\\u00e9"}) {
      std::string text = absl::StrCat(std::string(length, 'x'), piece, "y");
      std::string json = absl::StrCat("{\"text\":\"", text, "\",\"one\":\"", text, "\"}");
      auto codec = MakeCodec(set_->pool(), {});
      auto wire = codec->JsonToWire(Type("test.All"), json);
      ASSERT_TRUE(wire.ok()) << json;
      auto back =
          codec->JsonToWire(Type("test.All"), *codec->WireToJson(Type("test.All"), *wire, kTerse));
      EXPECT_EQ(*back, *wire) << json;
      for (std::size_t end = 0; end < json.size(); end += 7) {
        EXPECT_FALSE(Wire(absl::string_view(json).substr(0, end)).ok());
      }
    }
  }
}

TEST_F(ParseTest, ReadsAFieldAlone) {
  auto codec = MakeCodec(set_->pool(), {});
  auto field = [&](const char* name, absl::string_view json) {
    auto wire = codec->JsonToWire({Type("test.All").FindFieldByName(name)}, json);
    return wire.ok() ? "ok" : std::string(wire.status().message());
  };
  EXPECT_EQ(field("ints", "[1,2]"), "ok");
  EXPECT_EQ(field("counts", R"({"a":1})"), "ok");
  EXPECT_EQ(field("i32", "7 "), "ok");
  EXPECT_THAT(field("ints", R"([1],"text":"x")"), HasSubstr("not valid JSON"));
  EXPECT_THAT(field("child", R"({"nope":1})"), HasSubstr("child.nope: is not"));
}

}  // namespace
}  // namespace triad::gateway

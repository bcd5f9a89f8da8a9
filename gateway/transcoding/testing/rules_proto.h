// A message with fields of every kind, for tests.
#pragma once

#include <map>
#include <string>

#include "gateway/protos/testing/test_descriptors.h"

namespace triad::gateway {

// "test.All", of proto3, and "old.Old", of proto2.
inline std::map<std::string, std::string> RulesProtos() {
  return {{"test.proto", TestProto(R"(
    enum Color { COLOR_UNSPECIFIED = 0; RED = 1; BLUE = 2; NEGATIVE = -1; }
    enum Alias { option allow_alias = true; ALIAS_ZERO = 0; FIRST = 1; SECOND = 1; FAR = 100; }
    message All {
      int32 i32 = 1; int64 i64 = 2; uint32 u32 = 3; uint64 u64 = 4; sint32 s32 = 5;
      sint64 s64 = 6; fixed32 f32 = 7; fixed64 f64 = 8; sfixed32 sf32 = 9; sfixed64 sf64 = 10;
      float real32 = 11; double real64 = 12; bool flag = 13; string text = 14; bytes data = 15;
      Color color = 16; All child = 17;
      repeated int32 ints = 18; repeated string texts = 19; repeated All children = 20;
      repeated Color colors = 21; map<string, int32> counts = 22; map<int32, All> by_number = 23;
      map<bool, string> by_flag = 24; map<uint64, Color> by_big = 25;
      oneof kind {
        string one = 26; int32 two = 27; All three = 28; google.protobuf.NullValue none = 29;
      }
      optional int32 maybe = 30;
      google.protobuf.Timestamp time = 31; google.protobuf.Duration span = 32;
      google.protobuf.FieldMask mask = 33; google.protobuf.Struct struct = 34;
      google.protobuf.Value value = 35; google.protobuf.ListValue list = 36;
      google.protobuf.Any any = 37; google.protobuf.StringValue wrapped = 38;
      google.protobuf.Int64Value wrapped_big = 39; google.protobuf.Empty empty = 40;
      repeated google.protobuf.Value values = 41; string odd_name = 42 [json_name = "ODD"];
      repeated int32 loose = 43 [packed = false]; repeated google.protobuf.NullValue nulls = 44;
      map<string, google.protobuf.Value> by_value = 45; repeated double reals = 46;
      map<sint64, bytes> by_zigzag = 47; Alias alias = 48; string far = 2047; string farther = 536870911;
      repeated google.protobuf.Duration spans = 49; google.protobuf.BytesValue wrapped_data = 50;
      repeated bytes datas = 51; map<string, google.protobuf.Any> anys = 52;
    })")},
          {"old.proto", R"(
    syntax = "proto2";
    package old;
    import "google/protobuf/any.proto";
    enum Closed { NIL = 0; ONE = 1; TWO = 2; }
    message Old {
      optional int32 number = 1 [default = 5];
      required string name = 2;
      optional Closed closed = 3;
      repeated Closed many = 4;
      repeated int32 loose = 5;
      repeated int32 tight = 6 [packed = true];
      optional group Part = 7 { optional int32 inner = 1; optional Old deep = 2; }
      repeated group Piece = 8 { optional int32 inner = 1; }
      map<string, Closed> by_name = 9;
      oneof kind { Closed choice = 10; string word = 11; }
      optional google.protobuf.Any any = 12;
      extensions 100 to 200;
    }
    extend Old { optional string note = 100; repeated Old olds = 101; }
    message Scope { extend Old { optional Scope inside = 102; } optional int32 n = 1; }
  )"}};
}

}  // namespace triad::gateway

#include "gateway/transcoding/parse/well_known.h"

#include "absl/strings/str_split.h"
#include "gateway/transcoding/parse/any.h"
#include "gateway/transcoding/parse/json_keys.h"
#include "gateway/transcoding/parse/scalars.h"
#include "gateway/transcoding/text/field_mask_text.h"
#include "gateway/transcoding/text/number_text.h"
#include "gateway/transcoding/text/time_text.h"

namespace triad::gateway {
namespace {

using messages::MessageTable;
using messages::WellKnown;

// Numbers of the fields, as the files of google/protobuf have them.
constexpr int kSeconds = 1;
constexpr int kNanos = 2;
constexpr int kPaths = 1;
constexpr int kStructFields = 1;
constexpr int kEntryKey = 1;
constexpr int kEntryValue = 2;
constexpr int kListValues = 1;
enum ValueNumber {
  kNullValue = 1,
  kNumberValue,
  kStringValue,
  kBoolValue,
  kStructValue,
  kListValue
};

bool Value(ParseContext& context, const MessageTable& type);

// The text of the string that comes next, until the next token.
bool TakeText(ParseContext& context, absl::string_view& text) {
  if (context.in.Peek() != '"') return context.Fail("must be a string");
  StringToken token;
  if (!TakeString(context, token)) return false;
  text = TextOf(token, context.scratch);
  return true;
}

void WriteTime(WireWriter& out, const SecondsAndNanos& time) {
  if (time.seconds != 0) {
    out.VarintTag(kSeconds);
    out.Varint(static_cast<std::uint64_t>(time.seconds));
  }
  if (time.nanos != 0) {
    out.VarintTag(kNanos);
    out.Varint(static_cast<std::uint64_t>(std::int64_t{time.nanos}));
  }
}

bool Timestamp(ParseContext& context, const MessageTable&) {
  context.in.Peek();
  const char* at = context.in.at();
  absl::string_view text;
  if (!TakeText(context, text)) return false;
  std::optional<SecondsAndNanos> time = ParseTimestamp(text);
  if (!time) {
    return context.FailAt(at, "must be a time of RFC 3339, for instance 2026-01-02T03:04:05Z");
  }
  WriteTime(context.out, *time);
  return true;
}

bool Duration(ParseContext& context, const MessageTable&) {
  context.in.Peek();
  const char* at = context.in.at();
  absl::string_view text;
  if (!TakeText(context, text)) return false;
  std::optional<SecondsAndNanos> time = ParseDuration(text);
  if (!time) {
    return context.FailAt(at, "must be seconds with the suffix s, for instance 1.5s");
  }
  WriteTime(context.out, *time);
  return true;
}

bool FieldMask(ParseContext& context, const MessageTable&) {
  context.in.Peek();
  const char* at = context.in.at();
  absl::string_view text;
  if (!TakeText(context, text)) return false;
  if (text.empty()) return true;
  for (absl::string_view path : absl::StrSplit(text, ',')) {
    std::optional<std::string> snake = SnakePath(path);
    if (!snake) return context.FailAt(at, "must be paths as JSON names them, with commas between");
    context.out.BytesTag(kPaths);
    context.out.Bytes(*snake);
  }
  return true;
}

bool Wrapper(ParseContext& context, const MessageTable& type) {
  return ParseScalar(context, type.fields()[0], WithTag::kYes);
}

// Of the fields of a Struct, Value and ListValue no table is needed.
bool StructFields(ParseContext& context, const MessageTable& type) {
  if (context.in.Peek() != '{') return context.Fail("must be an object");
  JsonKeys keys;
  return EachMember(context, [&](const StringToken& key) {
    if (!keys.Insert(context, key)) return false;
    context.out.BytesTag(kStructFields);
    WireWriter::Length entry = context.out.Open();
    context.out.BytesTag(kEntryKey);
    WriteString(context.out, key);
    context.out.BytesTag(kEntryValue);
    WireWriter::Length value = context.out.Open();
    if (!Value(context, type)) {
      context.problem.AddField(TextOf(key, context.scratch));
      return false;
    }
    context.out.Close(value);
    context.out.Close(entry);
    return true;
  });
}

bool ListElements(ParseContext& context, const MessageTable& type) {
  if (context.in.Peek() != '[') return context.Fail("must be a list");
  return EachElement(context, IsLevel::kYes, [&] {
    context.out.BytesTag(kListValues);
    WireWriter::Length value = context.out.Open();
    if (!Value(context, type)) return false;
    context.out.Close(value);
    return true;
  });
}

bool Nested(ParseContext& context, const MessageTable& type, int number, ParseWellKnown parse) {
  context.out.BytesTag(number);
  WireWriter::Length length = context.out.Open();
  if (!parse(context, type)) return false;
  context.out.Close(length);
  return true;
}

bool Number(ParseContext& context) {
  std::optional<NumberText> number = ReadNumber(context.in.at(), context.in.end());
  if (!number) return context.NotJson();
  std::optional<double> value = NearestDouble(*number);
  if (!value) return context.Fail("must be a number in the range of a double");
  context.in.MoveTo(context.in.at() + number->text.size());
  context.out.bytes().Append(static_cast<char>(kNumberValue << 3 | 1));
  context.out.Fixed(*value);
  return true;
}

bool Boolean(ParseContext& context, absl::string_view word, bool value) {
  context.out.VarintTag(kBoolValue);
  context.out.Varint(value ? 1 : 0);
  return TakeLiteral(context, word);
}

bool Value(ParseContext& context, const MessageTable& type) {
  switch (context.in.Peek()) {
    case 'n':
      context.out.VarintTag(kNullValue);
      context.out.Varint(0);
      return TakeLiteral(context, "null");
    case 't':
      return Boolean(context, "true", true);
    case 'f':
      return Boolean(context, "false", false);
    case '"': {
      StringToken token;
      if (!TakeString(context, token)) return false;
      context.out.BytesTag(kStringValue);
      WriteString(context.out, token);
      return true;
    }
    case '{':
      return Nested(context, type, kStructValue, StructFields);
    case '[':
      return Nested(context, type, kListValue, ListElements);
    default:
      return Number(context);
  }
}

}  // namespace

ParseWellKnown WellKnownParser(WellKnown type) {
  switch (type) {
    case WellKnown::kTimestamp:
      return Timestamp;
    case WellKnown::kDuration:
      return Duration;
    case WellKnown::kFieldMask:
      return FieldMask;
    case WellKnown::kWrapper:
      return Wrapper;
    case WellKnown::kStruct:
      return StructFields;
    case WellKnown::kValue:
      return Value;
    case WellKnown::kListValue:
      return ListElements;
    case WellKnown::kAny:
      return ParseAny;
    case WellKnown::kNone:
    case WellKnown::kEmpty:
    case WellKnown::kHttpBody:
      return nullptr;
  }
  return nullptr;
}

}  // namespace triad::gateway

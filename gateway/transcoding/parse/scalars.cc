#include "gateway/transcoding/parse/scalars.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "absl/strings/ascii.h"
#include "gateway/transcoding/text/base64_text.h"
#include "gateway/transcoding/text/number_text.h"

namespace triad::gateway {
namespace {

using messages::FieldEntry;
using messages::FieldType;

constexpr absl::string_view kNoNumber = "must be a number";
constexpr absl::string_view kNoInteger = "must be a whole number in the range of its type";

// The next number: as such, or in a string. In a string that is none, `text` is what it holds.
struct NumberToken {
  std::optional<NumberText> number;
  absl::string_view text;
};

bool TakeNumber(ParseContext& context, NumberToken& token) {
  if (context.in.Peek() != '"') {
    token.number = ReadNumber(context.in.at(), context.in.end());
    if (!token.number) return context.Fail(kNoNumber);
    context.in.MoveTo(context.in.at() + token.number->text.size());
    return true;
  }
  StringToken string;
  if (!TakeString(context, string)) return false;
  // No number needs an escape, but any of its characters may be written as one.
  token.text = TextOf(string, context.scratch);
  token.number = WholeNumber(token.text);
  return true;
}

// An integer that is digits alone and has too few of them for an overflow, as most are: takes
// it, and its quotation marks. False, with nothing taken, for anything else.
bool TakeShortInteger(Cursor& in, std::int64_t& value) {
  constexpr std::ptrdiff_t kMaxDigits = 18;
  const char* at = in.at();
  const char* end = in.end();
  bool is_quoted = at != end && *at == '"';
  if (is_quoted) ++at;
  bool is_negative = at != end && *at == '-';
  if (is_negative) ++at;
  const char* first = at;
  std::int64_t digits = 0;
  for (; at != end && absl::ascii_isdigit(static_cast<unsigned char>(*at)); ++at) {
    if (at - first == kMaxDigits) return false;
    digits = 10 * digits + (*at - '0');
  }
  bool is_good = at != first && at != end && (*first != '0' || at - first == 1);
  if (!is_good) return false;
  if (is_quoted ? *at++ != '"' : *at == '.' || *at == 'e' || *at == 'E') return false;
  in.MoveTo(at);
  value = is_negative ? -digits : digits;
  return true;
}

template <typename T>
bool TakeInteger(ParseContext& context, T& value) {
  const char* at = context.in.at();
  std::int64_t short_value;
  if (TakeShortInteger(context.in, short_value)) {
    if (!std::in_range<T>(short_value)) return context.FailAt(at, kNoInteger);
    value = static_cast<T>(short_value);
    return true;
  }
  NumberToken token;
  if (!TakeNumber(context, token)) return false;
  std::optional<T> exact = token.number ? ExactInteger<T>(*token.number) : std::nullopt;
  if (!exact) return context.FailAt(at, kNoInteger);
  value = *exact;
  return true;
}

template <typename T>
bool TakeReal(ParseContext& context, T& value) {
  const char* at = context.in.at();
  NumberToken token;
  if (!TakeNumber(context, token)) return false;
  if (token.number) {
    std::optional<T> nearest;
    if constexpr (std::is_same_v<T, float>) {
      nearest = NearestFloat(*token.number);
    } else {
      nearest = NearestDouble(*token.number);
    }
    if (!nearest) return context.FailAt(at, "must be a number in the range of its type");
    value = *nearest;
    return true;
  }
  std::optional<double> special = NonFinite(token.text);
  if (!special) return context.FailAt(at, "must be a number, NaN, Infinity or -Infinity");
  value = static_cast<T>(*special);
  return true;
}

std::uint64_t ZigZag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

void PutTag(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  if (with_tag == WithTag::kYes) context.out.Tag(field);
}

// Integers of type T, as WRITE has them on the wire.
template <typename T, auto WRITE>
bool Integer(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  T value;
  if (!TakeInteger(context, value)) return false;
  PutTag(context, field, with_tag);
  WRITE(context.out, value);
  return true;
}

// Negative values of 32 bits take ten bytes, as those of 64 bits.
constexpr auto kAsVarint = [](WireWriter& out, auto value) {
  out.Varint(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)));
};
constexpr auto kAsZigZag = [](WireWriter& out, auto value) { out.Varint(ZigZag(value)); };
constexpr auto kAsFixed = [](WireWriter& out, auto value) { out.Fixed(value); };

template <typename T>
bool Real(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  T value;
  if (!TakeReal(context, value)) return false;
  PutTag(context, field, with_tag);
  context.out.Fixed(value);
  return true;
}

bool Boolean(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  bool value = context.in.TakeWord("true");
  if (!value && !context.in.TakeWord("false")) return context.Fail("must be true or false");
  PutTag(context, field, with_tag);
  context.out.Varint(value ? 1 : 0);
  return true;
}

bool Enum(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  std::optional<std::int32_t> number;
  if (!ParseEnum(context, field, number)) return false;
  if (!number) return true;
  PutTag(context, field, with_tag);
  kAsVarint(context.out, *number);
  return true;
}

bool String(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  if (context.in.Peek() != '"') return context.Fail("must be a string");
  StringToken token;
  if (!TakeString(context, token)) return false;
  PutTag(context, field, with_tag);
  WriteString(context.out, token);
  return true;
}

bool Bytes(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  constexpr absl::string_view kNoBase64 = "must be base64";
  const char* at = context.in.at();
  if (context.in.Peek() != '"') return context.Fail(kNoBase64);
  StringToken token;
  if (!TakeString(context, token)) return false;
  std::optional<absl::string_view> digits = WithoutPadding(TextOf(token, context.scratch));
  if (!digits) return context.FailAt(at, kNoBase64);
  PutTag(context, field, with_tag);
  context.out.Varint(DecodedSize(digits->size()));
  ByteChain& bytes = context.out.bytes();
  constexpr std::size_t kPart = ByteChain::kMaxReserved / 3 * 4;
  for (; !digits->empty(); digits->remove_prefix(std::min(kPart, digits->size()))) {
    absl::string_view part = digits->substr(0, kPart);
    char* out = bytes.Reserve(ByteChain::kMaxReserved);
    if (!DecodeDigits(part, out)) return context.FailAt(at, kNoBase64);
    bytes.Commit(out + DecodedSize(part.size()));
  }
  return true;
}

// A message is none.
bool None(ParseContext& context, const FieldEntry&, WithTag) {
  return context.Fail("must be an object");
}

using Parse = bool (*)(ParseContext&, const FieldEntry&, WithTag);

// By FieldType.
constexpr Parse kParsers[] = {
    Real<double>,
    Real<float>,
    Integer<std::int32_t, kAsVarint>,
    Integer<std::int64_t, kAsVarint>,
    Integer<std::uint32_t, kAsVarint>,
    Integer<std::uint64_t, kAsVarint>,
    Integer<std::int32_t, kAsZigZag>,
    Integer<std::int64_t, kAsZigZag>,
    Integer<std::uint32_t, kAsFixed>,
    Integer<std::uint64_t, kAsFixed>,
    Integer<std::int32_t, kAsFixed>,
    Integer<std::int64_t, kAsFixed>,
    Boolean,
    Enum,
    String,
    Bytes,
    None,
    None,
};

// Of an integer in base 10 that is written in one way only, so that equal keys are alike.
template <typename T, auto WRITE>
bool IntegerKey(WireWriter& out, absl::string_view text) {
  std::optional<NumberText> number = WholeNumber(text);
  if (!number || !number->is_plain || text == "-0") return false;
  std::optional<T> value = ExactInteger<T>(*number);
  if (value) WRITE(out, *value);
  return value.has_value();
}

bool BooleanKey(WireWriter& out, absl::string_view text) {
  if (text != "true" && text != "false") return false;
  out.Varint(text == "true" ? 1 : 0);
  return true;
}

using ParseKey = bool (*)(WireWriter&, absl::string_view);

// By FieldType; of the types that a key can have.
constexpr ParseKey kKeyParsers[] = {
    nullptr,
    nullptr,
    IntegerKey<std::int32_t, kAsVarint>,
    IntegerKey<std::int64_t, kAsVarint>,
    IntegerKey<std::uint32_t, kAsVarint>,
    IntegerKey<std::uint64_t, kAsVarint>,
    IntegerKey<std::int32_t, kAsZigZag>,
    IntegerKey<std::int64_t, kAsZigZag>,
    IntegerKey<std::uint32_t, kAsFixed>,
    IntegerKey<std::uint64_t, kAsFixed>,
    IntegerKey<std::int32_t, kAsFixed>,
    IntegerKey<std::int64_t, kAsFixed>,
    BooleanKey,
};

}  // namespace

bool ParseScalar(ParseContext& context, const FieldEntry& field, WithTag with_tag) {
  context.in.Peek();
  return kParsers[static_cast<std::size_t>(field.type)](context, field, with_tag);
}

bool ParseEnum(ParseContext& context, const FieldEntry& field,
               std::optional<std::int32_t>& number) {
  const messages::EnumTable& type = *field.enumeration;
  char next = context.in.Peek();
  const char* at = context.in.at();
  if (next == 'n' && type.is_null_value()) {
    number = 0;
    return TakeLiteral(context, "null");
  }
  bool is_known = false;
  if (next == '"') {
    StringToken token;
    if (!TakeString(context, token)) return false;
    const std::int32_t* found = type.NumberOf(TextOf(token, context.scratch));
    is_known = found != nullptr;
    if (is_known) number = *found;
  } else {
    std::int32_t value;
    if (next != '-' && !absl::ascii_isdigit(static_cast<unsigned char>(next))) {
      return context.Fail("must be a name or number of the enum");
    }
    if (!TakeInteger(context, value)) return false;
    is_known = type.Takes(value);
    if (is_known) number = value;
  }
  if (is_known || context.options.ignore_unknown) return true;
  return context.FailAt(at, "must be a name or number of the enum");
}

bool ParseMapKey(ParseContext& context, const FieldEntry& field, const StringToken& token) {
  context.out.Tag(field);
  if (field.type == FieldType::kString) {
    WriteString(context.out, token);
    return true;
  }
  ParseKey parse = kKeyParsers[static_cast<std::size_t>(field.type)];
  if (parse(context.out, TextOf(token, context.scratch))) return true;
  return context.FailAt(token.raw.data(), "has a key that does not fit its type");
}

void WriteString(WireWriter& out, const StringToken& token) {
  out.Varint(token.size);
  if (!token.has_escapes) return out.bytes().Append(token.raw);
  const char* end = token.raw.data() + token.raw.size();
  for (const char* at = token.raw.data(); at != end;) {
    const char* special = FindSpecial(at, end);
    out.bytes().Append(absl::string_view(at, static_cast<std::size_t>(special - at)));
    if (special == end) return;
    Escape escape = ReadEscape(special, end);
    char* room = out.bytes().Reserve(sizeof(escape.bytes));
    std::memcpy(room, escape.bytes, sizeof(escape.bytes));
    out.bytes().Commit(room + escape.size);
    at = special + escape.length;
  }
}

}  // namespace triad::gateway

#include "gateway/transcoding/print/scalars.h"

#include <algorithm>
#include <bit>
#include <type_traits>

#include "gateway/transcoding/text/base64_text.h"
#include "gateway/transcoding/text/number_text.h"
#include "gateway/transcoding/text/string_text.h"
#include "gateway/transcoding/text/utf8_text.h"

namespace triad::gateway {
namespace {

using messages::FieldEntry;
using messages::FieldType;

std::int64_t UnZigZag(std::uint64_t bits) {
  return static_cast<std::int64_t>(bits >> 1 ^ (std::uint64_t{0} - (bits & 1)));
}

// The integer of type T that `bits` are.
template <typename T, bool ZIGZAG>
auto IntegerOf(std::uint64_t bits) {
  using Widest = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  // What is beyond the type's bits does not count.
  if constexpr (ZIGZAG) {
    bits = static_cast<std::uint64_t>(UnZigZag(static_cast<std::make_unsigned_t<T>>(bits)));
  }
  return static_cast<Widest>(static_cast<T>(bits));
}

template <typename T, bool ZIGZAG = false>
bool Integer(PrintContext& context, const FieldEntry&, const RawValue& value) {
  char* out = context.out.Reserve(kMaxNumberBytes);
  context.out.Commit(WriteInteger(IntegerOf<T, ZIGZAG>(value.bits), out));
  return true;
}

// 64 bits are more than a number of JavaScript holds.
template <typename T, bool ZIGZAG = false>
bool Quoted(PrintContext& context, const FieldEntry&, const RawValue& value) {
  char* out = context.out.Reserve(kMaxNumberBytes);
  *out++ = '"';
  out = WriteInteger(IntegerOf<T, ZIGZAG>(value.bits), out);
  *out++ = '"';
  context.out.Commit(out);
  return true;
}

bool Double(PrintContext& context, const FieldEntry&, const RawValue& value) {
  char* out = context.out.Reserve(kMaxNumberBytes);
  context.out.Commit(WriteDouble(std::bit_cast<double>(value.bits), out));
  return true;
}

bool Float(PrintContext& context, const FieldEntry&, const RawValue& value) {
  char* out = context.out.Reserve(kMaxNumberBytes);
  context.out.Commit(WriteFloat(std::bit_cast<float>(static_cast<std::uint32_t>(value.bits)), out));
  return true;
}

bool Boolean(PrintContext& context, const FieldEntry&, const RawValue& value) {
  context.out.Append(absl::string_view(value.bits != 0 ? "true" : "false"));
  return true;
}

bool Enum(PrintContext& context, const FieldEntry& field, const RawValue& value) {
  if (field.enumeration->is_null_value()) {
    context.out.Append(absl::string_view("null"));
    return true;
  }
  absl::string_view name = field.enumeration->QuotedNameOf(static_cast<std::int32_t>(value.bits));
  if (name.empty()) return Integer<std::int32_t>(context, field, value);
  context.out.Append(name);
  return true;
}

bool String(PrintContext& context, const FieldEntry&, const RawValue& value) {
  return PrintString(context, value.bytes);
}

bool Bytes(PrintContext& context, const FieldEntry&, const RawValue& value) {
  constexpr std::size_t kPart = ByteChain::kMaxReserved / 4 * 3;
  context.out.Append('"');
  for (absl::string_view rest = value.bytes; !rest.empty();) {
    absl::string_view part = rest.substr(0, kPart);
    char* out = context.out.Reserve(ByteChain::kMaxReserved);
    EncodeDigits(part, out);
    context.out.Commit(out + EncodedSize(part.size()));
    rest.remove_prefix(part.size());
  }
  context.out.Append('"');
  return true;
}

bool None(PrintContext& context, const FieldEntry&, const RawValue&) {
  return context.Fail("is a message");
}

struct Printer {
  ScalarPrinter print;
  bool has_quotes;
};

// By FieldType.
constexpr Printer kPrinters[] = {
    {Double, false},
    {Float, false},
    {Integer<std::int32_t>, false},
    {Quoted<std::int64_t>, true},
    {Integer<std::uint32_t>, false},
    {Quoted<std::uint64_t>, true},
    {Integer<std::int32_t, true>, false},
    {Quoted<std::int64_t, true>, true},
    {Integer<std::uint32_t>, false},
    {Quoted<std::uint64_t>, true},
    {Integer<std::int32_t>, false},
    {Quoted<std::int64_t>, true},
    {Boolean, false},
    {Enum, true},
    {String, true},
    {Bytes, true},
    {None, false},
    {None, false},
};

}  // namespace

bool PrintScalar(PrintContext& context, const FieldEntry& field, const RawValue& value) {
  return kPrinters[static_cast<std::size_t>(field.type)].print(context, field, value);
}

ScalarPrinter PrinterOf(const FieldEntry& field) {
  return kPrinters[static_cast<std::size_t>(field.type)].print;
}

bool PrintMapKey(PrintContext& context, const FieldEntry& field, const RawValue& value) {
  bool is_quoted = kPrinters[static_cast<std::size_t>(field.type)].has_quotes;
  if (is_quoted) return PrintScalar(context, field, value);
  context.out.Append('"');
  if (!PrintScalar(context, field, value)) return false;
  context.out.Append('"');
  return true;
}

bool PrintString(PrintContext& context, absl::string_view text) {
  bool is_checked_here = context.reading == Reading::kAnyOrder;
  if (is_checked_here && Utf8Length(text) != text.size()) return context.Fail("is not UTF-8");
  context.out.Append('"');
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const char* special = FindSpecial(at, end);
    context.out.Append(absl::string_view(at, static_cast<std::size_t>(special - at)));
    if (special == end) break;
    context.out.Append(EscapeOf(*special));
    at = special + 1;
  }
  context.out.Append('"');
  return true;
}

}  // namespace triad::gateway

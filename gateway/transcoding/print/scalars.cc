#include "gateway/transcoding/print/scalars.h"

#include <algorithm>
#include <array>
#include <bit>
#include <type_traits>

#include "gateway/transcoding/text/base64_text.h"
#include "gateway/transcoding/text/number_writer.h"
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
char* WriteNarrow(std::uint64_t bits, char* out) {
  return WriteInteger(IntegerOf<T, ZIGZAG>(bits), out);
}

// 64 bits are more than a number of JavaScript holds.
template <typename T, bool ZIGZAG = false>
char* WriteQuoted(std::uint64_t bits, char* out) {
  *out++ = '"';
  out = WriteInteger(IntegerOf<T, ZIGZAG>(bits), out);
  *out++ = '"';
  return out;
}

char* WriteDoubleBits(std::uint64_t bits, char* out) {
  return WriteDouble(std::bit_cast<double>(bits), out);
}

char* WriteFloatBits(std::uint64_t bits, char* out) {
  return WriteFloat(std::bit_cast<float>(static_cast<std::uint32_t>(bits)), out);
}

template <NumberWriter WRITE>
bool Number(PrintContext& context, const FieldEntry&, const RawValue& value) {
  context.out.Commit(WRITE(value.bits, context.out.Reserve(kMaxNumberBytes)));
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
  absl::string_view name;
  if (!context.style.enum_numbers) {
    name = field.enumeration->QuotedNameOf(static_cast<std::int32_t>(value.bits));
  }
  if (name.empty()) return Number<WriteNarrow<std::int32_t>>(context, field, value);
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
  NumberWriter write;  // of numbers
  bool has_quotes;
};

template <NumberWriter WRITE>
constexpr Printer PrinterOfNumber(bool has_quotes = false) {
  return {Number<WRITE>, WRITE, has_quotes};
}

// By the integer's type, and whether it is a number in JSON too.
template <typename T, bool ZIGZAG, bool IS_NUMBER>
constexpr Printer PrinterOfWide() {
  if constexpr (IS_NUMBER) {
    return PrinterOfNumber<WriteNarrow<T, ZIGZAG>>();
  } else {
    return PrinterOfNumber<WriteQuoted<T, ZIGZAG>>(true);
  }
}

using Printers = std::array<Printer, 18>;

// By FieldType.
template <bool INT64_NUMBERS>
constexpr Printers kPrinters = {{
    PrinterOfNumber<WriteDoubleBits>(),
    PrinterOfNumber<WriteFloatBits>(),
    PrinterOfNumber<WriteNarrow<std::int32_t>>(),
    PrinterOfWide<std::int64_t, false, INT64_NUMBERS>(),
    PrinterOfNumber<WriteNarrow<std::uint32_t>>(),
    PrinterOfWide<std::uint64_t, false, INT64_NUMBERS>(),
    PrinterOfNumber<WriteNarrow<std::int32_t, true>>(),
    PrinterOfWide<std::int64_t, true, INT64_NUMBERS>(),
    PrinterOfNumber<WriteNarrow<std::uint32_t>>(),
    PrinterOfWide<std::uint64_t, false, INT64_NUMBERS>(),
    PrinterOfNumber<WriteNarrow<std::int32_t>>(),
    PrinterOfWide<std::int64_t, false, INT64_NUMBERS>(),
    {Boolean, nullptr, false},
    {Enum, nullptr, true},
    {String, nullptr, true},
    {Bytes, nullptr, true},
    {None, nullptr, false},
    {None, nullptr, false},
}};

const Printer& Find(const PrintContext& context, const FieldEntry& field) {
  const Printers& printers = context.style.int64_numbers ? kPrinters<true> : kPrinters<false>;
  return printers[static_cast<std::size_t>(field.type)];
}

}  // namespace

bool PrintScalar(PrintContext& context, const FieldEntry& field, const RawValue& value) {
  return Find(context, field).print(context, field, value);
}

ScalarPrinter PrinterOf(const PrintContext& context, const FieldEntry& field) {
  return Find(context, field).print;
}

NumberWriter NumberWriterOf(const PrintContext& context, const FieldEntry& field) {
  return Find(context, field).write;
}

bool PrintMapKey(PrintContext& context, const FieldEntry& field, const RawValue& value) {
  bool is_quoted = Find(context, field).has_quotes;
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

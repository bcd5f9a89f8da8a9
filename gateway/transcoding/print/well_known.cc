#include "gateway/transcoding/print/well_known.h"

#include <bit>
#include <cmath>

#include "gateway/transcoding/print/field_places.h"
#include "gateway/transcoding/print/lists.h"
#include "gateway/transcoding/print/messages.h"
#include "gateway/transcoding/print/scalars.h"
#include "gateway/transcoding/text/field_mask_text.h"
#include "gateway/transcoding/text/number_writer.h"
#include "gateway/transcoding/text/time_text.h"

namespace triad::gateway {
namespace {

using messages::FieldEntry;
using messages::MessageTable;
using messages::WellKnown;
using messages::WireType;

// Numbers of the fields, as the files of google/protobuf have them.
constexpr std::uint32_t kSeconds = 1;
constexpr std::uint32_t kNanos = 2;
constexpr std::uint32_t kTypeUrl = 1;
constexpr std::uint32_t kAnyValue = 2;
enum ValueNumber : std::uint32_t {
  kNullValue = 1,
  kNumberValue,
  kStringValue,
  kBoolValue,
  kStructValue,
  kListValue
};

// Calls `found` with each field that is of its type.
template <typename Found>
bool EachField(PrintContext& context, const MessageTable& type, const Pieces& pieces,
               const Found& found) {
  for (absl::string_view piece : pieces) {
    WireReader in(piece);
    while (!in.AtEnd()) {
      std::uint32_t number;
      WireType wire_type;
      if (!in.Tag(number, wire_type)) return context.NotWire();
      const FieldEntry* field = type.FindByNumber(number);
      RawValue value;
      bool is_known = field != nullptr && Fits(*field, wire_type);
      if (is_known ? !in.Raw(wire_type, value) : !in.Skip(wire_type, number)) {
        return context.NotWire();
      }
      if (is_known) found(number, value);
    }
  }
  return true;
}

using WriteTime = char* (*)(const SecondsAndNanos&, char*);

template <WriteTime WRITE>
bool Time(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  SecondsAndNanos time;
  bool good = EachField(context, type, pieces, [&](std::uint32_t number, const RawValue& value) {
    if (number == kSeconds) time.seconds = static_cast<std::int64_t>(value.bits);
    if (number == kNanos) time.nanos = static_cast<std::int32_t>(value.bits);
  });
  if (!good) return false;
  char* out = context.out.Reserve(kMaxTimeBytes + 2);
  *out++ = '"';
  out = WRITE(time, out);
  if (out == nullptr) return context.Fail("is out of the range of its type");
  *out++ = '"';
  context.out.Commit(out);
  return true;
}

bool FieldMask(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  std::string text;
  bool is_good = true;
  bool good = EachField(context, type, pieces, [&](std::uint32_t, const RawValue& value) {
    std::optional<std::string> path = CamelPath(value.bytes);
    is_good = is_good && path.has_value();
    if (is_good) absl::StrAppend(&text, text.empty() ? "" : ",", *path);
  });
  if (!good) return false;
  if (!is_good) return context.Fail("has a path that JSON has no name for");
  return PrintString(context, text);
}

bool Wrapper(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  RawValue wrapped;
  auto found = [&](std::uint32_t, const RawValue& value) { wrapped = value; };
  return EachField(context, type, pieces, found) && PrintScalar(context, type.fields()[0], wrapped);
}

// Of a Struct or a ListValue, which have one field.
bool OnlyField(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  const FieldEntry& field = type.fields()[0];
  bool is_written;
  if (context.reading == Reading::kAnyOrder) {
    FieldPlaces tags(type);
    if (!tags.Find(context, pieces)) return false;
    Occurrences places(field, context.wire, tags.Of(field));
    return PrintElements(context, field, places, "", true, is_written);
  }
  WireReader in(pieces.empty() ? absl::string_view() : pieces.front());
  if (in.AtEnd()) {
    Occurrences none(field, context.wire, {});
    return PrintElements(context, field, none, "", true, is_written);
  }
  std::uint32_t number;
  WireType wire_type;
  if (!in.Tag(number, wire_type)) return context.NotWire();
  // Anything else among the elements is rare.
  if (number != field.number || !Fits(field, wire_type)) return context.OutOfOrder();
  Occurrences places(field, in, wire_type);
  if (!PrintElements(context, field, places, "", true, is_written)) return false;
  return in.AtEnd() || context.OutOfOrder();
}

bool Number(PrintContext& context, const RawValue& value) {
  auto number = std::bit_cast<double>(value.bits);
  if (!std::isfinite(number)) return context.Fail("is a number that JSON does not have");
  char* out = context.out.Reserve(kMaxNumberBytes);
  context.out.Commit(WriteDouble(number, out));
  return true;
}

// The kind that is set last holds; that of a message in pieces has all that came since.
bool Value(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  std::uint32_t kind = 0;
  RawValue last;
  PieceList nested;
  auto found = [&](std::uint32_t number, const RawValue& value) {
    if (number != kind) nested.clear();
    kind = number;
    last = value;
    nested.push_back(value.bytes);
  };
  if (!EachField(context, type, pieces, found)) return false;
  switch (kind) {
    case kNumberValue:
      return Number(context, last);
    case kStringValue:
    case kBoolValue:
      return PrintScalar(context, *type.FindByNumber(kind), last);
    case kStructValue:
    case kListValue:
      return PrintMessage(context, *type.FindByNumber(kind)->message, nested);
    default:
      context.out.Append(absl::string_view("null"));
      return true;
  }
}

bool Any(PrintContext& context, const MessageTable& any, const Pieces& pieces) {
  absl::string_view url;
  absl::string_view bytes;
  bool good = EachField(context, any, pieces, [&](std::uint32_t number, const RawValue& value) {
    if (number == kTypeUrl) url = value.bytes;
    if (number == kAnyValue) bytes = value.bytes;
  });
  if (!good) return false;
  context.out.Append('{');
  if (!url.empty() || !bytes.empty()) {
    std::size_t slash = url.rfind('/');
    const auto* type = slash == absl::string_view::npos
                           ? nullptr
                           : context.pool.FindMessageTypeByName(std::string(url.substr(slash + 1)));
    if (type == nullptr) return context.Fail("holds a message of a type that is not known here");
    context.out.Append(absl::string_view("\"@type\":"));
    if (!PrintString(context, url)) return false;
    const MessageTable& table = context.tables.Of(*type);
    bool is_first = false;
    if (WellKnownPrinter(table.well_known()) != nullptr) {
      context.out.Append(absl::string_view(",\"value\":"));
      good = PrintMessage(context, table, Pieces(&bytes, 1));
    } else {
      good = PrintMembers(context, table, Pieces(&bytes, 1), is_first);
    }
  }
  context.out.Append('}');
  return good;
}

}  // namespace

PrintWellKnown WellKnownPrinter(WellKnown type) {
  switch (type) {
    case WellKnown::kTimestamp:
      return Time<WriteTimestamp>;
    case WellKnown::kDuration:
      return Time<WriteDuration>;
    case WellKnown::kFieldMask:
      return FieldMask;
    case WellKnown::kWrapper:
      return Wrapper;
    case WellKnown::kStruct:
    case WellKnown::kListValue:
      return OnlyField;
    case WellKnown::kValue:
      return Value;
    case WellKnown::kAny:
      return Any;
    case WellKnown::kNone:
    case WellKnown::kEmpty:
    case WellKnown::kHttpBody:
      return nullptr;
  }
  return nullptr;
}

}  // namespace triad::gateway

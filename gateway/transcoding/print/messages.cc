#include "gateway/transcoding/print/messages.h"

#include "gateway/transcoding/print/field_places.h"
#include "gateway/transcoding/print/lists.h"
#include "gateway/transcoding/print/scalars.h"
#include "gateway/transcoding/print/well_known.h"

namespace triad::gateway {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::FieldType;
using messages::MessageTable;
using messages::Presence;
using messages::WellKnown;
using messages::WireType;

// Whether `value` is what a field has that was never set.
bool IsZero(const FieldEntry& field, const RawValue& value) {
  switch (field.type) {
    case FieldType::kString:
    case FieldType::kBytes:
      return value.bytes.empty();
    case FieldType::kInt32:
    case FieldType::kUint32:
    case FieldType::kSint32:
    case FieldType::kEnum:
      return static_cast<std::uint32_t>(value.bits) == 0;
    default:
      return value.bits == 0;
  }
}

// Writes the members of one object.
class Members {
 public:
  Members(PrintContext& context, const MessageTable& type, bool& is_first)
      : context_(context), type_(type), is_first_(is_first) {}

  // In one pass over `bytes`.
  bool PrintInOrder(absl::string_view bytes) {
    WireReader in(bytes);
    while (!in.AtEnd()) {
      std::uint32_t number;
      WireType type;
      if (!in.Tag(number, type)) return context_.NotWire();
      const FieldEntry* field = Find(number);
      if (field == nullptr || !Fits(*field, type)) {
        if (!in.Skip(type, number)) return context_.NotWire();
      } else if (!PrintNext(*field, in, type)) {
        return Named(*field);
      }
    }
    return PrintDefaultsBefore(type_.fields().size());
  }

  bool PrintInAnyOrder(const Pieces& pieces) {
    FieldPlaces places(type_);
    if (!places.Find(context_, pieces)) return false;
    for (const FieldEntry& field : type_.fields()) {
      if (!PrintAt(field, places.Of(field))) return Named(field);
    }
    return true;
  }

 private:
  bool Named(const FieldEntry& field) {
    context_.path.push_back(field.descriptor->name());
    return false;
  }

  // Most fields come in the order of their numbers.
  const FieldEntry* Find(std::uint32_t number) const {
    const auto& fields = type_.fields();
    if (next_ < fields.size() && fields[next_].number == number) return &fields[next_];
    return type_.FindByNumber(number);
  }

  void Key(const FieldEntry& field) {
    absl::string_view key = context_.KeyOf(field);
    if (is_first_) key.remove_prefix(1);
    is_first_ = false;
    context_.out.Append(key);
  }

  // The field whose tag has been read, and the elements that follow.
  bool PrintNext(const FieldEntry& field, WireReader& in, WireType type) {
    if (field.index < next_) return context_.OutOfOrder();
    if (field.cardinality != Cardinality::kSingular) {
      if (!PrintDefaultsBefore(field.index)) return false;
      next_ = field.index + 1;
      Occurrences places(field, in, type);
      return PrintRepeated(field, places);
    }
    if (field.message != nullptr) {
      absl::string_view piece;
      if (!in.Message(type, field.number, piece)) return context_.NotWire();
      if (!Begin(field)) return false;
      Key(field);
      return PrintMessage(context_, *field.message, Pieces(&piece, 1));
    }
    RawValue value;
    if (!in.Raw(type, value)) return context_.NotWire();
    if (IsForeign(field, value)) return true;
    return Begin(field) && PrintSingular(field, value);
  }

  // Of a field that is singular: what has to be in front of it.
  bool Begin(const FieldEntry& field) {
    if (!PrintDefaultsBefore(field.index)) return false;
    next_ = field.index + 1;
    if (field.oneof < 0) return true;
    // Of two that share a bit, one is taken for the other, which costs only time.
    std::uint64_t bit = std::uint64_t{1} << (field.oneof % 64);
    if ((oneofs_ & bit) != 0) return context_.OutOfOrder();
    oneofs_ |= bit;
    return true;
  }

  bool PrintSingular(const FieldEntry& field, const RawValue& value) {
    bool is_default = field.presence == Presence::kImplicit && IsZero(field, value);
    if (is_default && !context_.style.print_defaults) return true;
    Key(field);
    return PrintScalar(context_, field, value);
  }

  bool PrintRepeated(const FieldEntry& field, Occurrences& places) {
    absl::string_view key = context_.KeyOf(field);
    if (is_first_) key.remove_prefix(1);
    bool is_written = false;
    if (!PrintElements(context_, field, places, key, context_.style.print_defaults, is_written)) {
      return false;
    }
    if (is_written) is_first_ = false;
    return true;
  }

  bool PrintAt(const FieldEntry& field, absl::Span<std::uint32_t> tags) {
    if (tags.empty()) return PrintAbsent(field);
    Occurrences places(field, context_.wire, tags);
    if (field.cardinality != Cardinality::kSingular) return PrintRepeated(field, places);
    Occurrence place;
    RawValue value;
    PieceList pieces;
    if (field.message != nullptr) pieces.reserve(tags.size());
    while (places.Next(place)) {
      if (field.message == nullptr) {
        place.in->Raw(place.type, value);
        return PrintSingular(field, value);
      }
      absl::string_view piece;
      place.in->Message(place.type, field.number, piece);
      pieces.push_back(piece);
    }
    Key(field);
    return PrintMessage(context_, *field.message, pieces);
  }

  bool PrintDefaultsBefore(std::size_t index) {
    if (context_.style.print_defaults) {
      for (; next_ < index; ++next_) {
        if (!PrintAbsent(type_.fields()[next_])) return false;
      }
    }
    return true;
  }

  bool PrintAbsent(const FieldEntry& field) {
    if (field.presence != Presence::kImplicit || !context_.style.print_defaults) return true;
    Key(field);
    if (field.cardinality == Cardinality::kSingular) return PrintDefault(context_, field);
    context_.out.Append(absl::string_view(field.cardinality == Cardinality::kMap ? "{}" : "[]"));
    return true;
  }

  PrintContext& context_;
  const MessageTable& type_;
  bool& is_first_;
  std::size_t next_ = 0;      // the first field that may still come
  std::uint64_t oneofs_ = 0;  // those that are set
};

}  // namespace

bool PrintMembers(PrintContext& context, const MessageTable& type, const Pieces& pieces,
                  bool& is_first) {
  Members members(context, type, is_first);
  if (context.reading == Reading::kAnyOrder) return members.PrintInAnyOrder(pieces);
  return members.PrintInOrder(pieces.empty() ? absl::string_view() : pieces.front());
}

namespace {

// Whether JSON has an object or a list for the message itself.
bool IsLevel(WellKnown type) {
  switch (type) {
    case WellKnown::kNone:
    case WellKnown::kStruct:
    case WellKnown::kListValue:
    case WellKnown::kAny:
    case WellKnown::kEmpty:
    case WellKnown::kHttpBody:
      return true;
    default:
      return false;
  }
}

}  // namespace

bool PrintMessage(PrintContext& context, const MessageTable& type, const Pieces& pieces) {
  if (pieces.size() > 1 && context.reading == Reading::kInOrder) return context.OutOfOrder();
  // Nearly all messages are plain ones.
  bool is_plain = type.well_known() == WellKnown::kNone;
  int level = is_plain || IsLevel(type.well_known()) ? 1 : 0;
  if ((context.depth += level) > kMaxDepth) {
    return context.Fail("is nested deeper than 100 levels");
  }
  PrintWellKnown print = is_plain ? nullptr : WellKnownPrinter(type.well_known());
  bool good;
  if (print != nullptr) {
    good = print(context, type, pieces);
  } else {
    bool is_first = true;
    context.out.Append('{');
    good = PrintMembers(context, type, pieces, is_first);
    context.out.Append('}');
  }
  context.depth -= level;
  return good;
}

bool PrintValue(PrintContext& context, const FieldEntry& field, const Occurrence& occurrence) {
  if (field.message != nullptr) {
    absl::string_view piece;
    if (!occurrence.in->Message(occurrence.type, field.number, piece)) return context.NotWire();
    return PrintMessage(context, *field.message, Pieces(&piece, 1));
  }
  RawValue value;
  if (!occurrence.in->Raw(occurrence.type, value)) return context.NotWire();
  return PrintScalar(context, field, value);
}

bool PrintDefault(PrintContext& context, const FieldEntry& field) {
  RawValue value;
  if (field.enumeration != nullptr) {
    value.bits = static_cast<std::uint64_t>(std::int64_t{field.enumeration->default_number()});
  }
  return PrintScalar(context, field, value);
}

}  // namespace triad::gateway

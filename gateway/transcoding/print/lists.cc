#include "gateway/transcoding/print/lists.h"

#include "gateway/transcoding/print/messages.h"
#include "gateway/transcoding/print/scalars.h"
#include "gateway/transcoding/text/key_set.h"
#include "gateway/transcoding/text/number_writer.h"

namespace triad::gateway {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::FieldType;
using messages::WireType;

// Opens a list or an object in front of its first element, and separates the others.
class Brackets {
 public:
  Brackets(PrintContext& context, absl::string_view key, char open, char close)
      : context_(context), key_(key), open_(open), close_(close) {}

  void NextElement() {
    if (is_open_) return context_.out.Append(',');
    Open();
  }

  // Whether anything was written.
  bool Close(bool even_empty) {
    if (!is_open_ && !even_empty) return false;
    if (!is_open_) Open();
    context_.out.Append(close_);
    return true;
  }

 private:
  void Open() {
    context_.out.Append(key_);
    context_.out.Append(open_);
    is_open_ = true;
  }

  PrintContext& context_;
  const absl::string_view key_;
  const char open_;
  const char close_;
  bool is_open_ = false;
};

template <WireType TYPE>
bool PrintPackedOf(PrintContext& context, const FieldEntry& field, WireReader in,
                   Brackets& brackets) {
  RawValue value;
  if (NumberWriter write = NumberWriterOf(context, field)) {
    // Each number goes with the comma in front of it.
    for (bool is_next = false; !in.AtEnd(); is_next = true) {
      if (!in.Raw(TYPE, value)) return context.NotWire();
      if (!is_next) brackets.NextElement();
      char* out = context.out.Reserve(kMaxNumberBytes + 1);
      *out = ',';
      context.out.Commit(write(value.bits, out + (is_next ? 1 : 0)));
    }
    return true;
  }
  ScalarPrinter print = PrinterOf(context, field);
  while (!in.AtEnd()) {
    if (!in.Raw(TYPE, value)) return context.NotWire();
    if (IsForeign(field, value)) continue;
    brackets.NextElement();
    if (!print(context, field, value)) return false;
  }
  return true;
}

bool PrintPacked(PrintContext& context, const FieldEntry& field, absl::string_view packed,
                 Brackets& brackets) {
  switch (messages::WireTypeOf(field.type)) {
    case WireType::kFixed64:
      return PrintPackedOf<WireType::kFixed64>(context, field, WireReader(packed), brackets);
    case WireType::kFixed32:
      return PrintPackedOf<WireType::kFixed32>(context, field, WireReader(packed), brackets);
    default:
      return PrintPackedOf<WireType::kVarint>(context, field, WireReader(packed), brackets);
  }
}

bool PrintUnpacked(PrintContext& context, const FieldEntry& field, const Occurrence& place,
                   Brackets& brackets) {
  if (field.message != nullptr) {
    brackets.NextElement();
    return PrintValue(context, field, place);
  }
  RawValue value;
  if (!place.in->Raw(place.type, value)) return context.NotWire();
  bool is_packed = place.type == WireType::kBytes && field.type < FieldType::kString;
  if (is_packed) return PrintPacked(context, field, value.bytes, brackets);
  if (IsForeign(field, value)) return true;
  brackets.NextElement();
  return PrintScalar(context, field, value);
}

// The fields of a map's entry.
struct Entry {
  RawValue key;
  const char* key_place = nullptr;  // behind its tag; none if it is missing
  RawValue value;                   // of a scalar
  PieceList value_pieces;           // of a message
  bool has_value = false;
  bool is_foreign = false;
};

bool ReadEntryValue(PrintContext& context, const FieldEntry& field, WireReader& in, WireType type,
                    Entry& entry) {
  entry.has_value = true;
  if (field.message != nullptr) {
    absl::string_view piece;
    if (!in.Message(type, field.number, piece)) return context.NotWire();
    entry.value_pieces.push_back(piece);
    return true;
  }
  if (!in.Raw(type, entry.value)) return context.NotWire();
  entry.is_foreign = IsForeign(field, entry.value);
  return true;
}

// Key and value may be missing, or repeated, of which the last is meant, and pieces of a message
// are merged.
bool ReadEntry(PrintContext& context, const FieldEntry& map, absl::string_view bytes,
               Entry& entry) {
  const FieldEntry& key = map.message->fields()[0];
  const FieldEntry& value = map.message->fields()[1];
  WireReader in(bytes);
  while (!in.AtEnd()) {
    std::uint32_t number;
    WireType type;
    if (!in.Tag(number, type)) return context.NotWire();
    if (number == key.number && Fits(key, type)) {
      entry.key_place = in.at();
      if (!in.Raw(type, entry.key)) return context.NotWire();
    } else if (number == value.number && Fits(value, type)) {
      if (!ReadEntryValue(context, value, in, type, entry)) return false;
    } else if (!in.Skip(type, number)) {
      return context.NotWire();
    }
  }
  return true;
}

// A map's key as bytes that are equal if the keys are.
absl::string_view KeyBytes(const FieldEntry& key, const RawValue& value, std::uint64_t& scratch) {
  if (key.type == FieldType::kString) return value.bytes;
  bool is_narrow = key.type == FieldType::kInt32 || key.type == FieldType::kUint32 ||
                   key.type == FieldType::kSint32;
  scratch = is_narrow ? static_cast<std::uint32_t>(value.bits) : value.bits;
  if (key.type == FieldType::kBool) scratch = value.bits != 0 ? 1 : 0;
  return {reinterpret_cast<const char*>(&scratch), sizeof(scratch)};
}

// Whether entries have keys that differ, by where these stand.
class EntryKeys {
 public:
  EntryKeys(PrintContext& context, const FieldEntry& map)
      : wire_(context.wire), key_(map.message->fields()[0]) {}

  bool Insert(const Entry& entry) {
    std::uint64_t scratch;
    std::uint32_t place = entry.key_place == nullptr
                              ? kMissing
                              : static_cast<std::uint32_t>(entry.key_place - wire_.data());
    return keys_.Insert(place, KeyBytes(key_, entry.key, scratch),
                        [this](std::uint32_t other) { return KeyAt(other); });
  }

 private:
  // No key stands there, and this is not KeySet's either.
  static constexpr std::uint32_t kMissing = kMaxMessageBytes;

  absl::string_view KeyAt(std::uint32_t place) {
    RawValue key;
    if (place != kMissing) WireReader(wire_.substr(place)).Raw(WireTypeOf(key_.type), key);
    return KeyBytes(key_, key, scratch_);
  }

  const absl::string_view wire_;
  const FieldEntry& key_;
  std::uint64_t scratch_ = 0;
  KeySet keys_;
};

bool PrintEntryValue(PrintContext& context, const FieldEntry& field, const Entry& entry) {
  if (field.message != nullptr) return PrintMessage(context, *field.message, entry.value_pieces);
  return entry.has_value ? PrintScalar(context, field, entry.value) : PrintDefault(context, field);
}

bool PrintEntry(PrintContext& context, const FieldEntry& map, const Entry& entry) {
  if (!PrintMapKey(context, map.message->fields()[0], entry.key)) return false;
  context.out.Append(':');
  if (PrintEntryValue(context, map.message->fields()[1], entry)) return true;
  context.path.push_back("[]");
  return false;
}

bool ReadPlace(PrintContext& context, const FieldEntry& map, const Occurrence& place,
               Entry& entry) {
  absl::string_view bytes;
  if (!place.in->Bytes(bytes)) return context.NotWire();
  return ReadEntry(context, map, bytes, entry);
}

// Of several entries with the same key, the last is meant.
bool DropOthers(PrintContext& context, const FieldEntry& map, Occurrences& places) {
  EntryKeys keys(context, map);
  for (std::size_t i = places.tags().size(); i-- > 0;) {
    Entry entry;
    if (!ReadPlace(context, map, places.At(i), entry)) return false;
    if (entry.is_foreign || !keys.Insert(entry)) places.Drop(i);
  }
  return true;
}

bool PrintMapInAnyOrder(PrintContext& context, const FieldEntry& map, Occurrences& places,
                        Brackets& brackets) {
  if (!DropOthers(context, map, places)) return false;
  Occurrence place;
  while (places.Next(place)) {
    Entry entry;
    if (!ReadPlace(context, map, place, entry)) return false;
    brackets.NextElement();
    if (!PrintEntry(context, map, entry)) return false;
  }
  return true;
}

bool PrintMapInOrder(PrintContext& context, const FieldEntry& map, Occurrences& places,
                     Brackets& brackets) {
  EntryKeys keys(context, map);
  Occurrence place;
  while (places.Next(place)) {
    Entry entry;
    if (!ReadPlace(context, map, place, entry)) return false;
    if (entry.is_foreign) continue;
    if (!keys.Insert(entry)) return context.OutOfOrder();
    brackets.NextElement();
    if (!PrintEntry(context, map, entry)) return false;
  }
  return true;
}

bool PrintList(PrintContext& context, const FieldEntry& field, Occurrences& places,
               Brackets& brackets) {
  Occurrence place;
  for (std::size_t index = 0; places.Next(place); ++index) {
    if (PrintUnpacked(context, field, place, brackets)) continue;
    context.path.push_back(absl::StrCat("[", index, "]"));
    return false;
  }
  return true;
}

}  // namespace

bool PrintElements(PrintContext& context, const FieldEntry& field, Occurrences& places,
                   absl::string_view key, bool even_empty, bool& is_written) {
  bool is_map = field.cardinality == Cardinality::kMap;
  Brackets brackets(context, key, is_map ? '{' : '[', is_map ? '}' : ']');
  bool good = !is_map ? PrintList(context, field, places, brackets)
              : context.reading == Reading::kInOrder
                  ? PrintMapInOrder(context, field, places, brackets)
                  : PrintMapInAnyOrder(context, field, places, brackets);
  if (good) is_written = brackets.Close(even_empty);
  return good;
}

}  // namespace triad::gateway

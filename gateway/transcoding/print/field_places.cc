#include "gateway/transcoding/print/field_places.h"

#include "gateway/transcoding/print/occurrences.h"
#include "gateway/transcoding/print/scalars.h"

namespace triad::gateway {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::WireType;

bool OnlyLastCounts(const FieldEntry& field) {
  return field.cardinality == Cardinality::kSingular && field.message == nullptr;
}

}  // namespace

FieldPlaces::FieldPlaces(const messages::MessageTable& type)
    : type_(type), places_(type.fields().size()), oneofs_(type.oneof_count()) {}

template <typename Found>
bool FieldPlaces::EachField(PrintContext& context, const Pieces& pieces, const Found& found) {
  for (absl::string_view piece : pieces) {
    WireReader in(piece);
    while (!in.AtEnd()) {
      auto tag = static_cast<std::uint32_t>(in.at() - context.wire.data());
      std::uint32_t number;
      WireType type;
      if (!in.Tag(number, type)) return context.NotWire();
      const FieldEntry* field = type_.FindByNumber(number);
      bool is_known = field != nullptr && Fits(*field, type);
      if (is_known && field->enumeration != nullptr && OnlyLastCounts(*field)) {
        RawValue value;
        if (!in.Raw(type, value)) return context.NotWire();
        is_known = !IsForeign(*field, value);
      } else if (!in.Skip(type, number)) {
        return context.NotWire();
      }
      if (is_known) found(*field, tag);
    }
  }
  return true;
}

void FieldPlaces::Count(const FieldEntry& field, std::uint32_t tag) {
  Places& places = places_[field.index];
  if (field.oneof >= 0 && oneofs_[field.oneof] != &field) {
    oneofs_[field.oneof] = &field;
    places = {};
    places.first = tag;
  }
  places.count = OnlyLastCounts(field) ? 1 : places.count + 1;
  places.last = tag;
}

bool FieldPlaces::Find(PrintContext& context, const Pieces& pieces) {
  auto count = [&](const FieldEntry& field, std::uint32_t tag) { Count(field, tag); };
  if (!EachField(context, pieces, count)) return false;
  std::uint32_t total = 0;
  for (const FieldEntry& field : type_.fields()) {
    Places& places = places_[field.index];
    if (field.oneof >= 0 && oneofs_[field.oneof] != &field) places = {};
    places.begin = total;
    total += places.count;
    if (!OnlyLastCounts(field)) places.count = 0;  // filled below
  }
  tags_.resize(total);
  return EachField(context, pieces, [&](const FieldEntry& field, std::uint32_t tag) {
    Places& places = places_[field.index];
    bool is_set = field.oneof < 0 || oneofs_[field.oneof] == &field;
    if (!is_set || tag < places.first) return;
    if (OnlyLastCounts(field)) {
      tags_[places.begin] = places.last;
    } else {
      tags_[places.begin + places.count++] = tag;
    }
  });
}

absl::Span<std::uint32_t> FieldPlaces::Of(const FieldEntry& field) {
  const Places& places = places_[field.index];
  return absl::MakeSpan(tags_).subspan(places.begin, places.count);
}

}  // namespace triad::gateway

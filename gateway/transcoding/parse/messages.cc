#include "gateway/transcoding/parse/messages.h"

#include "absl/container/inlined_vector.h"
#include "gateway/transcoding/parse/any.h"
#include "gateway/transcoding/parse/json_keys.h"
#include "gateway/transcoding/parse/scalars.h"
#include "gateway/transcoding/parse/skip.h"
#include "gateway/transcoding/parse/well_known.h"

namespace triad::gateway {
namespace {

using messages::Cardinality;
using messages::FieldEntry;
using messages::MessageTable;
using messages::WellKnown;

// Which fields of an object have been there, and which of its oneofs are set.
class SeenFields {
 public:
  explicit SeenFields(const MessageTable& type)
      : field_count_(type.fields().size()), words_((field_count_ + type.oneof_count()) / 64 + 1) {}

  // False if it was there already.
  bool TakeField(const FieldEntry& field) { return Take(field.index); }
  // False if the field is of a oneof that is set.
  bool TakeOneof(const FieldEntry& field) {
    return field.oneof < 0 || Take(field_count_ + static_cast<std::size_t>(field.oneof));
  }

 private:
  bool Take(std::size_t bit) {
    std::uint64_t mask = std::uint64_t{1} << (bit % 64);
    std::uint64_t& word = words_[bit / 64];
    bool is_new = (word & mask) == 0;
    word |= mask;
    return is_new;
  }

  const std::size_t field_count_;
  absl::InlinedVector<std::uint64_t, 2> words_;
};

// The field of a member. Most objects have their fields in the order of their numbers.
const FieldEntry* FindField(ParseContext& context, const MessageTable& type, std::uint32_t next,
                            const StringToken& key) {
  absl::string_view name = TextOf(key, context.scratch);
  if (next < type.fields().size() && type.fields()[next].json_name == name) {
    return &type.fields()[next];
  }
  return type.FindByName(name);
}

// One value, with its tag.
bool ParseValue(ParseContext& context, const FieldEntry& field) {
  if (field.message == nullptr) return ParseScalar(context, field, WithTag::kYes);
  return ParseNested(context, field, [&] { return ParseMessage(context, *field.message); });
}

// Whether null comes next and is no value of `field`.
bool NullIsNext(ParseContext& context, const FieldEntry& field) {
  return context.in.Peek() == 'n' && !field.takes_null;
}

bool ParseList(ParseContext& context, const FieldEntry& field) {
  if (context.in.Peek() != '[') return context.Fail("must be a list");
  if (!field.is_packed) {
    return EachElement(context, IsLevel::kNo, [&] {
      if (NullIsNext(context, field)) return context.Fail("must not be null");
      return ParseValue(context, field);
    });
  }
  std::size_t before = context.out.size();
  WireWriter::Length length = {};
  auto element = [&] {
    if (context.out.size() == before) {
      context.out.Tag(field);
      length = context.out.Open();
    }
    if (NullIsNext(context, field)) return context.Fail("must not be null");
    return ParseScalar(context, field, WithTag::kNo);
  };
  if (!EachElement(context, IsLevel::kNo, element)) return false;
  if (context.out.size() != before) context.out.Close(length);
  return true;
}

// One entry of a map, whose value comes next. An enum's name that is ignored takes its entry
// with it.
bool ParseEntry(ParseContext& context, const FieldEntry& field, const StringToken& key) {
  const FieldEntry& key_field = field.message->fields()[0];
  const FieldEntry& value_field = field.message->fields()[1];
  if (NullIsNext(context, value_field)) return context.Fail("must not be null");
  std::optional<std::int32_t> number;
  bool is_enum = value_field.enumeration != nullptr;
  if (is_enum) {
    if (!ParseEnum(context, value_field, number)) return false;
    if (!number) return true;
  }
  context.out.Tag(field);
  WireWriter::Length length = context.out.Open();
  if (!ParseMapKey(context, key_field, key)) return false;
  if (is_enum) {
    context.out.Tag(value_field);
    context.out.Varint(static_cast<std::uint64_t>(std::int64_t{*number}));
  } else if (!ParseValue(context, value_field)) {
    return false;
  }
  context.out.Close(length);
  return true;
}

bool ParseMap(ParseContext& context, const FieldEntry& field) {
  if (context.in.Peek() != '{') return context.Fail("must be an object");
  JsonKeys keys;
  return EachMember(context, [&](const StringToken& key) {
    if (!keys.Insert(context, key)) return false;
    if (ParseEntry(context, field, key)) return true;
    context.problem.AddKey(TextOf(key, context.scratch));
    return false;
  });
}

bool IsTypeMember(ParseContext& context, InAny in_any, const StringToken& key) {
  return in_any == InAny::kYes && TextOf(key, context.scratch) == kTypeKey;
}

// A member whose field is known.
bool ParseMember(ParseContext& context, const FieldEntry& field, SeenFields& seen) {
  if (!seen.TakeField(field)) return context.Fail("is given twice");
  if (NullIsNext(context, field) ||
      (context.in.Peek() == 'n' && field.cardinality != Cardinality::kSingular)) {
    return TakeLiteral(context, "null");
  }
  if (!seen.TakeOneof(field)) return context.Fail("excludes another field of its oneof");
  return ParseField(context, field);
}

}  // namespace

bool ParseField(ParseContext& context, const FieldEntry& field) {
  if (field.cardinality == Cardinality::kRepeated) return ParseList(context, field);
  if (field.cardinality == Cardinality::kMap) return ParseMap(context, field);
  return ParseValue(context, field);
}

bool IgnoreMember(ParseContext& context, const StringToken& key) {
  const char* at = key.raw.data();
  if (!context.options.ignore_unknown) {
    context.FailAt(at, "is not a known field");
  } else if (SkipValue(context)) {
    return true;
  }
  context.problem.AddField(TextOf(key, context.scratch));
  return false;
}

bool ParseObject(ParseContext& context, const MessageTable& type, InAny in_any) {
  if (context.in.Peek() != '{') return context.Fail("must be an object");
  SeenFields seen(type);
  JsonKeys unknown;
  std::uint32_t next = 0;
  return EachMember(context, [&](const StringToken& key) {
    const FieldEntry* field = FindField(context, type, next, key);
    if (field == nullptr) {
      if (!unknown.Insert(context, key)) return false;
      return IsTypeMember(context, in_any, key) ? SkipValue(context) : IgnoreMember(context, key);
    }
    next = field->index + 1;
    if (ParseMember(context, *field, seen)) return true;
    context.problem.AddField(TextOf(key, context.scratch));
    return false;
  });
}

bool ParseMessage(ParseContext& context, const MessageTable& type) {
  ParseWellKnown parse = WellKnownParser(type.well_known());
  if (parse != nullptr) return parse(context, type);
  return ParseObject(context, type, InAny::kNo);
}

}  // namespace triad::gateway

// Objects of JSON as messages.
#pragma once

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

// Whether "@type" is a member that says what the object is, and not a field of it.
enum class InAny : bool { kNo, kYes };

// Reads the next value as a message of `type`, in the form that JSON has for it, and writes its
// fields.
bool ParseMessage(ParseContext& context, const messages::MessageTable& type);

// The same for a type that is an object of its fields.
bool ParseObject(ParseContext& context, const messages::MessageTable& type, InAny in_any);

// Reads the next value as that of `field`, and writes it with its tag: null is none, lists and
// maps write every element.
bool ParseField(ParseContext& context, const messages::FieldEntry& field);

// Writes a message or a group, whose fields `parse` writes, as `field` with its tag.
template <typename Parse>
bool ParseNested(ParseContext& context, const messages::FieldEntry& field, const Parse& parse) {
  context.out.Tag(field);
  if (field.type == messages::FieldType::kGroup) {
    if (!parse()) return false;
    context.out.EndGroup(field.number);
    return true;
  }
  WireWriter::Length length = context.out.Open();
  if (!parse()) return false;
  context.out.Close(length);
  return true;
}

// Skips the value of a member that is not known, or sets the problem that it is not.
bool IgnoreMember(ParseContext& context, const StringToken& key);

}  // namespace triad::gateway

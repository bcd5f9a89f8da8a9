// Values of JSON that are no objects and no lists, as wire bytes.
#pragma once

#include <optional>

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

enum class WithTag : bool { kNo, kYes };

// Reads the next value as one of `field`, which is a number, a boolean, an enum, a string or
// bytes, and writes it. An enum's name that is not known, and is to be ignored, writes nothing.
bool ParseScalar(ParseContext& context, const messages::FieldEntry& field, WithTag with_tag);

// Reads the next value as one of the enum of `field`; nullopt if it is to be ignored.
bool ParseEnum(ParseContext& context, const messages::FieldEntry& field,
               std::optional<std::int32_t>& number);

// Writes a map's key, `token`, as `field`: an integer in base 10, true or false, or any string.
bool ParseMapKey(ParseContext& context, const messages::FieldEntry& field,
                 const StringToken& token);

// Writes a string with its length in front.
void WriteString(WireWriter& out, const StringToken& token);

}  // namespace triad::gateway

// Values of the wire that are no messages, as JSON.
#pragma once

#include "gateway/transcoding/print/context.h"

namespace triad::gateway {

// Writes `value` as one of `field`, which is no message.
bool PrintScalar(PrintContext& context, const messages::FieldEntry& field, const RawValue& value);

// Writes scalars of one field.
using ScalarPrinter = bool (*)(PrintContext&, const messages::FieldEntry&, const RawValue&);
ScalarPrinter PrinterOf(const PrintContext& context, const messages::FieldEntry& field);

// Writes a number, which takes at most kMaxNumberBytes, at `out`, and returns the end of it.
using NumberWriter = char* (*)(std::uint64_t bits, char* out);
// nullptr if the field is none.
NumberWriter NumberWriterOf(const PrintContext& context, const messages::FieldEntry& field);

// Writes a map's key, with the quotation marks that every key has.
bool PrintMapKey(PrintContext& context, const messages::FieldEntry& field, const RawValue& value);

// Writes `text`, escaped and in quotation marks. It may be no UTF-8 if all that is written is
// checked later.
bool PrintString(PrintContext& context, absl::string_view text);

// Whether `value` is one of a field whose type it does not fit: an enum's number that a closed
// enum does not name. It is as if it was not there.
inline bool IsForeign(const messages::FieldEntry& field, const RawValue& value) {
  return field.enumeration != nullptr &&
         !field.enumeration->Takes(static_cast<std::int32_t>(value.bits));
}

}  // namespace triad::gateway

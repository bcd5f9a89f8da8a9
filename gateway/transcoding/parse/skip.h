// Values that are read and not written.
#pragma once

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

enum class NoteTypes : bool { kNo, kYes };

// Takes the next value, whatever it is, as strictly as one that is wanted. With NoteTypes::kYes,
// context.types_ahead gets the objects in it that have an "@type", by where they begin.
bool SkipValue(ParseContext& context, NoteTypes note_types = NoteTypes::kNo);

}  // namespace triad::gateway

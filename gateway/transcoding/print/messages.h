// Messages as JSON.
#pragma once

#include "gateway/transcoding/print/context.h"
#include "gateway/transcoding/print/occurrences.h"

namespace triad::gateway {

// Writes the message that `pieces` are in the form that JSON has for `type`.
bool PrintMessage(PrintContext& context, const messages::MessageTable& type, const Pieces& pieces);

// Writes the members of a message's object. `is_first` says whether no member stands in front, and
// then whether one does.
bool PrintMembers(PrintContext& context, const messages::MessageTable& type, const Pieces& pieces,
                  bool& is_first);

// Writes the value that `field` has at `occurrence`, a scalar or a message.
bool PrintValue(PrintContext& context, const messages::FieldEntry& field,
                const Occurrence& occurrence);

// Writes what `field`, which is singular, is where it is absent.
bool PrintDefault(PrintContext& context, const messages::FieldEntry& field);

}  // namespace triad::gateway

// Messages of google.protobuf that JSON does not write as an object of their fields.
//
// Source: https://protobuf.dev/programming-guides/json/.
#pragma once

#include "gateway/transcoding/print/context.h"

namespace triad::gateway {

// Writes the message that `pieces` are in the form that JSON has for `type`.
using PrintWellKnown = bool (*)(PrintContext&, const messages::MessageTable& type,
                                const Pieces& pieces);

// nullptr for what is an object of its fields.
PrintWellKnown WellKnownPrinter(messages::WellKnown type);

}  // namespace triad::gateway

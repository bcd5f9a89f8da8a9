// Messages of google.protobuf that JSON does not write as an object of their fields.
//
// Source: https://protobuf.dev/programming-guides/json/.
#pragma once

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

// Reads the next value in the form that JSON has for `type`, and writes the fields of `type`.
using ParseWellKnown = bool (*)(ParseContext&, const messages::MessageTable& type);

// nullptr for what is an object of its fields.
ParseWellKnown WellKnownParser(messages::WellKnown type);

}  // namespace triad::gateway

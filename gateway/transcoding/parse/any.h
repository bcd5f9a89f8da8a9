// google.protobuf.Any: {"@type": "type.googleapis.com/pkg.Message", …} with the fields of the
// message, or its "value" if JSON writes that type as something other than its fields.
//
// "@type" may stand anywhere in the object, but what stands in front of it cannot be read
// without it. So where it is not first, it is looked for, together with those of all objects
// within: however they are nested, no byte is looked through twice.
#pragma once

#include "gateway/transcoding/parse/context.h"

namespace triad::gateway {

inline constexpr absl::string_view kTypeKey = "@type";
inline constexpr absl::string_view kValueKey = "value";

// Reads an Any's object, and writes its fields.
bool ParseAny(ParseContext& context, const messages::MessageTable& any);

}  // namespace triad::gateway

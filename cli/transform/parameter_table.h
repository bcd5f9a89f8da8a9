// What operations, and recipes that are kept, can be told.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "cli/session.h"
#include "triad/transform/v1/parameter.pb.h"

namespace triad::cli {

// A table, behind an empty line; nothing for no parameters.
void WriteParameters(const Session& session,
                     const google::protobuf::RepeatedPtrField<transform::v1::Parameter>& all);

}  // namespace triad::cli

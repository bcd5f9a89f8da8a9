// Operations of the catalogue as messages.
#pragma once

#include "services/transform/engine/operation.h"
#include "triad/transform/v1/transform.pb.h"

namespace triad::transform {

v1::Operation ToProto(const Operation& operation);

}  // namespace triad::transform

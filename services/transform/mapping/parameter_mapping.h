// Parameters between their messages and what the engine knows.
#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/transform/engine/parameter.h"
#include "triad/transform/v1/parameter.pb.h"

namespace triad::transform {

v1::Parameter ToProto(const Parameter& parameter);

// INVALID_ARGUMENT, naming the field below `field`, for a kind that there is not. Without one it is
// text.
absl::StatusOr<Parameter> ParameterFromProto(absl::string_view field, const v1::Parameter& message);

}  // namespace triad::transform

// Schemas that apply themselves to the same value, again and again.
#pragma once

#include <optional>

#include "runtime/json_schema/evaluation/program.h"

namespace triad::json_schema {

// A node that applies itself in place, perhaps by way of others, if there is one.
std::optional<NodeIndex> FindCircle(const Program& program);

}  // namespace triad::json_schema

// HTTP rules of methods, checked against the messages they bind.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

// The route of every HTTP rule of every service in `files`, those of additional
// bindings behind the one of the rule they belong to. INVALID_ARGUMENT that names
// the method and the rule.
absl::StatusOr<Routes> CollectRoutes(const google::protobuf::DescriptorPool& pool,
                                     const std::vector<std::string>& files);

// "pkg.Service.Method (GET /v1/things)": a route as errors name it.
std::string Describe(const Route& route);

}  // namespace triad::gateway

// HTTP rules of methods, checked against the messages they bind.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/routing/path_template.h"
#include "gateway/routing/router.h"

namespace triad::gateway {

// A route and its template, parsed.
struct Rule {
  std::unique_ptr<Route> route;
  PathTemplate path;
};

// Every HTTP rule of every service in `files`, additional bindings behind the
// rule they belong to. INVALID_ARGUMENT that names the method and the rule.
absl::StatusOr<std::vector<Rule>> CollectRules(const google::protobuf::DescriptorPool& pool,
                                               const std::vector<std::string>& files);

// "pkg.Service.Method (GET /v1/things)": a rule as errors name it.
std::string Describe(const Route& route);

}  // namespace triad::gateway

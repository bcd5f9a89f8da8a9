// What every contract of ours holds to, beyond what buf checks.
#pragma once

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace triad::contract {

// One line for each RPC without an HTTP rule, and each service, RPC, message,
// field, oneof, enum or enum value without a comment, in those of `files` whose
// package is `package` or below it.
std::vector<std::string> ApiProblems(const google::protobuf::DescriptorPool& pool,
                                     const std::vector<std::string>& files,
                                     absl::string_view package);

}  // namespace triad::contract

// The variables by which AWS's tools are configured, as a function, so that tests
// can choose them.
#pragma once

#include <functional>
#include <string>

namespace triad::storage::s3 {

// The value of a variable; empty if it is not set. Thread-safe.
using Environment = std::function<std::string(const std::string& name)>;

// This process's own.
std::string ProcessEnvironment(const std::string& name);

// AWS_REGION, AWS_DEFAULT_REGION, else us-east-1.
std::string RegionOf(const Environment& environment);

}  // namespace triad::storage::s3

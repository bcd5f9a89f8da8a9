// What every method of every service keeps, checked from its descriptor.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/rpc/testing/test_server.h"

namespace triad::rpc::testing {

// Calls each method of `service` ("triad.config.v1.ConfigService") without a
// token and past its deadline, and returns what is wrong, one line each: a
// method that is not refused before its handler, that answers UNIMPLEMENTED, or
// that has no HTTP rule. `make` makes the service, whose handlers are never
// reached.
//
//   EXPECT_THAT(CheckMethods("triad.config.v1.ConfigService", make), IsEmpty());
std::vector<std::string> CheckMethods(absl::string_view service, const TestServer::Factory& make);

}  // namespace triad::rpc::testing

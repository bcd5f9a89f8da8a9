// What an end-to-end test talks to: a suite of its own, or one that runs
// already, such as in containers or a cluster.
#pragma once

#include <memory>
#include <string>

#include "tests/support/suite.h"

namespace triad::testing {

// With TRIAD_TARGET_URL in the environment, the suite at that URL, of its
// gateway or its frontend; a test may find there what earlier runs left. Else a
// suite of its own, which ends with it. Tests that use nothing but this carry
// the label "portable".
class Target {
 public:
  // `options` are for a suite of its own.
  explicit Target(SuiteOptions options = {});

  // Whether it is a suite of its own, so that it is known how it was started.
  bool is_own() const { return suite_ != nullptr; }
  std::string Url(const std::string& path) const;
  // "HOST:PORT" of the URL, for raw connections.
  const std::string& address() const { return address_; }
  // Where a service, such as "config", speaks gRPC: $TRIAD_TARGET_CONFIG. Empty
  // if it cannot be reached from here.
  std::string ServiceAddress(const std::string& name) const;

 private:
  std::unique_ptr<Suite> suite_;
  std::string address_;
};

// `name` with an ending that no other run has.
std::string Unique(const std::string& name);

}  // namespace triad::testing

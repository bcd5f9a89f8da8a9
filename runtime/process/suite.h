// The list of the suite: the servers of suite.json, as it was when this was built.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace triad {

struct SuiteServer {
  const char* name;     // "config"; its binary is triad-config
  const char* service;  // "triad.config.v1.ConfigService"; empty if it has none
  int port;             // defaults of --listen and --admin_listen
  int admin_port;
  bool data;  // whether it keeps a directory of data
};

// In the order in which they are started: the gateway after what it calls.
absl::Span<const SuiteServer> SuiteServers();

// The one whose binary is `program`, such as "triad-config", or nullptr.
const SuiteServer* FindSuiteServer(absl::string_view program);

}  // namespace triad

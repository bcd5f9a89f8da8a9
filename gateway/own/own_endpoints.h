// What the gateway answers itself, beside the site: one row for each path, read by
// the proxy and by the OpenAPI document.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "runtime/grpc_client/build_client.h"
#include "runtime/grpc_client/health_client.h"
#include "runtime/http/body.h"
#include "runtime/http/parser/message.h"
#include "runtime/http/resource.h"

namespace triad::gateway {

// What the answers are made of, on one loop.
struct OwnParts {
  const http::Resource& openapi;                      // the document
  const std::map<std::string, std::string>& targets;  // of each service
  grpc_client::HealthClient& health;
  grpc_client::BuildClient& builds;
};

// Takes the answer, once, on the loop: at once or later.
using OwnResponse = std::function<void(http::ResponseHead head, http::Body body)>;

struct OwnEndpoint {
  std::string path;                  // exactly; metrics call the route by it
  std::vector<std::string> methods;  // HEAD is answered as GET
  // Of the operation in OpenAPI, without what all of the gateway's own share.
  std::string operation_id;
  std::string summary;
  nlohmann::ordered_json parameters;  // an array, which may be empty
  nlohmann::ordered_json responses;   // by status, without that of errors
  bool open;                          // whether it is answered without a token in any case
  // Null if it takes more than that: the proxy knows the path.
  void (*answer)(const OwnParts& parts, const http::RequestHead& request,
                 const OwnResponse& respond);
};

const std::vector<OwnEndpoint>& OwnEndpoints();

// The row of `path`, or null.
const OwnEndpoint* FindOwnEndpoint(absl::string_view path);

}  // namespace triad::gateway

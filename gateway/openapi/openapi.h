// The OpenAPI 3.1 document of a set of services, from their descriptors and the
// comments in them.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/protos/json_style.h"

namespace google::protobuf {
class DescriptorPool;
}

namespace triad::gateway {

struct OpenApiOptions {
  std::string title = "Triad";
  std::string version;
  // Of answers. Where they hold fields with default values too, the schemas can call these
  // required.
  JsonStyle json_style;
};

// The document as JSON, the same bytes for the same input. Paths are in order of
// declaration. `files` are those of Router::Create, whose errors it shares.
//
// A template becomes a path of OpenAPI by naming each wildcard after the
// collection before it: {name=buckets/*/objects/**} is
// buckets/{bucket}/objects/{object}. Where two rules differ only in what OpenAPI
// cannot say (`*` and `**`), the later one carries a fragment with its name.
absl::StatusOr<std::string> OpenApiDocument(const google::protobuf::DescriptorPool& pool,
                                            const std::vector<std::string>& files,
                                            const OpenApiOptions& options);

}  // namespace triad::gateway

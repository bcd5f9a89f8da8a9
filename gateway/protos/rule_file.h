// HTTP rules and settings of methods whose protos have none, from a file.
//
// Source: google.api.Service in YAML, of which `http.rules` is read, with google.api.HttpRule's
// names. Settings of Triad's own, those of triad/gateway/v1/annotations.proto, stand in
// `triad.methods`:
//
//   http:
//     rules:
//       - selector: acme.notes.v1.Notes.Get
//         get: /v1/{name=notes/*}
//   triad:
//     methods:
//       - selector: acme.notes.v1.Notes.Get
//         timeout: 5s
#pragma once

#include <google/api/http.pb.h>
#include <google/protobuf/descriptor.pb.h>

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace triad::gateway {

// Immutable after Parse.
class RuleFile {
 public:
  // INVALID_ARGUMENT that says where, for what is no YAML, or not as above. Other members of
  // google.api.Service are left alone.
  static absl::StatusOr<RuleFile> Parse(absl::string_view text);
  // The same for a file; its name stands in errors. NOT_FOUND if it cannot be read.
  static absl::StatusOr<RuleFile> Load(const std::string& path);

  // Gives the methods in `set` what the file has for them, in place of what they have.
  // INVALID_ARGUMENT for a selector that is no method of it, unless of one of the services
  // `unknown`, which are not there yet.
  absl::Status ApplyTo(google::protobuf::FileDescriptorSet& set,
                       const std::vector<std::string>& unknown = {}) const;

 private:
  RuleFile() = default;

  std::map<std::string, google::api::HttpRule> rules_;              // by selector
  std::map<std::string, google::protobuf::MethodOptions> options_;  // the same
};

// Takes the HTTP rules from all methods but those of `services`.
void KeepRules(const std::vector<std::string>& services, google::protobuf::FileDescriptorSet& set);

// Gives each method of `services` that has no HTTP rule the one of a gRPC client: POST of all
// fields to /pkg.Service/Method.
void AnnotateMethods(const std::vector<std::string>& services,
                     google::protobuf::FileDescriptorSet& set);

}  // namespace triad::gateway

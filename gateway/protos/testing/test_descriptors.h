// Descriptor sets for tests, from proto source in the test.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gateway/protos/descriptor_set.h"

namespace triad::gateway {

// A serialized FileDescriptorSet of `files` (name → proto source) with their
// imports and comments. Imports of google/protobuf, google/api and
// triad/gateway need no source. Ends the process if the source does not compile.
std::string CompileDescriptorSet(const std::map<std::string, std::string>& files);

// The same, loaded.
std::unique_ptr<DescriptorSet> CompileDescriptors(const std::map<std::string, std::string>& files);

// One file "test.proto" of package `test`: `body` behind syntax, package and the
// imports that gateway tests use.
std::string TestProto(absl::string_view body);

}  // namespace triad::gateway

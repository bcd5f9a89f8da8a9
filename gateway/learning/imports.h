// Imports that files should have and do not.
#pragma once

#include <google/protobuf/descriptor.pb.h>

namespace triad::gateway {

// Gives each file of `set` the imports of the types that it uses from other files, and the set
// those files of protobuf's own that it lacks. Some servers, such as those of npm's
// @grpc/reflection, put all files of a package into one and leave the imports out.
void CompleteImports(google::protobuf::FileDescriptorSet& set);

}  // namespace triad::gateway

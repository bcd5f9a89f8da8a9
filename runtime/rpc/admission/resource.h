// What a request is about.
#pragma once

#include <grpcpp/grpcpp.h>

#include <string>

namespace google::protobuf {
class Descriptor;
}  // namespace google::protobuf

namespace triad::rpc {

// The resource name in a request of this type, as AIP-122 places it: `name` or `parent`, or
// `name` of the resource that it holds. Empty if there is none, if `bytes` are no such request or
// too many to look into for a call that is refused; cut if it is longer than a name can be, and
// with what cannot be printed escaped as in C, since who sends it need not mean well.
std::string ResourceOf(const google::protobuf::Descriptor& type, const grpc::ByteBuffer& bytes);

}  // namespace triad::rpc

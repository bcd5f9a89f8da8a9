// Between JSON text and protobuf wire bytes, by descriptor.
//
// Nothing outside this interface knows how: the first implementation is
// libprotobuf's converter, a faster and stricter one replaces it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace google::protobuf {
class Descriptor;
class DescriptorPool;
}  // namespace google::protobuf

namespace triad::gateway {

struct CodecOptions {
  // Print fields that have their default value.
  bool print_defaults = true;
  // Ignore JSON fields the message does not have, instead of refusing them.
  bool ignore_unknown = false;
};

// Thread-safe. Proto3 JSON mapping: https://protobuf.dev/programming-guides/json/
class Codec {
 public:
  virtual ~Codec() = default;

  // INVALID_ARGUMENT, with a google.rpc.BadRequest that names the field where
  // it is known, if `json` is not JSON or does not fit `type`.
  virtual absl::StatusOr<std::string> JsonToWire(const google::protobuf::Descriptor& type,
                                                 absl::string_view json) const = 0;
  // INTERNAL if `wire` is not a message of `type`.
  virtual absl::StatusOr<std::string> WireToJson(const google::protobuf::Descriptor& type,
                                                 absl::string_view wire) const = 0;
};

// `pool` must outlive the codec; it also resolves google.protobuf.Any.
std::unique_ptr<Codec> MakeLibprotobufCodec(const google::protobuf::DescriptorPool& pool,
                                            const CodecOptions& options);

}  // namespace triad::gateway

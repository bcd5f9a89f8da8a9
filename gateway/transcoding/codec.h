// Between JSON text and protobuf wire bytes, by descriptor, without a message in between.
//
//   JSON text ─▶ parse/ ─▶ wire bytes        both by the tables of runtime/messages, and by the
//   wire bytes ─▶ print/ ─▶ JSON text        forms of values in text/
//
// Source: https://protobuf.dev/programming-guides/json/.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "gateway/protos/field_path.h"
#include "gateway/protos/json_style.h"
#include "runtime/messages/wire_reader.h"

namespace google::protobuf {
class Descriptor;
class DescriptorPool;
}  // namespace google::protobuf

namespace triad::gateway {

struct CodecOptions {
  // Ignore JSON fields the message does not have and names an enum does not have, instead of
  // refusing them. What is ignored is checked as what is not.
  bool ignore_unknown = false;
  // Values in one JSON text, objects and lists included.
  std::size_t max_values = 64 * 1024 * 1024;
};

using messages::kMaxDepth;
// Of JSON and of wire bytes: as many as libprotobuf takes.
inline constexpr std::size_t kMaxMessageBytes = 0x7FFFFFFF;

// Where a conversion takes the memory for what it writes, before it has it. For one thread.
class ConversionMemory {
 public:
  virtual ~ConversionMemory() = default;
  // False if there is none: the conversion ends with UNAVAILABLE.
  virtual bool Take(std::size_t bytes) = 0;
  // Gives back what was taken.
  virtual void Return(std::size_t bytes) = 0;
};

// As much as there is.
ConversionMemory& UncountedMemory();

// The error of a conversion that got no memory.
absl::Status NoMemoryToConvert();

// Thread-safe. Takes memory for at most twice what is converted and what it becomes, and 1 MiB,
// these included, and time in proportion to them.
class Codec {
 public:
  virtual ~Codec() = default;

  // INVALID_ARGUMENT, with a google.rpc.BadRequest that names the field where it is known, if
  // `json` is not JSON or does not fit `type`. The message says at which byte, counted from 1, and
  // holds no value. That a required field is missing is left to the service to say: the path or
  // the query may have it.
  virtual absl::StatusOr<std::string> JsonToWire(
      const google::protobuf::Descriptor& type, absl::string_view json,
      ConversionMemory& memory = UncountedMemory()) const = 0;
  // The same for the value of one field, which `path`, not empty, leads to: wire bytes of a
  // message that has that field alone.
  virtual absl::StatusOr<std::string> JsonToWire(
      const FieldPath& path, absl::string_view json,
      ConversionMemory& memory = UncountedMemory()) const = 0;
  // Names of the fields that an object has, for a FieldMask: "author.birth_year". A field that is
  // a list, a map or a well-known type is named as a whole, as is an empty object. `json` is of
  // `type`, and good for JsonToWire. INVALID_ARGUMENT if they are over 64 KiB.
  virtual absl::StatusOr<std::vector<std::string>> PathsIn(const google::protobuf::Descriptor& type,
                                                           absl::string_view json) const = 0;

  // INTERNAL if `wire` is not a message of `type`, or holds what JSON cannot say. Fields come by
  // their numbers.
  virtual absl::StatusOr<std::string> WireToJson(
      const google::protobuf::Descriptor& type, absl::string_view wire, const JsonStyle& style,
      ConversionMemory& memory = UncountedMemory()) const = 0;
  // The value of the field that `path`, not empty, leads to in the message that `wire` is. Where
  // it is absent: its default, an empty list or object, or null if it has none of them.
  virtual absl::StatusOr<std::string> WireToJson(
      const FieldPath& path, absl::string_view wire, const JsonStyle& style,
      ConversionMemory& memory = UncountedMemory()) const = 0;
};

// `pool` must outlive the codec; it also resolves google.protobuf.Any.
std::unique_ptr<Codec> MakeCodec(const google::protobuf::DescriptorPool& pool,
                                 const CodecOptions& options);

}  // namespace triad::gateway

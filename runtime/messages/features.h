// What the syntax or the edition of a file says about its fields and enums.
//
// Debian's libprotobuf knows proto2 and proto3. What descriptors answer themselves
// (has_presence, is_packed, syntax) is wrong for a file of an edition, which enters the pool
// as proto2 (editions.h). So presence, packing, open enums, the checking of UTF-8 and groups
// are asked here, and nowhere else.
//
// Source: https://protobuf.dev/editions/features/. All functions are thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace google::protobuf {
class EnumDescriptor;
class FieldDescriptor;
}  // namespace google::protobuf

namespace triad::messages {

// The numbers of these are those of google.protobuf.FeatureSet and google.protobuf.Edition,
// which Debian's descriptor.proto does not have yet.
enum class Edition { kProto2 = 998, kProto3 = 999, k2023 = 1000, k2024 = 1001 };
enum class Presence : std::uint8_t { kExplicit = 1, kImplicit = 2, kRequired = 3 };
enum class EnumType : std::uint8_t { kOpen = 1, kClosed = 2 };
enum class RepeatedEncoding : std::uint8_t { kPacked = 1, kExpanded = 2 };
enum class Utf8Validation : std::uint8_t { kVerify = 2, kNone = 3 };
enum class MessageEncoding : std::uint8_t { kLengthPrefixed = 1, kDelimited = 2 };

// Every feature with the value that holds.
struct FeatureSet {
  Presence presence = Presence::kExplicit;
  EnumType enum_type = EnumType::kClosed;
  RepeatedEncoding repeated = RepeatedEncoding::kExpanded;
  Utf8Validation utf8 = Utf8Validation::kNone;
  MessageEncoding messages = MessageEncoding::kLengthPrefixed;
};

// What a file of `edition` begins with; nullopt for an edition that is not known.
std::optional<FeatureSet> DefaultsOf(Edition edition);

// `features` with what `serialized`, a google.protobuf.FeatureSet, sets.
FeatureSet Overridden(FeatureSet features, absl::string_view serialized);

// All of `features` as a google.protobuf.FeatureSet.
std::string Serialized(const FeatureSet& features);

// Numbers of `features` in the options of the descriptors.
inline constexpr int kFeaturesOfFile = 50;
inline constexpr int kFeaturesOfMessage = 12;
inline constexpr int kFeaturesOfField = 21;
inline constexpr int kFeaturesOfOneof = 1;
inline constexpr int kFeaturesOfEnum = 7;

// Resolved: of a field whose presence cannot be seen (it is repeated) kImplicit, of a message
// or a member of a oneof kExplicit unless it is required.
FeatureSet FeaturesOf(const google::protobuf::FieldDescriptor& field);

// Whether it is written in one piece: it is repeated, a number, and says so.
bool IsPacked(const google::protobuf::FieldDescriptor& field);

// Whether it is known to be absent, so that its default value is not what it has then.
bool HasPresence(const google::protobuf::FieldDescriptor& field);

// Whether fields of this type take numbers that it does not name.
bool IsOpen(const google::protobuf::EnumDescriptor& type);

}  // namespace triad::messages

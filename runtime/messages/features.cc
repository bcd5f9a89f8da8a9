#include "runtime/messages/features.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/unknown_field_set.h>

namespace triad::messages {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::UnknownField;
using google::protobuf::UnknownFieldSet;

struct Row {
  Edition edition;
  FeatureSet defaults;
};

constexpr FeatureSet kModern = {Presence::kExplicit, EnumType::kOpen, RepeatedEncoding::kPacked,
                                Utf8Validation::kVerify, MessageEncoding::kLengthPrefixed};

constexpr Row kDefaults[] = {
    {Edition::kProto2,
     {Presence::kExplicit, EnumType::kClosed, RepeatedEncoding::kExpanded, Utf8Validation::kNone,
      MessageEncoding::kLengthPrefixed}},
    {Edition::kProto3,
     {Presence::kImplicit, EnumType::kOpen, RepeatedEncoding::kPacked, Utf8Validation::kVerify,
      MessageEncoding::kLengthPrefixed}},
    {Edition::k2023, kModern},
    {Edition::k2024, kModern},
};

// Numbers of the fields of google.protobuf.FeatureSet.
enum FeatureNumber { kPresence = 1, kEnumType, kRepeated, kUtf8, kMessages };

// What editions.h left in the options of a field or an enum.
std::optional<FeatureSet> Stored(const UnknownFieldSet& options, int number) {
  for (int i = 0; i < options.field_count(); ++i) {
    const UnknownField& field = options.field(i);
    if (field.number() != number || field.type() != UnknownField::TYPE_LENGTH_DELIMITED) continue;
    return Overridden({}, field.length_delimited());
  }
  return std::nullopt;
}

FeatureSet OfSyntax(const FileDescriptor& file) {
  bool proto3 = file.syntax() == FileDescriptor::SYNTAX_PROTO3;
  return *DefaultsOf(proto3 ? Edition::kProto3 : Edition::kProto2);
}

// Of a field whose file is as libprotobuf knows it.
FeatureSet OfLegacy(const FieldDescriptor& field) {
  FeatureSet features = OfSyntax(*field.file());
  if (field.is_required()) features.presence = Presence::kRequired;
  if (field.has_optional_keyword()) features.presence = Presence::kExplicit;
  if (field.type() == FieldDescriptor::TYPE_GROUP) features.messages = MessageEncoding::kDelimited;
  if (field.options().has_packed()) {
    features.repeated =
        field.options().packed() ? RepeatedEncoding::kPacked : RepeatedEncoding::kExpanded;
  }
  return features;
}

}  // namespace

std::optional<FeatureSet> DefaultsOf(Edition edition) {
  for (const Row& row : kDefaults) {
    if (row.edition == edition) return row.defaults;
  }
  return std::nullopt;
}

FeatureSet Overridden(FeatureSet features, absl::string_view serialized) {
  UnknownFieldSet set;
  if (!set.ParseFromArray(serialized.data(), static_cast<int>(serialized.size()))) return features;
  for (int i = 0; i < set.field_count(); ++i) {
    const UnknownField& field = set.field(i);
    if (field.type() != UnknownField::TYPE_VARINT || field.varint() == 0) continue;
    auto value = field.varint();
    if (field.number() == kPresence) features.presence = static_cast<Presence>(value);
    if (field.number() == kEnumType) features.enum_type = static_cast<EnumType>(value);
    if (field.number() == kRepeated) features.repeated = static_cast<RepeatedEncoding>(value);
    if (field.number() == kUtf8) features.utf8 = static_cast<Utf8Validation>(value);
    if (field.number() == kMessages) features.messages = static_cast<MessageEncoding>(value);
  }
  return features;
}

std::string Serialized(const FeatureSet& features) {
  UnknownFieldSet set;
  set.AddVarint(kPresence, static_cast<std::uint64_t>(features.presence));
  set.AddVarint(kEnumType, static_cast<std::uint64_t>(features.enum_type));
  set.AddVarint(kRepeated, static_cast<std::uint64_t>(features.repeated));
  set.AddVarint(kUtf8, static_cast<std::uint64_t>(features.utf8));
  set.AddVarint(kMessages, static_cast<std::uint64_t>(features.messages));
  std::string bytes;
  set.SerializeToString(&bytes);
  return bytes;
}

FeatureSet FeaturesOf(const FieldDescriptor& field) {
  FeatureSet features =
      Stored(field.options().unknown_fields(), kFeaturesOfField).value_or(OfLegacy(field));
  if (field.is_repeated()) {
    features.presence = Presence::kImplicit;
  } else if (features.presence == Presence::kImplicit &&
             (field.message_type() != nullptr || field.real_containing_oneof() != nullptr ||
              field.is_extension())) {
    features.presence = Presence::kExplicit;
  }
  return features;
}

bool IsPacked(const FieldDescriptor& field) {
  return field.is_packable() && FeaturesOf(field).repeated == RepeatedEncoding::kPacked;
}

bool HasPresence(const FieldDescriptor& field) {
  return FeaturesOf(field).presence != Presence::kImplicit;
}

bool IsOpen(const EnumDescriptor& type) {
  return Stored(type.options().unknown_fields(), kFeaturesOfEnum)
             .value_or(OfSyntax(*type.file()))
             .enum_type == EnumType::kOpen;
}

}  // namespace triad::messages
